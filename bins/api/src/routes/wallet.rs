//! `/api/wallet/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::wallet::{
    self, TransactionFilter,
    objects::{Explanation, Wallet, WalletTransaction},
};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_wallets, __path_list_wallets),
        Endpoint::of(view_my_wallet, __path_view_my_wallet),
        Endpoint::of(view_wallet, __path_view_wallet),
        Endpoint::of(list_transactions, __path_list_transactions),
        Endpoint::of(view_transaction, __path_view_transaction),
        Endpoint::of(explain_transaction, __path_explain_transaction),
    ]
}

/// Wallets.
#[utoipa::path(
    get, path = "/api/wallet/", tag = "wallet",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Wallet>)),
)]
async fn list_wallets(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = wallet::list_wallets(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// One's own wallet.
#[utoipa::path(
    get, path = "/api/wallet/my_wallet/", tag = "wallet",
    responses((status = 200, description = "The wallet", body = Wallet)),
)]
async fn view_my_wallet(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(wallet::view_my_wallet(&state.app, &caller.call()).await?))
}

/// A wallet.
#[utoipa::path(
    get, path = "/api/wallet/{id}/", tag = "wallet", params(("id" = i64, Path)),
    responses((status = 200, description = "The wallet", body = Wallet)),
)]
async fn view_wallet(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(wallet::view_wallet(&state.app, &caller.call(), id.0).await?))
}

/// The rows of wallets' statements, newest first.
#[utoipa::path(
    get, path = "/api/wallet/transactions/", tag = "wallet",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
        ("transaction_type" = Option<String>, Query,
            pattern = "^(REFERRAL_BONUS|BINARY_PAIR|EMI_DEDUCTION|RESERVE_DEDUCTION|PAYOUT|DEPOSIT|REFUND|BOOKING_PAYMENT)$"),
        ("start_date" = Option<String>, Query, format = Date), ("end_date" = Option<String>, Query, format = Date),
        ("user_id" = Option<i64>, Query, description = "For admins"),
    ),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<WalletTransaction>)),
)]
async fn list_transactions(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    let filter = TransactionFilter {
        transaction_type: query.choice("transaction_type"),
        start_date: query.date("start_date"),
        end_date: query.date("end_date"),
        user_id: query.id("user_id"),
    };
    query.check()?;
    let list = wallet::list_transactions(&state.app, &caller.call(), filter, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A row of a wallet's statement.
#[utoipa::path(
    get, path = "/api/wallet/transactions/{id}/", tag = "wallet", params(("id" = i64, Path)),
    responses((status = 200, description = "The row", body = WalletTransaction)),
)]
async fn view_transaction(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(wallet::view_transaction(&state.app, &caller.call(), id.0).await?))
}

/// How a row's amount came about.
#[utoipa::path(
    get, path = "/api/wallet/transactions/{id}/why/", tag = "wallet", params(("id" = i64, Path)),
    responses((status = 200, description = "In sentences, and as data", body = Explanation)),
)]
async fn explain_transaction(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(wallet::explain_transaction(&state.app, &caller.call(), id.0).await?))
}
