//! `/api/users/nominee/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::users::{self, Extent, NomineeInput, objects::Nominee};
use chrono::NaiveDate;
use utoipa::ToSchema;
use wallet_rules::people::Relationship;

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, behind_ownership},
    lists::{Paged, link},
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_nominees, __path_list_nominees),
        Endpoint::of(name_nominee, __path_name_nominee),
        Endpoint::of(put_my_nominee, __path_put_my_nominee),
        Endpoint::of(patch_my_nominee, __path_patch_my_nominee),
        Endpoint::of(view_nominee, __path_view_nominee),
        Endpoint::of(put_nominee, __path_put_nominee),
        Endpoint::of(patch_nominee, __path_patch_nominee),
        Endpoint::of(remove_nominee, __path_remove_nominee),
    ]
}

/// Whom a member names to follow them. PATCH may leave anything out.
#[derive(ToSchema)]
pub struct NomineeBody {
    /// Full name.
    #[schema(required)]
    full_name: Option<String>,
    /// What they are to the member.
    #[schema(required, value_type = Option<String>,
        pattern = "^(spouse|son|daughter|father|mother|brother|sister|other)$")]
    relationship: Option<Relationship>,
    /// Day of birth.
    date_of_birth: Option<NaiveDate>,
    /// Mobile.
    #[schema(example = "9000000002")]
    mobile: Option<String>,
    /// E-mail.
    #[schema(example = "nominee@example.in")]
    email: Option<String>,
    /// Address, first line.
    address_line1: Option<String>,
    /// Address, second line.
    address_line2: Option<String>,
    /// City.
    city: Option<String>,
    /// State.
    state: Option<String>,
    /// Pincode.
    #[schema(example = "682001")]
    pincode: Option<String>,
    /// What the proof of identity is.
    id_proof_type: Option<String>,
    /// Its number; of an Aadhaar number only the last digits are kept.
    #[schema(example = "ABCPE1234F")]
    id_proof_number: Option<String>,
    /// Its picture: PDF, JPEG, PNG or WebP.
    #[schema(value_type = Option<String>, format = Binary)]
    id_proof_document: Option<Vec<u8>>,
}

impl Body for NomineeBody {
    fn read(form: &mut Form) -> Self {
        Self {
            full_name: form.optional_text("full_name", 100),
            relationship: form.optional_choice("relationship"),
            date_of_birth: form.optional_date("date_of_birth"),
            mobile: form.optional_text("mobile", 32),
            email: form.optional_text("email", 254),
            address_line1: form.optional_text("address_line1", 200),
            address_line2: form.optional_text("address_line2", 200),
            city: form.optional_text("city", 100),
            state: form.optional_text("state", 100),
            pincode: form.optional_text("pincode", 16),
            id_proof_type: form.optional_text("id_proof_type", 50),
            id_proof_number: form.optional_text("id_proof_number", 32),
            id_proof_document: form.optional_file("id_proof_document").map(|file| file.content),
        }
    }
}

impl From<NomineeBody> for NomineeInput {
    fn from(body: NomineeBody) -> Self {
        Self {
            full_name: body.full_name,
            relationship: body.relationship,
            date_of_birth: body.date_of_birth,
            mobile: body.mobile,
            email: body.email,
            address_line1: body.address_line1,
            address_line2: body.address_line2,
            city: body.city,
            state: body.state,
            pincode: body.pincode,
            id_proof_type: body.id_proof_type,
            id_proof_number: body.id_proof_number,
            id_proof_document: body.id_proof_document,
        }
    }
}

/// The nominee with a link that works from where the caller is.
fn linked(request: &HttpRequest, mut nominee: Nominee) -> Nominee {
    link(request, &mut nominee.id_proof_document);
    nominee
}

/// Nominees, newest first.
#[utoipa::path(
    get, path = "/api/users/nominee/", tag = "users",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((
        status = 200, description = "One's own; everyone's for staff, with masked numbers", body = Paged<Nominee>
    )),
)]
async fn list_nominees(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let mut list = users::list_nominees(&state.app, &caller.call(), page).await?;
    list.results = list.results.into_iter().map(|nominee| linked(&request, nominee)).collect();
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// Names one's nominee; a second one replaces the first, document and all.
#[utoipa::path(
    post, path = "/api/users/nominee/", tag = "users",
    request_body(content = NomineeBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Named", body = Nominee)),
)]
async fn name_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    input: Input,
) -> Result<HttpResponse> {
    let body: NomineeBody = input.read()?;
    let nominee = users::name_nominee(&state.app, &caller.call(), body.into()).await?;
    Ok(HttpResponse::Created().json(linked(&request, nominee)))
}

/// Says one's nominee anew; what is left out is blank, but a document that is not sent stays.
#[utoipa::path(
    put, path = "/api/users/nominee/", tag = "users",
    request_body(content = NomineeBody, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The nominee", body = Nominee),
        (status = 404, description = "One has named nobody"),
    ),
)]
async fn put_my_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    input: Input,
) -> Result<HttpResponse> {
    change(&state, &caller, &request, (None, Extent::Whole), input).await
}

/// Changes a part of one's nominee.
#[utoipa::path(
    patch, path = "/api/users/nominee/", tag = "users",
    request_body(content = NomineeBody, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The nominee", body = Nominee),
        (status = 404, description = "One has named nobody"),
    ),
)]
async fn patch_my_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    input: Input,
) -> Result<HttpResponse> {
    change(&state, &caller, &request, (None, Extent::Part), input).await
}

/// A nominee.
#[utoipa::path(
    get, path = "/api/users/nominee/{id}/", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, description = "One's own; anyone's for staff", body = Nominee)),
)]
async fn view_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
) -> Result<HttpResponse> {
    let nominee = users::view_nominee(&state.app, &caller.call(), id.0).await?;
    Ok(HttpResponse::Ok().json(linked(&request, nominee)))
}

/// Says one's nominee anew; what is left out is blank, but a document that is not sent stays.
#[utoipa::path(
    put, path = "/api/users/nominee/{id}/", tag = "users", params(("id" = i64, Path)),
    request_body(content = NomineeBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "The nominee", body = Nominee)),
)]
async fn put_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
    input: Input,
) -> Result<HttpResponse> {
    change(&state, &caller, &request, (Some(id.0), Extent::Whole), input).await
}

/// Changes a part of one's nominee.
#[utoipa::path(
    patch, path = "/api/users/nominee/{id}/", tag = "users", params(("id" = i64, Path)),
    request_body(content = NomineeBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "The nominee", body = Nominee)),
)]
async fn patch_nominee(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
    input: Input,
) -> Result<HttpResponse> {
    change(&state, &caller, &request, (Some(id.0), Extent::Part), input).await
}

async fn change(
    state: &State,
    caller: &Caller,
    request: &HttpRequest,
    (id, extent): (Option<i64>, Extent),
    input: Input,
) -> Result<HttpResponse> {
    let call = caller.call();
    let seen = async {
        let Some(id) = id else { return Ok(()) };
        let owner = users::view_nominee(&state.app, &call, id).await?.user;
        // staff see it, and may not change it
        if owner == call.actor.id { Ok(()) } else { Err(app::Error::Forbidden) }
    };
    let body: NomineeBody = behind_ownership(input.read(), seen).await?;
    let nominee = users::change_nominee(&state.app, &call, id, body.into(), extent).await?;
    Ok(HttpResponse::Ok().json(linked(request, nominee)))
}

/// Names nobody any more.
#[utoipa::path(
    delete, path = "/api/users/nominee/{id}/", tag = "users", params(("id" = i64, Path)),
    responses((status = 204, description = "Gone, document and all")),
)]
async fn remove_nominee(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    users::remove_nominee(&state.app, &caller.call(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
