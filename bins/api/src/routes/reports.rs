//! `/api/reports/`: the dashboard. Sales, user and wallet reports are to follow here.

use actix_web::{HttpResponse, web::Data};
use app::reports::{self, objects::Dashboard};

use crate::{auth::Caller, endpoints::Endpoint, errors::Result, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(view_dashboard, __path_view_dashboard)]
}

/// The figures of the caller's role.
#[utoipa::path(
    get, path = "/api/reports/dashboard/", tag = "reports",
    responses((status = 200, description = "One's own; the platform's for an admin", body = Dashboard)),
)]
async fn view_dashboard(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(reports::view_dashboard(&state.app, &caller.call()).await?))
}
