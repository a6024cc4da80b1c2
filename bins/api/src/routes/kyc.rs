//! `/api/users/kyc/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::users::{
    self, KycInput,
    objects::{Kyc, Reviewed},
};
use utoipa::ToSchema;

use super::payout::ReasonBody;
use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, Nothing, behind_ownership},
    lists::{Paged, link},
    query::{Id, Query},
    service::State,
};

/// Characters of a number or code, at most; each has a form of its own that is checked behind this.
const NUMBER: usize = 32;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_kycs, __path_list_kycs),
        Endpoint::of(submit_kyc, __path_submit_kyc),
        Endpoint::of(view_kyc, __path_view_kyc),
        Endpoint::of(update_kyc, __path_update_kyc),
        Endpoint::of(approve_kyc, __path_approve_kyc),
        Endpoint::of(reject_kyc, __path_reject_kyc),
    ]
}

/// What a member sends in. A change may leave anything out.
#[derive(ToSchema)]
pub struct KycBody {
    /// PAN.
    #[schema(required, example = "ABCPE1234F")]
    pan_number: Option<String>,
    /// Aadhaar, whole.
    #[schema(required, example = "234123412346")]
    aadhaar_number: Option<String>,
    /// Address, first line.
    #[schema(required)]
    address_line1: Option<String>,
    /// Address, second line.
    address_line2: Option<String>,
    /// City.
    #[schema(required)]
    city: Option<String>,
    /// State.
    #[schema(required)]
    state: Option<String>,
    /// Pincode.
    #[schema(required, example = "682001")]
    pincode: Option<String>,
    /// India if left out.
    country: Option<String>,
    /// The bank.
    bank_name: Option<String>,
    /// The account's number.
    account_number: Option<String>,
    /// The bank's branch.
    #[schema(example = "SBIN0001234")]
    ifsc_code: Option<String>,
    /// The account's holder.
    account_holder_name: Option<String>,
    /// The PAN card: PDF, JPEG, PNG or WebP.
    #[schema(value_type = Option<String>, format = Binary)]
    pan_document: Option<Vec<u8>>,
    /// The Aadhaar card's front.
    #[schema(value_type = Option<String>, format = Binary)]
    aadhaar_front: Option<Vec<u8>>,
    /// The Aadhaar card's back.
    #[schema(value_type = Option<String>, format = Binary)]
    aadhaar_back: Option<Vec<u8>>,
}

impl Body for KycBody {
    fn read(form: &mut Form) -> Self {
        let mut file = |name| form.optional_file(name).map(|file| file.content);
        let (pan_document, aadhaar_front, aadhaar_back) =
            (file("pan_document"), file("aadhaar_front"), file("aadhaar_back"));
        Self {
            pan_number: form.optional_text("pan_number", NUMBER),
            aadhaar_number: form.optional_text("aadhaar_number", NUMBER),
            address_line1: form.optional_text("address_line1", 200),
            address_line2: form.optional_text("address_line2", 200),
            city: form.optional_text("city", 100),
            state: form.optional_text("state", 100),
            pincode: form.optional_text("pincode", NUMBER),
            country: form.optional_text("country", 60),
            bank_name: form.optional_text("bank_name", 100),
            account_number: form.optional_text("account_number", NUMBER),
            ifsc_code: form.optional_text("ifsc_code", NUMBER),
            account_holder_name: form.optional_text("account_holder_name", 100),
            pan_document,
            aadhaar_front,
            aadhaar_back,
        }
    }
}

impl From<KycBody> for KycInput {
    fn from(body: KycBody) -> Self {
        Self {
            pan_number: body.pan_number,
            aadhaar_number: body.aadhaar_number,
            address_line1: body.address_line1,
            address_line2: body.address_line2,
            city: body.city,
            state: body.state,
            pincode: body.pincode,
            country: body.country,
            bank_name: body.bank_name,
            account_number: body.account_number,
            ifsc_code: body.ifsc_code,
            account_holder_name: body.account_holder_name,
            pan_document: body.pan_document,
            aadhaar_front: body.aadhaar_front,
            aadhaar_back: body.aadhaar_back,
        }
    }
}

/// The record with links that work from where the caller is.
fn linked(request: &HttpRequest, mut kyc: Kyc) -> Kyc {
    for path in [&mut kyc.pan_document, &mut kyc.aadhaar_front, &mut kyc.aadhaar_back] {
        link(request, path);
    }
    kyc
}

/// KYC records, newest first.
#[utoipa::path(
    get, path = "/api/users/kyc/", tag = "users",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for staff", body = Paged<Kyc>)),
)]
async fn list_kycs(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let mut list = users::list_kycs(&state.app, &caller.call(), page).await?;
    list.results = list.results.into_iter().map(|kyc| linked(&request, kyc)).collect();
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// Sends in one's KYC; a second one replaces the first.
#[utoipa::path(
    post, path = "/api/users/kyc/", tag = "users",
    request_body(content = KycBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Waits for a review", body = Kyc)),
)]
async fn submit_kyc(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    input: Input,
) -> Result<HttpResponse> {
    let body: KycBody = input.read()?;
    let kyc = users::submit_kyc(&state.app, &caller.call(), body.into()).await?;
    Ok(HttpResponse::Created().json(linked(&request, kyc)))
}

/// A KYC record.
#[utoipa::path(
    get, path = "/api/users/kyc/{id}/", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, description = "One's own; anyone's for staff", body = Kyc)),
)]
async fn view_kyc(state: Data<State>, caller: Caller, request: HttpRequest, id: Id) -> Result<HttpResponse> {
    let kyc = users::view_kyc(&state.app, &caller.call(), id.0).await?;
    Ok(HttpResponse::Ok().json(linked(&request, kyc)))
}

/// Changes a part of one's KYC; after a review it waits for another.
#[utoipa::path(
    patch, path = "/api/users/kyc/{id}/", tag = "users", params(("id" = i64, Path)),
    request_body(content = KycBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "The record", body = Kyc)),
)]
async fn update_kyc(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    id: Id,
    input: Input,
) -> Result<HttpResponse> {
    let call = caller.call();
    let seen = async {
        let owner = users::view_kyc(&state.app, &call, id.0).await?.user;
        // staff see it, and may not change it
        if owner == call.actor.id { Ok(()) } else { Err(app::Error::Forbidden) }
    };
    let body: KycBody = behind_ownership(input.read(), seen).await?;
    let kyc = users::update_kyc(&state.app, &call, id.0, body.into()).await?;
    Ok(HttpResponse::Ok().json(linked(&request, kyc)))
}

/// Approves another's KYC.
#[utoipa::path(
    post, path = "/api/users/kyc/{id}/approve/", tag = "users", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Approved", body = Reviewed),
        (status = 409, description = "It is reviewed already"),
    ),
)]
async fn approve_kyc(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let call = caller.call();
    let seen = async { call.actor.check_anothers(users::view_kyc(&state.app, &call, id.0).await?.user) };
    behind_ownership(input.read::<Nothing>(), seen).await?;
    Ok(HttpResponse::Ok().json(users::approve_kyc(&state.app, &call, id.0).await?))
}

/// Rejects another's KYC.
#[utoipa::path(
    post, path = "/api/users/kyc/{id}/reject/", tag = "users", params(("id" = i64, Path)),
    request_body = ReasonBody,
    responses(
        (status = 200, description = "Rejected", body = Reviewed),
        (status = 409, description = "It is reviewed already"),
    ),
)]
async fn reject_kyc(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let call = caller.call();
    let seen = async { call.actor.check_anothers(users::view_kyc(&state.app, &call, id.0).await?.user) };
    let body: ReasonBody = behind_ownership(input.read(), seen).await?;
    Ok(HttpResponse::Ok().json(users::reject_kyc(&state.app, &call, id.0, &body.reason).await?))
}
