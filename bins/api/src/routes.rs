//! The routes, one file a group.

use actix_web::{HttpResponse, http::header::HeaderName};
use app::Done;
use serde::Serialize;

use crate::endpoints::Endpoint;

mod audit;
pub mod auth;
mod binary;
pub mod bookings;
pub mod compliance;
mod docs;
mod health;
mod index;
pub mod kyc;
mod media;
mod metrics;
pub mod nominee;
mod notifications;
pub mod payments;
pub mod payout;
pub mod profile;
mod reports;
pub mod signup;
pub mod totp;
mod users;
mod wallet;

/// Every route.
pub fn all() -> Vec<Endpoint> {
    [
        index::endpoints(),
        docs::endpoints(),
        health::endpoints(),
        metrics::endpoints(),
        auth::endpoints(),
        signup::endpoints(),
        totp::endpoints(),
        users::endpoints(),
        profile::endpoints(),
        kyc::endpoints(),
        nominee::endpoints(),
        bookings::endpoints(),
        payments::endpoints(),
        wallet::endpoints(),
        binary::endpoints(),
        payout::endpoints(),
        notifications::endpoints(),
        compliance::endpoints(),
        reports::endpoints(),
        audit::endpoints(),
        media::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The reply of a request that takes effect once, saying whether it did so now or earlier.
fn done<T: Serialize>(mut reply: actix_web::HttpResponseBuilder, done: Done<T>) -> HttpResponse {
    if done.replayed {
        reply.insert_header((HeaderName::from_static("idempotency-replayed"), "true"));
    }
    reply.json(done.value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::openapi::{RefOr, Schema, schema::Object};

    use super::*;
    use crate::input::{Body, Form};

    fn object<B: Body>() -> Object {
        match B::schema() {
            RefOr::T(Schema::Object(object)) => object,
            _ => panic!("{} is no object", B::name()),
        }
    }

    /// The schema shows exactly the fields that are read, and an empty body is refused where it says so.
    fn check<B: Body>() {
        let mut form = Form::default();
        B::read(&mut form);
        let read: BTreeSet<String> = form.asked().iter().map(|name| (*name).to_owned()).collect();
        let shown = object::<B>();
        assert_eq!(read.len(), form.asked().len(), "{}: a field is read twice", B::name());
        assert_eq!(read, shown.properties.keys().cloned().collect(), "{}", B::name());
        if let Err(app::Error::Invalid(missing)) = form.check() {
            let required: BTreeSet<String> = shown.required.into_iter().collect();
            assert_eq!(missing.into_keys().collect::<BTreeSet<_>>(), required, "{}", B::name());
        }
    }

    #[test]
    fn schemas_show_the_fields_that_are_read() {
        check::<auth::SendOtpBody>();
        check::<auth::VerifyOtpBody>();
        check::<auth::RefreshBody>();
        check::<auth::LogoutBody>();
        check::<signup::PersonBody>();
        check::<signup::VerifySignupBody>();
        check::<totp::TotpBody>();
        check::<bookings::BookingBody>();
        check::<bookings::PaymentBody>();
        check::<payments::SettlementBody>();
        check::<payout::PayoutBody>();
        check::<payout::BankReferenceBody>();
        check::<payout::ReasonBody>();
        check::<profile::ProfileBody>();
        check::<kyc::KycBody>();
        check::<nominee::NomineeBody>();
        check::<compliance::DocumentBody>();
        check::<crate::input::Nothing>();
    }
}
