//! `/api/payout/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::payout::{
    self, NewPayout, PayoutFilter,
    objects::{Payout, PayoutTransaction},
};
use money::Paise;
use utoipa::ToSchema;

use super::done;
use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, Nothing, behind_ownership},
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_payouts, __path_list_payouts),
        Endpoint::of(request_payout, __path_request_payout),
        Endpoint::of(view_payout, __path_view_payout),
        Endpoint::of(process_payout, __path_process_payout),
        Endpoint::of(complete_payout, __path_complete_payout),
        Endpoint::of(reject_payout, __path_reject_payout),
        Endpoint::of(fail_payout, __path_fail_payout),
        Endpoint::of(cancel_payout, __path_cancel_payout),
        Endpoint::of(list_payout_transactions, __path_list_payout_transactions),
        Endpoint::of(view_payout_transaction, __path_view_payout_transaction),
    ]
}

/// A payout that is asked for. Bank details left out are those of the approved KYC.
#[derive(ToSchema)]
pub struct PayoutBody {
    /// What leaves the wallet: tax, instalments and net together.
    #[schema(value_type = String, example = "650.00")]
    requested_amount: Paise,
    /// The bank.
    bank_name: Option<String>,
    /// The account's number.
    account_number: Option<String>,
    /// The bank's branch.
    #[schema(example = "SBIN0001234")]
    ifsc_code: Option<String>,
    /// The account's holder.
    account_holder_name: Option<String>,
    /// Pay unpaid instalments out of it first; no if left out.
    #[schema(value_type = Option<bool>)]
    emi_auto_filled: bool,
    /// Remarks.
    notes: Option<String>,
}

impl Body for PayoutBody {
    fn read(form: &mut Form) -> Self {
        Self {
            requested_amount: form.money("requested_amount"),
            bank_name: form.optional_text("bank_name", 100),
            account_number: form.optional_text("account_number", 32),
            ifsc_code: form.optional_text("ifsc_code", 32),
            account_holder_name: form.optional_text("account_holder_name", 100),
            emi_auto_filled: form.flag("emi_auto_filled"),
            notes: form.optional_remarks("notes", 500),
        }
    }
}

/// What the bank says of a payment of its own.
#[derive(ToSchema)]
pub struct BankReferenceBody {
    /// The bank's reference.
    #[schema(example = "UTR1")]
    transaction_id: String,
}

impl Body for BankReferenceBody {
    fn read(form: &mut Form) -> Self {
        Self { transaction_id: form.text("transaction_id", 64) }
    }
}

/// Why something is refused or failed.
#[derive(ToSchema)]
pub struct ReasonBody {
    /// For the member to read.
    pub(super) reason: String,
}

impl Body for ReasonBody {
    fn read(form: &mut Form) -> Self {
        Self { reason: form.remarks("reason", 500) }
    }
}

/// Payouts, newest first; of account numbers only the last four digits are shown.
#[utoipa::path(
    get, path = "/api/payout/", tag = "payout",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query), 
        ("status" = Option<String>, Query, pattern = "^(pending|processing|completed|rejected|cancelled|failed)$"),
        ("start_date" = Option<String>, Query, format = Date), ("end_date" = Option<String>, Query, format = Date),
    ),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Payout>)),
)]
async fn list_payouts(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    let filter = PayoutFilter {
        status: query.choice("status"),
        start_date: query.date("start_date"),
        end_date: query.date("end_date"),
    };
    query.check()?;
    let list = payout::list_payouts(&state.app, &caller.call(), filter, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// Asks for a payout; the whole amount leaves the wallet at once and is held.
#[utoipa::path(
    post, path = "/api/payout/", tag = "payout", request_body = PayoutBody,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "Waits for an admin", body = Payout)),
)]
async fn request_payout(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    let (call, body) = caller.once::<PayoutBody>(input)?;
    let new = NewPayout {
        requested_amount: body.requested_amount,
        bank_name: body.bank_name,
        account_number: body.account_number,
        ifsc_code: body.ifsc_code,
        account_holder_name: body.account_holder_name,
        emi_auto_filled: body.emi_auto_filled,
        notes: body.notes.unwrap_or_default(),
    };
    Ok(done(HttpResponse::Created(), payout::request_payout(&state.app, &call, new).await?))
}

/// A payout with its whole account number.
#[utoipa::path(
    get, path = "/api/payout/{id}/", tag = "payout", params(("id" = i64, Path)),
    responses((status = 200, description = "The payout", body = Payout)),
)]
async fn view_payout(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(payout::view_payout(&state.app, &caller.call(), id.0).await?))
}

/// Processes a pending payout: tax and instalments are posted.
#[utoipa::path(
    post, path = "/api/payout/{id}/process/", tag = "payout",
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "The bank may pay; or completed, with nothing to pay", body = Payout),
        (status = 409, description = "It is not pending, or its reasons no longer stand"),
    ),
)]
async fn process_payout(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(payout::view_payout(&state.app, &asker, id.0).await?.user) };
    let (call, Nothing {}) = behind_ownership(caller.once(input), seen).await?;
    Ok(done(HttpResponse::Ok(), payout::process_payout(&state.app, &call, id.0).await?))
}

/// Completes a processed payout that the bank has paid.
#[utoipa::path(
    post, path = "/api/payout/{id}/complete/", tag = "payout", request_body = BankReferenceBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Completed", body = Payout),
        (status = 409, description = "It is not processed"),
    ),
)]
async fn complete_payout(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(payout::view_payout(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<BankReferenceBody>(input), seen).await?;
    let payout = payout::complete_payout(&state.app, &call, id.0, body.transaction_id).await?;
    Ok(done(HttpResponse::Ok(), payout))
}

/// Rejects a pending payout; the hold returns to the wallet.
#[utoipa::path(
    post, path = "/api/payout/{id}/reject/", tag = "payout", request_body = ReasonBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Rejected", body = Payout),
        (status = 409, description = "It is not pending"),
    ),
)]
async fn reject_payout(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(payout::view_payout(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<ReasonBody>(input), seen).await?;
    Ok(done(HttpResponse::Ok(), payout::reject_payout(&state.app, &call, id.0, body.reason).await?))
}

/// Fails a processed payout that the bank did not pay: net and tax return to the wallet.
#[utoipa::path(
    post, path = "/api/payout/{id}/fail/", tag = "payout", request_body = ReasonBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Failed", body = Payout),
        (status = 409, description = "It is not processed"),
    ),
)]
async fn fail_payout(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen =
        async { asker.actor.check_anothers(payout::view_payout(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<ReasonBody>(input), seen).await?;
    Ok(done(HttpResponse::Ok(), payout::fail_payout(&state.app, &call, id.0, body.reason).await?))
}

/// Cancels one's own pending payout; the hold returns to the wallet.
#[utoipa::path(
    post, path = "/api/payout/{id}/cancel/", tag = "payout",
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Cancelled", body = Payout),
        (status = 409, description = "It is not pending"),
    ),
)]
async fn cancel_payout(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen = async { asker.actor.check_own(payout::view_payout(&state.app, &asker, id.0).await?.user) };
    let (call, Nothing {}) = behind_ownership(caller.once(input), seen).await?;
    Ok(done(HttpResponse::Ok(), payout::cancel_payout(&state.app, &call, id.0).await?))
}

/// The moves of payouts' money, newest first.
#[utoipa::path(
    get, path = "/api/payout/transactions/", tag = "payout",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<PayoutTransaction>)),
)]
async fn list_payout_transactions(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = payout::list_payout_transactions(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A move of a payout's money.
#[utoipa::path(
    get, path = "/api/payout/transactions/{id}/", tag = "payout", params(("id" = i64, Path)),
    responses((status = 200, description = "The move", body = PayoutTransaction)),
)]
async fn view_payout_transaction(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(payout::view_payout_transaction(&state.app, &caller.call(), id.0).await?))
}
