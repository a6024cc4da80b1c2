//! `/api/reports/`: the dashboard. Sales, user and wallet reports are to follow here.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderName},
    web::Data,
};
use app::reports::{self, objects::Dashboard};
use serde::Serialize;

use crate::{auth::Caller, endpoints::Endpoint, errors::Result, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(view_dashboard, __path_view_dashboard)]
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
