//! Every error of the platform as its reply.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use app::auth::AuthFault;
use infra::{limits::Standing, tokens::TokenType};
use serde_json::json;

use crate::limits;

/// The result of what handles a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not done.
#[derive(Debug)]
pub enum Error {
    /// What a use-case says.
    App(app::Error),
    /// The body or a header can't be read; the text says why.
    Malformed(String),
    /// A body of a type that the API does not read.
    MediaType,
    /// A body or file above its limit.
    TooLarge(&'static str),
    /// Asked too often.
    TooMany(Standing),
    /// A body that took too long to come.
    TooSlow,
    /// The route does not know the method; the text lists those it knows.
    NotAllowed(String),
    /// No credentials came with the request.
    NoCredentials,
    /// Staff who have not shown their second factor yet.
    SecondFactor,
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        Self::App(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Malformed(why) => write!(f, "malformed: {why}"),
            Self::MediaType => f.write_str("a body of another type"),
            Self::TooLarge(what) => write!(f, "too large: {what}"),
            Self::TooMany(standing) => {
                write!(f, "too many requests, for {} s", standing.wait_s.unwrap_or_default())
            }
            Self::TooSlow => f.write_str("the body took too long"),
            Self::NotAllowed(allow) => write!(f, "method not allowed, but {allow}"),
            Self::NoCredentials => f.write_str("no credentials"),
            Self::SecondFactor => f.write_str("no second factor"),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::App(error) => status_of(error),
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoCredentials => StatusCode::UNAUTHORIZED,
            Self::SecondFactor => StatusCode::FORBIDDEN,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        match self {
            Self::App(error) => reply_of(error),
            Self::Malformed(why) => HttpResponse::build(status).json(json!({ "detail": why })),
            Self::MediaType => with_code(
                status,
                "unsupported_media_type",
                "The body is neither JSON nor a form; see the schema of this route.",
            ),
            Self::TooLarge(what) => with_code(status, "too_large", what),
            Self::TooMany(standing) => {
                let mut reply = with_code(status, "throttled", "Too many requests; wait a little.");
                limits::describe(*standing, reply.headers_mut());
                reply
            }
            Self::TooSlow => with_code(status, "timeout", "The body took too long to arrive."),
            Self::NotAllowed(allow) => {
                let mut reply =
                    with_code(status, "method_not_allowed", "This route does not know the method.");
                if let Ok(allow) = HeaderValue::from_str(allow) {
                    reply.headers_mut().insert(header::ALLOW, allow);
                }
                reply
            }
            Self::SecondFactor => {
                with_code(status, "totp_required", "Show your second factor first, at auth/totp/verify/.")
            }
            Self::NoCredentials => {
                let text = "Authentication credentials were not provided.";
                challenge(HttpResponse::build(status).json(json!({ "detail": text })))
            }
        }
    }
}

fn status_of(error: &app::Error) -> StatusCode {
    match error {
        app::Error::NotFound | app::Error::NotFoundBecause(_) => StatusCode::NOT_FOUND,
        app::Error::Unauthorized(_) => StatusCode::UNAUTHORIZED,
        app::Error::Forbidden => StatusCode::FORBIDDEN,
        app::Error::Invalid(_) | app::Error::Rejected { .. } => StatusCode::BAD_REQUEST,
        app::Error::Conflict { .. } => StatusCode::CONFLICT,
        app::Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        app::Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn reply_of(error: &app::Error) -> HttpResponse {
    let status = status_of(error);
    match error {
        app::Error::NotFound => with_code(status, "not_found", "Not found."),
        app::Error::NotFoundBecause(message) => {
            HttpResponse::build(status).json(json!({ "message": message }))
        }
        app::Error::Unauthorized(fault) => unauthorized(*fault),
        app::Error::Forbidden => with_code(status, "forbidden", "Your role does not allow this."),
        app::Error::Invalid(fields) => HttpResponse::build(status).json(fields),
        app::Error::Rejected { code, detail } | app::Error::Conflict { code, detail } => {
            with_code(status, code, detail)
        }
        app::Error::Unavailable(cause) => unavailable(cause),
        app::Error::Internal(_) => with_code(status, "internal", "Something went wrong on our side."),
    }
}

fn unauthorized(fault: AuthFault) -> HttpResponse {
    let mut body = json!({ "detail": fault.detail(), "code": fault.code() });
    if let Some(wanted) = fault.token_type() {
        let (class, kind) = match wanted {
            TokenType::Access => ("AccessToken", "access"),
            TokenType::Refresh => ("RefreshToken", "refresh"),
        };
        body["messages"] = json!([{ "token_class": class, "token_type": kind, "message": fault.detail() }]);
    }
    challenge(HttpResponse::Unauthorized().json(body))
}

fn unavailable(cause: &infra::Error) -> HttpResponse {
    let unknown = matches!(cause, infra::Error::Unavailable { outcome_unknown: true, .. });
    let mut reply = if unknown {
        let text = "The connection was lost while the request was being stored, and it may have taken effect. \
                    Send it again with the same Idempotency-Key.";
        with_code(StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown", text)
    } else {
        let text = "The platform can't answer at the moment; nothing was done. Try again shortly.";
        with_code(StatusCode::SERVICE_UNAVAILABLE, "unavailable", text)
    };
    reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    reply
}

/// The reply `{"detail","code"}`.
pub fn with_code(status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "detail": detail, "code": code }))
}

/// The reply to a fault of ours, which tells nothing of the inside.
pub fn internal(request_id: &str) -> HttpResponse {
    HttpResponse::InternalServerError().json(json!({
        "detail": "Something went wrong on our side. Tell us the request id.",
        "code": "internal",
        "request_id": request_id,
    }))
}

/// A reply in our form for an error that the server's own parts found.
pub fn plain(status: StatusCode) -> HttpResponse {
    let detail = status.canonical_reason().unwrap_or("The request was refused.");
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => return HttpResponse::build(status).json(json!({ "detail": detail })),
    };
    with_code(status, code, detail)
}

fn challenge(mut reply: HttpResponse) -> HttpResponse {
    let realm = HeaderValue::from_static("Bearer realm=\"api\"");
    reply.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    reply
}
