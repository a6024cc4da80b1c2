//! `/api/docs/`: the OpenAPI document as a page on which one logs in and tries each call. Everything that the
//! page needs is inside this binary; it asks no other host for anything.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{self, ContentEncoding},
    web::Path,
};
use utoipa_swagger_ui::Config;

use crate::{endpoints::Endpoint, errors::Result};

/// Scripts, styles and calls of this server's alone; the viewer's icons stand in its style sheet as `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The viewer's files that the page names; the others of its package are for other ways to build a page.
const OF_THE_VIEWER: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(docs, __path_docs), Endpoint::of(docs_file, __path_docs_file)]
}

/// This document as a page that logs in and tries calls.
#[utoipa::path(
    get, path = "/api/docs/", tag = "index",
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
)]
async fn docs() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .body(include_str!("docs/page.html"))
}

/// A script or style of that page.
#[utoipa::path(
    get, path = "/api/docs/{file}/", tag = "index", params(("file" = String, Path)),
    responses((
        status = 200, description = "The file", content((String = "text/javascript"), (String = "text/css")),
    )),
)]
async fn docs_file(file: Path<String>) -> Result<HttpResponse> {
    match file.as_str() {
        "page.js" => Ok(kept("text/javascript; charset=utf-8").body(include_str!("docs/page.js"))),
        "page.css" => Ok(kept("text/css; charset=utf-8").body(include_str!("docs/page.css"))),
        name if OF_THE_VIEWER.contains(&name) => of_the_viewer(name),
        _ => Err(app::Error::NotFound.into()),
    }
}

fn of_the_viewer(name: &str) -> Result<HttpResponse> {
    let file = utoipa_swagger_ui::serve(name, Arc::new(Config::from("/api/schema/")))
        .map_err(|error| app::Error::internal(error.to_string()))?
        .ok_or(app::Error::NotFound)?;
    let mut reply = kept(&file.content_type);
    if file.gzpipped {
        // stored so, and every browser reads it
        reply.insert_header(ContentEncoding::Gzip);
    }
    Ok(reply.body(file.bytes.into_owned()))
}

/// A reply that a browser may keep for a while; another version of this binary may bring another file.
fn kept(content_type: &str) -> actix_web::HttpResponseBuilder {
    let mut reply = HttpResponse::Ok();
    reply.content_type(content_type).insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    reply
}
