//! `/api/auth/totp/`: the second factor of staff and admins.

use actix_web::{HttpResponse, web::Data};
use app::auth::{
    self,
    objects::{Message, TotpEnrolled},
};
use utoipa::ToSchema;

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, Nothing},
    limits,
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(enroll_totp, __path_enroll_totp), Endpoint::of(verify_totp, __path_verify_totp)]
}

/// A code of the second factor.
#[derive(ToSchema)]
pub struct TotpBody {
    /// The code that the app shows.
    #[schema(example = "123456")]
    otp_code: String,
}

impl Body for TotpBody {
    fn read(form: &mut Form) -> Self {
        Self { otp_code: form.text("otp_code", 32) }
    }
}

/// Gives a new secret for an authenticator app, to be confirmed with a code of it.
#[utoipa::path(
    post, path = "/api/auth/totp/enroll/", tag = "auth",
    responses(
        (status = 200, description = "The secret, which is shown this once", body = TotpEnrolled),
        (status = 409, description = "One is confirmed already"),
    ),
)]
async fn enroll_totp(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    input.read::<Nothing>()?;
    Ok(HttpResponse::Ok().json(auth::enroll_totp(&state.app, &caller.call()).await?))
}

/// Shows a code of the second factor, which confirms it and lets the session do everything.
#[utoipa::path(
    post, path = "/api/auth/totp/verify/", tag = "auth", request_body = TotpBody,
    responses(
        (status = 200, description = "It is right", body = Message),
        (status = 409, description = "There is no secret yet"),
        (status = 429, description = "Too many tries; Retry-After says how long to wait"),
    ),
)]
async fn verify_totp(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    let body: TotpBody = input.read()?;
    limits::count_always(&state, &limits::SECOND_FACTORS, &caller.id().to_string()).await?;
    Ok(HttpResponse::Ok().json(auth::verify_totp(&state.app, &caller.call(), &body.otp_code).await?))
}
