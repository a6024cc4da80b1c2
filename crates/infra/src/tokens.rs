//! Access and refresh tokens: HS256 JWTs.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use wallet_rules::calendar::Instant;

use crate::{Error, Result, secrets::hex};

/// The longest token that is looked at, in bytes; ours are under 500.
const LONGEST: usize = 4_096;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// Shows who asks.
    Access,
    /// Gives the next pair of tokens, once.
    Refresh,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What it is good for.
    pub token_type: TokenType,
    /// From when on it is dead, in seconds since 1970.
    pub exp: i64,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// What makes it one and the same token.
    pub jti: String,
    /// Whose it is.
    pub user_id: i64,
    /// The session that it belongs to; tokens of other services have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<i64>,
}

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Not a token of ours: its form, its signature or its claims.
    #[error("token is invalid")]
    Malformed,
    /// Its time is over.
    #[error("token is expired")]
    Expired,
    /// A token, but not of the type that is needed here.
    #[error("token has wrong type")]
    WrongType,
}

/// The keys that sign tokens: the present one and, after a change, the one before.
#[derive(Clone)]
pub struct TokenKeys {
    current: TokenKey,
    previous: Option<TokenKey>,
}

#[derive(Clone)]
struct TokenKey {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl TokenKey {
    fn of(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        // what the key is called says nothing of it; any length of key will do for HMAC
        let id = Hmac::<Sha256>::new_from_slice(bytes).map_or_else(
            |_| String::new(),
            |mut mac| {
                mac.update(b"kid");
                hex(&mac.finalize().into_bytes()).chars().take(8).collect()
            },
        );
        Self { id, encoding: EncodingKey::from_secret(bytes), decoding: DecodingKey::from_secret(bytes) }
    }
}

impl TokenKeys {
    /// The keys of these secrets.
    pub fn of(current: &SecretString, previous: Option<&SecretString>) -> Self {
        Self { current: TokenKey::of(current), previous: previous.map(TokenKey::of) }
    }

    /// Signs claims with the present key.
    ///
    /// # Errors
    /// [`Error::Database`] never in practice: the claims are plain.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.current.id.clone());
        jsonwebtoken::encode(&header, claims, &self.current.encoding)
            .map_err(|cause| Error::Database(format!("a token: {cause}")))
    }

    /// The claims of a token that is ours, of this type, and alive at `now`.
    ///
    /// # Errors
    /// [`TokenFault`].
    pub fn read(
        &self,
        token: &str,
        wanted: TokenType,
        now: Instant,
    ) -> std::result::Result<Claims, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::Malformed);
        }
        let kid = jsonwebtoken::decode_header(token).map_err(|_| TokenFault::Malformed)?.kid;
        // HS256 alone, so that a token can't choose how it is checked; the time is compared with `now` below
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = std::iter::once(&self.current)
            .chain(&self.previous)
            .filter(|key| kid.as_ref().is_none_or(|kid| *kid == key.id))
            .find_map(|key| jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation).ok())
            .ok_or(TokenFault::Malformed)?
            .claims;
        if claims.exp <= now.utc().and_utc().timestamp() {
            Err(TokenFault::Expired)
        } else if claims.token_type != wanted {
            Err(TokenFault::WrongType)
        } else {
            Ok(claims)
        }
    }
}

/// Shows no key.
impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys").field("current", &self.current.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn keys(current: &str, previous: Option<&str>) -> TokenKeys {
        TokenKeys::of(&SecretString::from(current), previous.map(SecretString::from).as_ref())
    }

    fn now() -> Instant {
        Instant::parse_rfc3339("2026-11-22T09:30:00+05:30").expect("a time")
    }

    fn claims() -> Claims {
        let iat = now().utc().and_utc().timestamp();
        Claims {
            token_type: TokenType::Access,
            exp: iat + 60,
            iat,
            jti: "6f1c".into(),
            user_id: 7,
            sid: Some(3),
        }
    }

    /// A token with this header and body, signed as HS256 with `secret`, by the same library.
    fn forged(header: &Header, body: &serde_json::Value, secret: &str) -> String {
        jsonwebtoken::encode(header, body, &EncodingKey::from_secret(secret.as_bytes())).expect("it signs")
    }

    #[test]
    fn a_token_is_read_until_its_time_is_over() {
        let keys = keys("one", None);
        let token = keys.sign(&claims()).expect("it signs");
        let read = |type_, seconds| keys.read(&token, type_, now().plus(TimeDelta::seconds(seconds)));
        assert_eq!(read(TokenType::Access, 59), Ok(claims()));
        assert_eq!(read(TokenType::Access, 60), Err(TokenFault::Expired));
        assert_eq!(read(TokenType::Refresh, 0), Err(TokenFault::WrongType));
    }

    #[test]
    fn two_keys_live_at_once() {
        let token = keys("old", None).sign(&claims()).expect("it signs");
        assert!(keys("new", Some("old")).read(&token, TokenType::Access, now()).is_ok());
        assert_eq!(keys("new", None).read(&token, TokenType::Access, now()), Err(TokenFault::Malformed));
        let body = serde_json::to_value(claims()).expect("claims are JSON");
        let without_kid = forged(&Header::new(Algorithm::HS256), &body, "old");
        assert!(keys("new", Some("old")).read(&without_kid, TokenType::Access, now()).is_ok());
    }

    #[test]
    fn forged_tokens_are_refused() {
        let keys = keys("one", None);
        let body = serde_json::to_value(claims()).expect("claims are JSON");
        let token = keys.sign(&claims()).expect("it signs");
        let mut parts = token.split('.');
        let (_, payload, signature) =
            (parts.next(), parts.next().expect("a body"), parts.next().expect("a signature"));
        // {"alg":"none","typ":"JWT"} and {"alg":"None"}
        let none = ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJOb25lIn0"];
        let mut hostile: Vec<String> = none.iter().map(|header| format!("{header}.{payload}.")).collect();
        hostile.extend(none.iter().map(|header| format!("{header}.{payload}.{signature}")));
        hostile.push(forged(&Header::new(Algorithm::HS384), &body, "one"));
        hostile.push(forged(&Header::new(Algorithm::HS512), &body, "one"));
        hostile.push(forged(&Header::new(Algorithm::HS256), &body, "two"));
        let mut unknown_kid = Header::new(Algorithm::HS256);
        unknown_kid.kid = Some("deadbeef".into());
        hostile.push(forged(&unknown_kid, &body, "one"));
        hostile.push(token.trim_end_matches(signature).to_owned());
        hostile.extend(["", ".", "..", "a.b.c", "\u{0}"].map(str::to_owned));
        hostile.push("a".repeat(LONGEST + 1));
        for (name, value) in [
            ("user_id", serde_json::json!("7")),
            ("user_id", serde_json::json!(7.5)),
            ("exp", serde_json::json!("never")),
            ("exp", serde_json::Value::Null),
            ("token_type", serde_json::json!("admin")),
            ("jti", serde_json::Value::Null),
        ] {
            let mut body = body.clone();
            if let Some(fields) = body.as_object_mut() {
                if value.is_null() {
                    fields.remove(name)
                } else {
                    fields.insert(name.to_owned(), value)
                };
            }
            hostile.push(forged(&Header::new(Algorithm::HS256), &body, "one"));
        }
        for token in &hostile {
            assert_eq!(keys.read(token, TokenType::Access, now()), Err(TokenFault::Malformed), "{token}");
        }
    }

    #[test]
    fn a_token_without_session_is_read() {
        let mut body = serde_json::to_value(claims()).expect("claims are JSON");
        body.as_object_mut().expect("an object").remove("sid");
        let token = forged(&Header::new(Algorithm::HS256), &body, "one");
        let read = keys("one", None).read(&token, TokenType::Access, now()).expect("it is good");
        assert_eq!(read.sid, None);
    }

    #[test]
    fn keys_are_not_printed() {
        assert!(!format!("{:?}", keys("hunter2", Some("hunter3"))).contains("hunter"));
    }
}
