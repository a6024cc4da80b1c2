//! `/api/`: which groups there are, and the document of them all.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpResponse, http::header};

use crate::{endpoints::Endpoint, errors::Result, lists::base_address, openapi};

/// The groups and where they begin.
const GROUPS: [(&str, &str); 11] = [
    ("auth", "/api/auth/"),
    ("binary", "/api/binary/"),
    ("booking", "/api/booking/"),
    ("compliance", "/api/compliance/"),
    ("docs", "/api/docs/"),
    ("health", "/health/"),
    ("payout", "/api/payout/"),
    ("reports", "/api/reports/"),
    ("schema", "/api/schema/"),
    ("users", "/api/users/"),
    ("wallet", "/api/wallet/"),
];

static DOCUMENT: LazyLock<Option<String>> = LazyLock::new(|| openapi::document(&super::all()).to_json().ok());

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(index, __path_index), Endpoint::of(schema, __path_schema)]
}

/// The groups of routes.
#[utoipa::path(
    get, path = "/api/", tag = "index",
    responses((status = 200, description = "Each group with its address", body = BTreeMap<String, String>)),
)]
async fn index(request: actix_web::HttpRequest) -> HttpResponse {
    let base = base_address(&request);
    let groups: BTreeMap<&str, String> =
        GROUPS.iter().map(|(name, path)| (*name, format!("{base}{path}"))).collect();
    HttpResponse::Ok().json(groups)
}

/// This document.
#[utoipa::path(
    get, path = "/api/schema/", tag = "index",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)),
)]
async fn schema() -> Result<HttpResponse> {
    let document =
        DOCUMENT.as_deref().ok_or_else(|| app::Error::internal("the document can't be written"))?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .body(document))
}
