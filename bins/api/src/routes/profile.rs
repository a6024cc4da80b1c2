//! `/api/users/profile/`: one's own profile.

use actix_web::{HttpResponse, web::Data};
use app::users::{self, ProfileChange, objects::Profile};
use chrono::NaiveDate;
use utoipa::ToSchema;
use wallet_rules::people::Gender;

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(view_profile, __path_view_profile),
        Endpoint::of(put_profile, __path_put_profile),
        Endpoint::of(patch_profile, __path_patch_profile),
    ]
}

/// What changes; what is left out stays.
#[derive(ToSchema)]
pub struct ProfileBody {
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// Gender.
    #[schema(value_type = Option<String>, pattern = "^(male|female|other)$")]
    gender: Option<Gender>,
    /// Day of birth.
    date_of_birth: Option<NaiveDate>,
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
    /// Country.
    country: Option<String>,
    /// Another e-mail address, with `email_otp`.
    email: Option<String>,
    /// The code that `send-otp` sent to it.
    email_otp: Option<String>,
    /// Another mobile number, with `mobile_otp`.
    mobile: Option<String>,
    /// The code that `send-otp` sent to it.
    mobile_otp: Option<String>,
}

impl Body for ProfileBody {
    fn read(form: &mut Form) -> Self {
        Self {
            first_name: form.optional_text("first_name", 100),
            last_name: form.optional_text("last_name", 100),
            gender: form.optional_choice("gender"),
            date_of_birth: form.optional_date("date_of_birth"),
            address_line1: form.optional_text("address_line1", 200),
            address_line2: form.optional_text("address_line2", 200),
            city: form.optional_text("city", 100),
            state: form.optional_text("state", 100),
            pincode: form.optional_text("pincode", 16),
            country: form.optional_text("country", 60),
            email: form.optional_text("email", 254),
            email_otp: form.optional_text("email_otp", 32),
            mobile: form.optional_text("mobile", 32),
            mobile_otp: form.optional_text("mobile_otp", 32),
        }
    }
}

impl From<ProfileBody> for ProfileChange {
    fn from(body: ProfileBody) -> Self {
        Self {
            first_name: body.first_name,
            last_name: body.last_name,
            gender: body.gender,
            date_of_birth: body.date_of_birth,
            address_line1: body.address_line1,
            address_line2: body.address_line2,
            city: body.city,
            state: body.state,
            pincode: body.pincode,
            country: body.country,
            email: body.email,
            email_otp: body.email_otp,
            mobile: body.mobile,
            mobile_otp: body.mobile_otp,
        }
    }
}

/// One's own profile.
#[utoipa::path(
    get, path = "/api/users/profile/", tag = "users",
    responses((status = 200, description = "The profile", body = Profile)),
)]
async fn view_profile(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(users::view_profile(&state.app, &caller.call()).await?))
}

/// Changes a part of one's own profile, as PATCH does.
#[utoipa::path(
    put, path = "/api/users/update_profile/", tag = "users", request_body = ProfileBody,
    responses((status = 200, description = "The profile", body = Profile)),
)]
async fn put_profile(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    update(&state, &caller, input).await
}

/// Changes a part of one's own profile.
#[utoipa::path(
    patch, path = "/api/users/update_profile/", tag = "users", request_body = ProfileBody,
    responses((status = 200, description = "The profile", body = Profile)),
)]
async fn patch_profile(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    update(&state, &caller, input).await
}

async fn update(state: &State, caller: &Caller, input: Input) -> Result<HttpResponse> {
    let body: ProfileBody = input.read()?;
    Ok(HttpResponse::Ok().json(users::update_profile(&state.app, &caller.call(), body.into()).await?))
}
