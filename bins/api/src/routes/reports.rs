//! `/api/reports/`.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderName},
    web::Data,
};
use app::reports::{
    self, Days,
    objects::{Dashboard, SalesReport, UserReport, WalletReport},
};
use serde::Serialize;

use crate::{auth::Caller, endpoints::Endpoint, errors::Result, query::Query, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(view_dashboard, __path_view_dashboard),
        Endpoint::of(view_sales_report, __path_view_sales_report),
        Endpoint::of(view_user_report, __path_view_user_report),
        Endpoint::of(view_wallet_report, __path_view_wallet_report),
    ]
}

/// The figures of the caller's role.
#[utoipa::path(
    get, path = "/api/reports/dashboard/", tag = "reports",
    responses((
        status = 200, description = "One's own; the platform's for an admin, which may be 10 s old", body = Dashboard,
        headers(("X-Cache" = String, description = "`hit` or `miss`, for an admin")),
    )),
)]
async fn view_dashboard(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    let call = caller.call();
    let view = reports::view_dashboard(&state.app, &call);
    if call.actor.is_admin() {
        shared(&state, "reports/dashboard/ for admins", view).await
    } else {
        Ok(HttpResponse::Ok().json(view.await?))
    }
}

/// What was sold: payments by the Indian day of their completion, bookings by that of their making. Both days are
/// included.
#[utoipa::path(
    get, path = "/api/reports/sales/", tag = "reports",
    params(
        ("start_date" = Option<String>, Query, format = Date), ("end_date" = Option<String>, Query, format = Date),
    ),
    responses((
        status = 200, description = "May be 10 s old", body = SalesReport,
        headers(("X-Cache" = String, description = "`hit` or `miss`")),
    )),
)]
async fn view_sales_report(state: Data<State>, caller: Caller, mut query: Query) -> Result<HttpResponse> {
    let days = days(&mut query);
    query.check()?;
    let name = format!("reports/sales/ {} for admins", named(days));
    shared(&state, &name, reports::view_sales_report(&state.app, &caller.call(), days)).await
}

/// What one member has done here.
#[utoipa::path(
    get, path = "/api/reports/user/", tag = "reports",
    params(("user_id" = Option<i64>, Query, description = "For admins")),
    responses(
        (status = 200, description = "One's own; anyone's for an admin", body = UserReport),
        (status = 404, description = "There is no such account"),
    ),
)]
async fn view_user_report(state: Data<State>, caller: Caller, mut query: Query) -> Result<HttpResponse> {
    let user = query.id("user_id");
    query.check()?;
    Ok(HttpResponse::Ok().json(reports::view_user_report(&state.app, &caller.call(), user).await?))
}

/// What went through one's wallet, or everyone's, by type. Both days are included.
#[utoipa::path(
    get, path = "/api/reports/wallet/", tag = "reports",
    params(
        ("start_date" = Option<String>, Query, format = Date), ("end_date" = Option<String>, Query, format = Date),
        ("user_id" = Option<i64>, Query, description = "For admins"),
    ),
    responses((
        status = 200, description = "One's own; everyone's for an admin, which may be 10 s old, or one member's",
        body = WalletReport,
        headers(("X-Cache" = String, description = "`hit` or `miss`, for everyone's")),
    )),
)]
async fn view_wallet_report(state: Data<State>, caller: Caller, mut query: Query) -> Result<HttpResponse> {
    let (days, user) = (days(&mut query), query.id("user_id"));
    query.check()?;
    let call = caller.call();
    let view = reports::view_wallet_report(&state.app, &call, user, days);
    if call.actor.is_admin() && user.is_none() {
        shared(&state, &format!("reports/wallet/ {} for admins", named(days)), view).await
    } else {
        Ok(HttpResponse::Ok().json(view.await?))
    }
}

fn days(query: &mut Query) -> Days {
    Days { first: query.date("start_date"), last: query.date("end_date") }
}

/// The days as a part of a reply's name.
fn named(days: Days) -> String {
    format!("from {:?} to {:?}", days.first, days.last)
}

/// A reply over everyone, which all who may see it share for a moment. Its name says all that it depends on: the route,
/// what is asked of it, and for whom.
async fn shared<T: Serialize>(
    state: &State,
    name: &str,
    make: impl Future<Output = app::Result<T>>,
) -> Result<HttpResponse> {
    let text = async { serde_json::to_string(&make.await?).map_err(app::Error::internal) };
    let reply = state.app.cache.share(name, text).await?;
    let cache = (HeaderName::from_static("x-cache"), if reply.hit { "hit" } else { "miss" });
    let kind = (header::CONTENT_TYPE, "application/json");
    Ok(HttpResponse::Ok().insert_header(kind).insert_header(cache).body(reply.text))
}
