//! `/media/{token}`: a private file by its short-lived link.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use app::users;

use crate::{endpoints::Endpoint, errors::Result, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(open_file, __path_open_file)]
}

/// A private file. Whoever has the link was allowed to see it; the link works for a few minutes.
#[utoipa::path(
    get, path = "/media/{token}", tag = "media", params(("token" = String, Path)),
    responses((
        status = 200, description = "The file",
        content(
            (Vec<u8> = "application/pdf"), (Vec<u8> = "image/jpeg"),
            (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"),
        ),
    )),
)]
async fn open_file(state: Data<State>, token: Path<String>) -> Result<HttpResponse> {
    let file = users::open_file(&state.app, &token).await?;
    // a picture was written anew; a PDF is as it came, and is saved by whoever wants to look at it
    let disposition = match file.content_type.as_str() {
        "application/pdf" => "attachment; filename=\"document.pdf\"",
        _ => "inline",
    };
    // shown, never run, and kept by nobody on the way
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(file.content))
}
