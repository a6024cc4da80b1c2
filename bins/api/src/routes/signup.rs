//! `/api/auth/signup/` and what makes the accounts of staff: accounts with both identifiers at once.

use actix_web::{HttpResponse, web::Data};
use app::{
    auth::{
        self, Side, VerifySignupOtp,
        objects::{Login, OperatorCreated, SignupStarted},
    },
    users::NewPerson,
};
use chrono::NaiveDate;
use utoipa::ToSchema;
use wallet_rules::{
    identity::{Identifier, IdentifierKind},
    people::{Gender, Role},
};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    envelope::RequestId,
    errors::Result,
    input::{Body, Form, Input},
    limits,
    service::State,
};

/// Characters of a sealed sign-up at most: all its fields full, of four bytes each, in hex.
const SIGNUP_TOKEN: usize = 32_768;
/// A day for the form that found none; never used.
const NO_DAY: NaiveDate = NaiveDate::MIN;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(sign_up, __path_sign_up),
        Endpoint::of(verify_signup_otp, __path_verify_signup_otp),
        Endpoint::of(create_admin, __path_create_admin),
        Endpoint::of(create_staff, __path_create_staff),
    ]
}

/// Who is to have an account.
#[derive(ToSchema)]
pub struct PersonBody {
    /// First name.
    first_name: String,
    /// Last name.
    last_name: Option<String>,
    /// E-mail address.
    #[schema(example = "new@example.in")]
    email: String,
    /// Mobile number, with or without +91, 91 or 0.
    #[schema(example = "9000000099")]
    mobile: String,
    /// Gender.
    #[schema(value_type = String, pattern = "^(male|female|other)$")]
    gender: Gender,
    /// Day of birth.
    #[schema(example = "1990-01-31")]
    date_of_birth: NaiveDate,
    /// Address, first line.
    address_line1: String,
    /// Address, second line.
    address_line2: Option<String>,
    /// City.
    city: String,
    /// State.
    state: String,
    /// Pincode.
    #[schema(example = "682001")]
    pincode: String,
    /// India if left out.
    country: Option<String>,
    /// Whose code brings them in.
    referral_code: Option<String>,
    /// The sponsor's direct side that they ask for.
    #[schema(value_type = Option<String>, pattern = "^(left|right)$")]
    side: Option<Side>,
}

impl Body for PersonBody {
    fn read(form: &mut Form) -> Self {
        Self {
            first_name: form.text("first_name", 100),
            last_name: form.optional_text("last_name", 100),
            email: form.text("email", 254),
            mobile: form.text("mobile", 32),
            gender: form.choice("gender", Gender::Other),
            date_of_birth: form.date("date_of_birth", NO_DAY),
            address_line1: form.text("address_line1", 200),
            address_line2: form.optional_text("address_line2", 200),
            city: form.text("city", 100),
            state: form.text("state", 100),
            pincode: form.text("pincode", 16),
            country: form.optional_text("country", 60),
            referral_code: form.optional_text("referral_code", 32),
            side: form.optional_choice("side"),
        }
    }
}

impl From<PersonBody> for NewPerson {
    fn from(body: PersonBody) -> Self {
        Self {
            first_name: body.first_name,
            last_name: body.last_name.unwrap_or_default(),
            email: body.email,
            mobile: body.mobile,
            gender: body.gender,
            date_of_birth: body.date_of_birth,
            address_line1: body.address_line1,
            address_line2: body.address_line2.unwrap_or_default(),
            city: body.city,
            state: body.state,
            pincode: body.pincode,
            country: body.country.unwrap_or_default(),
            referral_code: body.referral_code.unwrap_or_default(),
            side: body.side,
        }
    }
}

/// Both codes of a sign-up.
#[derive(ToSchema)]
pub struct VerifySignupBody {
    /// What the sign-up gave.
    signup_token: String,
    /// The code that was sent to the e-mail.
    #[schema(example = "123456")]
    email_otp: String,
    /// The code that was sent to the mobile.
    #[schema(example = "123456")]
    mobile_otp: String,
}

impl Body for VerifySignupBody {
    fn read(form: &mut Form) -> Self {
        Self {
            signup_token: form.text("signup_token", SIGNUP_TOKEN),
            email_otp: form.text("email_otp", 32),
            mobile_otp: form.text("mobile_otp", 32),
        }
    }
}

/// Sends one code to the e-mail and one to the mobile. The reply is the same whether or not an account exists.
#[utoipa::path(
    post, path = "/api/auth/signup/", tag = "auth", request_body = PersonBody,
    responses(
        (status = 200, description = "Both codes are on their way", body = SignupStarted),
        (status = 429, description = "Too many codes for one of them; Retry-After says how long to wait"),
    ),
)]
async fn sign_up(state: Data<State>, request: RequestId, input: Input) -> Result<HttpResponse> {
    let body: PersonBody = input.read()?;
    for (kind, text) in [(IdentifierKind::Email, &body.email), (IdentifierKind::Mobile, &body.mobile)] {
        if let Ok(to) = Identifier::parse(kind, text) {
            limits::count(&state, &limits::CODES, to.as_str()).await?;
        }
    }
    Ok(HttpResponse::Ok().json(auth::sign_up(&state.app, &request.0, body.into()).await?))
}

/// Makes the account with both codes, which are used up together or not at all, and logs in.
#[utoipa::path(
    post, path = "/api/auth/verify-signup-otp/", tag = "auth", request_body = VerifySignupBody,
    responses((status = 201, description = "Signed up and logged in", body = Login)),
)]
async fn verify_signup_otp(state: Data<State>, request: RequestId, input: Input) -> Result<HttpResponse> {
    let body: VerifySignupBody = input.read()?;
    let codes = VerifySignupOtp {
        signup_token: body.signup_token,
        email_otp: body.email_otp,
        mobile_otp: body.mobile_otp,
    };
    Ok(HttpResponse::Created().json(auth::verify_signup_otp(&state.app, &request.0, codes).await?))
}

/// Makes an admin, who has no place in the tree.
#[utoipa::path(
    post, path = "/api/auth/create-admin/", tag = "auth", request_body = PersonBody,
    responses((status = 201, description = "The account", body = OperatorCreated)),
)]
async fn create_admin(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    create(&state, &caller, Role::Admin, input).await
}

/// Makes an account of staff, which has no place in the tree.
#[utoipa::path(
    post, path = "/api/auth/create-staff/", tag = "auth", request_body = PersonBody,
    responses((status = 201, description = "The account", body = OperatorCreated)),
)]
async fn create_staff(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    create(&state, &caller, Role::Staff, input).await
}

async fn create(state: &State, caller: &Caller, role: Role, input: Input) -> Result<HttpResponse> {
    let body: PersonBody = input.read()?;
    let made = auth::create_operator(&state.app, &caller.call(), role, body.into()).await?;
    Ok(HttpResponse::Created().json(made))
}
