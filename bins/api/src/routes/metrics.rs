//! `/metrics`: figures for Prometheus.

use actix_web::{HttpResponse, web::Data};

use crate::{endpoints::Endpoint, errors::Result, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(metrics, __path_metrics)]
}

/// What this process counted and how the platform stands, for the addresses of `METRICS_ALLOWED_ADDRESSES`.
#[utoipa::path(
    get, path = "/metrics", tag = "health",
    responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text")),
)]
async fn metrics(state: Data<State>) -> Result<HttpResponse> {
    let text = app::metrics::text(&state.app).await?;
    Ok(HttpResponse::Ok().content_type(app::metrics::CONTENT_TYPE).body(text))
}
