//! `/api/compliance/`: members' documents, and the register of tax.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::compliance::{
    self, DocumentInput,
    objects::{ComplianceDocument, TdsRecord},
};
use utoipa::ToSchema;
use wallet_rules::people::DocumentType;

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, Nothing, behind_ownership},
    lists::{Paged, link},
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_tds_records, __path_list_tds_records),
        Endpoint::of(view_tds_record, __path_view_tds_record),
        Endpoint::of(list_documents, __path_list_documents),
        Endpoint::of(upload_document, __path_upload_document),
        Endpoint::of(view_document, __path_view_document),
        Endpoint::of(verify_document, __path_verify_document),
        Endpoint::of(remove_document, __path_remove_document),
    ]
}

/// A document that a member sends in.
#[derive(ToSchema)]
pub struct DocumentBody {
    /// What it is.
    #[schema(value_type = String, pattern = "^(tds_certificate|pan_card|aadhaar|bank_statement|other)$")]
    document_type: DocumentType,
    /// What its owner calls it.
    title: String,
    /// What its owner says of it.
    description: Option<String>,
    /// The document: PDF, JPEG, PNG or WebP, at most 10 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl Body for DocumentBody {
    fn read(form: &mut Form) -> Self {
        Self {
            document_type: form.choice("document_type", DocumentType::Other),
            title: form.text("title", 200),
            description: form.optional_remarks("description", 1_000),
            file: form.file("file").content,
        }
    }
}

impl From<DocumentBody> for DocumentInput {
    fn from(body: DocumentBody) -> Self {
        Self {
            document_type: body.document_type,
            title: body.title,
            description: body.description.unwrap_or_default(),
            file: body.file,
        }
    }
}

/// Documents, newest first.
#[utoipa::path(
    get, path = "/api/compliance/documents/", tag = "compliance",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for staff", body = Paged<ComplianceDocument>)),
)]
async fn list_documents(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let mut list = compliance::list_documents(&state.app, &caller.call(), page).await?;
    list.results.iter_mut().for_each(|document| link(&request, &mut document.file));
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// Sends in a document.
#[utoipa::path(
    post, path = "/api/compliance/documents/", tag = "compliance",
    request_body(content = DocumentBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Waits for staff", body = ComplianceDocument)),
)]
async fn upload_document(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    input: Input,
) -> Result<HttpResponse> {
    let body: DocumentBody = input.read()?;
    let mut document = compliance::upload_document(&state.app, &caller.call(), body.into()).await?;
    link(&request, &mut document.file);
    Ok(HttpResponse::Created().json(document))
}

/// A document.
#[utoipa::path(
    get, path = "/api/compliance/documents/{id}/", tag = "compliance", params(("id" = i64, Path)),
    responses((status = 200, description = "One's own; anyone's for staff", body = ComplianceDocument)),
)]
async fn view_document(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
) -> Result<HttpResponse> {
    let mut document = compliance::view_document(&state.app, &caller.call(), id.0).await?;
    link(&request, &mut document.file);
    Ok(HttpResponse::Ok().json(document))
}

/// Verifies another's document.
#[utoipa::path(
    post, path = "/api/compliance/documents/{id}/verify/", tag = "compliance", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Verified", body = ComplianceDocument),
        (status = 409, description = "It is verified already"),
    ),
)]
async fn verify_document(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
    input: Input,
) -> Result<HttpResponse> {
    let call = caller.call();
    let seen =
        async { call.actor.check_anothers(compliance::view_document(&state.app, &call, id.0).await?.user) };
    behind_ownership(input.read::<Nothing>(), seen).await?;
    let mut document = compliance::verify_document(&state.app, &call, id.0).await?;
    link(&request, &mut document.file);
    Ok(HttpResponse::Ok().json(document))
}

/// Takes a document back that nobody has verified.
#[utoipa::path(
    delete, path = "/api/compliance/documents/{id}/", tag = "compliance", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "Gone, file and all"),
        (status = 409, description = "It is verified"),
    ),
)]
async fn remove_document(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    compliance::remove_document(&state.app, &caller.call(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Tax taken off payouts, newest first; tax that was given back is negative.
#[utoipa::path(
    get, path = "/api/compliance/tds/", tag = "compliance",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<TdsRecord>)),
)]
async fn list_tds_records(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let mut list = compliance::list_tds_records(&state.app, &caller.call(), page).await?;
    list.results.iter_mut().for_each(|record| link(&request, &mut record.certificate_file));
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A row of the register.
#[utoipa::path(
    get, path = "/api/compliance/tds/{id}/", tag = "compliance", params(("id" = i64, Path)),
    responses((status = 200, description = "The row", body = TdsRecord)),
)]
async fn view_tds_record(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
) -> Result<HttpResponse> {
    let mut record = compliance::view_tds_record(&state.app, &caller.call(), id.0).await?;
    link(&request, &mut record.certificate_file);
    Ok(HttpResponse::Ok().json(record))
}
