"""What Schemathesis can't know by itself: a token for each request.

The token is one of another service's with the same JWT_SECRET_KEY, and each request has its own, so that one that logs out ends nobody
else's. It says that it was made later than it was: POST auth/logout-all/ ends all that were made before."""
import base64, hashlib, hmac, json, os, time, uuid

import schemathesis

SECRET = os.environ["JWT_SECRET_KEY"].encode()
USER = int(os.environ["USER_ID"])
HOUR_S = 3600


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(claims):
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    whole = b".".join(parts)
    return (whole + b"." + base64url(hmac.new(SECRET, whole, hashlib.sha256).digest())).decode()


@schemathesis.auth(refresh_interval=None)
class Token:
    def get(self, case, context):
        later = int(time.time()) + HOUR_S
        claims = {"token_type": "access", "iat": later, "exp": later + HOUR_S, "jti": uuid.uuid4().hex, "user_id": USER}
        return signed(claims)

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"
