//! `/api/auth/`.

use actix_web::{HttpResponse, web::Data};
use app::auth::{
    self, Side, VerifyOtp,
    objects::{Login, Message, Tokens},
};
use utoipa::ToSchema;
use wallet_rules::identity::{Identifier, IdentifierKind};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    envelope::RequestId,
    errors::Result,
    input::{Body, Form, Input, Nothing},
    limits,
    service::State,
};

/// Characters of an e-mail address, at most.
const IDENTIFIER: usize = 254;
/// Characters of a token, at most; ours are far shorter.
const TOKEN: usize = 8192;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(send_otp, __path_send_otp),
        Endpoint::of(verify_otp, __path_verify_otp),
        Endpoint::of(refresh, __path_refresh),
        Endpoint::of(logout, __path_logout),
        Endpoint::of(logout_all, __path_logout_all),
    ]
}

/// Where a code is sent.
#[derive(ToSchema)]
pub struct SendOtpBody {
    /// An e-mail address, or a mobile number with or without +91, 91 or 0.
    #[schema(example = "you@example.in")]
    identifier: String,
    /// What it is.
    #[schema(value_type = String, pattern = "^(email|mobile)$")]
    otp_type: IdentifierKind,
}

impl Body for SendOtpBody {
    fn read(form: &mut Form) -> Self {
        Self {
            identifier: form.text("identifier", IDENTIFIER),
            otp_type: form.choice("otp_type", IdentifierKind::Email),
        }
    }
}

/// A code that came back.
#[derive(ToSchema)]
pub struct VerifyOtpBody {
    /// Where it was sent.
    #[schema(example = "you@example.in")]
    identifier: String,
    /// What that is.
    #[schema(value_type = String, pattern = "^(email|mobile)$")]
    otp_type: IdentifierKind,
    /// The code.
    #[schema(example = "123456")]
    otp_code: String,
    /// Whose code brings a new member in.
    referral_code: Option<String>,
    /// The sponsor's direct side that a new member asks for.
    #[schema(value_type = Option<String>, pattern = "^(left|right)$")]
    side: Option<Side>,
}

impl Body for VerifyOtpBody {
    fn read(form: &mut Form) -> Self {
        Self {
            identifier: form.text("identifier", IDENTIFIER),
            otp_type: form.choice("otp_type", IdentifierKind::Email),
            otp_code: form.text("otp_code", 32),
            referral_code: form.optional_text("referral_code", 32),
            side: form.optional_choice("side"),
        }
    }
}

/// A refresh token.
#[derive(ToSchema)]
pub struct RefreshBody {
    /// The token.
    refresh: String,
}

impl Body for RefreshBody {
    fn read(form: &mut Form) -> Self {
        Self { refresh: form.text("refresh", TOKEN) }
    }
}

/// Which session ends besides that of the access token.
#[derive(ToSchema)]
pub struct LogoutBody {
    /// A refresh token of one's own.
    refresh: Option<String>,
}

impl Body for LogoutBody {
    fn read(form: &mut Form) -> Self {
        Self { refresh: form.optional_text("refresh", TOKEN) }
    }
}

/// Sends a one-time code. The reply is the same whether or not an account exists.
#[utoipa::path(
    post, path = "/api/auth/send-otp/", tag = "auth", request_body = SendOtpBody,
    responses(
        (status = 200, description = "On its way", body = Message),
        (status = 429, description = "Too many codes for it; Retry-After says how long to wait"),
    ),
)]
async fn send_otp(state: Data<State>, request: RequestId, input: Input) -> Result<HttpResponse> {
    let body: SendOtpBody = input.read()?;
    if let Ok(to) = Identifier::parse(body.otp_type, &body.identifier) {
        limits::count(&state, &limits::CODES, to.as_str()).await?;
    }
    let sent = auth::send_otp(&state.app, &request.0, &body.identifier, body.otp_type).await?;
    Ok(HttpResponse::Ok().json(sent))
}

/// Logs in with a one-time code; an unknown identifier becomes an account.
#[utoipa::path(
    post, path = "/api/auth/verify-otp/", tag = "auth", request_body = VerifyOtpBody,
    responses(
        (status = 200, description = "Logged in", body = Login),
        (status = 401, description = "The account is disabled"),
    ),
)]
async fn verify_otp(state: Data<State>, request: RequestId, input: Input) -> Result<HttpResponse> {
    let body: VerifyOtpBody = input.read()?;
    let code = VerifyOtp {
        identifier: body.identifier,
        otp_type: body.otp_type,
        otp_code: body.otp_code,
        referral_code: body.referral_code,
        side: body.side,
    };
    Ok(HttpResponse::Ok().json(auth::verify_otp(&state.app, &request.0, code).await?))
}

/// Gives the next pair of tokens; the old refresh token dies, and using a dead one ends the whole session.
#[utoipa::path(
    post, path = "/api/auth/refresh/", tag = "auth", request_body = RefreshBody,
    responses(
        (status = 200, description = "The next pair", body = Tokens),
        (status = 401, description = "The token is no good, or no good any more"),
    ),
)]
async fn refresh(state: Data<State>, input: Input) -> Result<HttpResponse> {
    let body: RefreshBody = input.read()?;
    Ok(HttpResponse::Ok().json(auth::refresh(&state.app, &body.refresh).await?))
}

/// Ends the session; its tokens are dead at once.
#[utoipa::path(
    post, path = "/api/auth/logout/", tag = "auth", request_body = LogoutBody,
    responses((status = 200, description = "Logged out", body = Message)),
)]
async fn logout(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    let body: LogoutBody = input.read()?;
    let ended = auth::logout(&state.app, &caller.call(), body.refresh.as_deref()).await?;
    Ok(HttpResponse::Ok().json(ended))
}

/// Ends every session of one's own, wherever it is; all their tokens are dead at once.
#[utoipa::path(
    post, path = "/api/auth/logout-all/", tag = "auth",
    responses((status = 200, description = "Logged out everywhere", body = Message)),
)]
async fn logout_all(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    input.read::<Nothing>()?;
    Ok(HttpResponse::Ok().json(auth::logout_all(&state.app, &caller.call()).await?))
}
