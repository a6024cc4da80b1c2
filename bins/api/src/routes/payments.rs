//! `/api/booking/payments/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::booking::{self, Settlement, objects::Payment};
use utoipa::ToSchema;

use super::done;
use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, behind_ownership},
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_payments, __path_list_payments),
        Endpoint::of(view_payment, __path_view_payment),
        Endpoint::of(confirm_payment, __path_confirm_payment),
        Endpoint::of(fail_payment, __path_fail_payment),
    ]
}

/// What an admin says of a payment.
#[derive(ToSchema)]
pub struct SettlementBody {
    /// The bank's reference.
    transaction_id: Option<String>,
    /// Remarks.
    notes: Option<String>,
}

impl Body for SettlementBody {
    fn read(form: &mut Form) -> Self {
        Self {
            transaction_id: form.optional_text("transaction_id", 64),
            notes: form.optional_remarks("notes", 500),
        }
    }
}

impl From<SettlementBody> for Settlement {
    fn from(body: SettlementBody) -> Self {
        Self {
            transaction_id: body.transaction_id.unwrap_or_default(),
            notes: body.notes.unwrap_or_default(),
        }
    }
}

/// Payments, newest first.
#[utoipa::path(
    get, path = "/api/booking/payments/", tag = "booking",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Payment>)),
)]
async fn list_payments(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = booking::list_payments(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A payment.
#[utoipa::path(
    get, path = "/api/booking/payments/{id}/", tag = "booking", params(("id" = i64, Path)),
    responses((status = 200, description = "The payment", body = Payment)),
)]
async fn view_payment(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(booking::view_payment(&state.app, &caller.call(), id.0).await?))
}

/// Confirms that a bank transfer or cash has come in.
#[utoipa::path(
    post, path = "/api/booking/payments/{id}/confirm/", tag = "booking", request_body = SettlementBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Completed", body = Payment),
        (status = 409, description = "It is decided already, or no longer fits"),
    ),
)]
async fn confirm_payment(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(booking::view_payment(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<SettlementBody>(input), seen).await?;
    let payment = booking::confirm_payment(&state.app, &call, id.0, body.into()).await?;
    Ok(done(HttpResponse::Ok(), payment))
}

/// Says that a bank transfer or cash has not come in.
#[utoipa::path(
    post, path = "/api/booking/payments/{id}/fail/", tag = "booking", request_body = SettlementBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Failed", body = Payment),
        (status = 409, description = "It is decided already"),
    ),
)]
async fn fail_payment(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(booking::view_payment(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<SettlementBody>(input), seen).await?;
    let payment = booking::fail_payment(&state.app, &call, id.0, body.into()).await?;
    Ok(done(HttpResponse::Ok(), payment))
}
