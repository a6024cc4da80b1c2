//! The routes, one file a group.

use actix_web::{HttpResponse, http::header::HeaderName};
use app::Done;
use serde::Serialize;

use crate::{endpoints::Endpoint, openapi::BodySchema};

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

/// The schema of every body that a route reads.
pub fn bodies() -> Vec<BodySchema> {
    [
        BodySchema::of::<auth::SendOtpBody>(),
        BodySchema::of::<auth::VerifyOtpBody>(),
        BodySchema::of::<auth::RefreshBody>(),
        BodySchema::of::<auth::LogoutBody>(),
        BodySchema::of::<signup::PersonBody>(),
        BodySchema::of::<signup::VerifySignupBody>(),
        BodySchema::of::<totp::TotpBody>(),
        BodySchema::of::<bookings::BookingBody>(),
        BodySchema::of::<bookings::PaymentBody>(),
        BodySchema::of::<payments::SettlementBody>(),
        BodySchema::of::<payout::PayoutBody>(),
        BodySchema::of::<payout::BankReferenceBody>(),
        BodySchema::of::<payout::ReasonBody>(),
        BodySchema::of::<profile::ProfileBody>(),
        BodySchema::of::<kyc::KycBody>(),
        BodySchema::of::<nominee::NomineeBody>(),
        BodySchema::of::<compliance::DocumentBody>(),
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

    use serde_json::Value;

    use super::*;
    use crate::openapi::document;

    /// The names of the schemas that requests refer to.
    fn named(document: &Value) -> BTreeSet<&str> {
        let operations = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values());
        let contents = operations.flat_map(|operation| operation["requestBody"]["content"].as_object());
        let schemas =
            contents.flat_map(|contents| contents.values().map(|content| &content["schema"]["$ref"]));
        schemas.map(|reference| reference.as_str().unwrap().rsplit('/').next().unwrap()).collect()
    }

    /// The schema shows exactly the fields that are read, and an empty body is refused where it says so.
    #[test]
    fn schemas_show_the_fields_that_are_read() {
        for BodySchema { name, schema, empty } in bodies() {
            let read: BTreeSet<String> = empty.asked().iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(read.len(), empty.asked().len(), "{name}: a field is read twice");
            assert_eq!(read, schema.properties.keys().cloned().collect(), "{name}");
            if let Err(app::Error::Invalid(missing)) = empty.check() {
                let required: BTreeSet<String> = schema.required.into_iter().collect();
                assert_eq!(missing.into_keys().collect::<BTreeSet<_>>(), required, "{name}");
            }
        }
    }

    #[test]
    fn every_body_of_the_document_is_bounded_by_its_reader() {
        let document = serde_json::to_value(document(&all())).unwrap();
        let known: BTreeSet<String> =
            bodies().into_iter().flat_map(|body| [format!("{}Part", body.name), body.name]).collect();
        for name in named(&document) {
            assert!(known.contains(name), "{name} is not among the bodies");
        }
    }
}
