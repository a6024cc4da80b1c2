//! The routes, one file a group.

use actix_web::{HttpResponse, http::header::HeaderName};
use app::Done;
use serde::Serialize;

use crate::endpoints::Endpoint;

mod auth;
mod binary;
mod bookings;
mod compliance;
mod health;
mod index;
mod kyc;
mod media;
mod payments;
mod payout;
mod profile;
mod reports;
mod wallet;

/// Every route.
pub fn all() -> Vec<Endpoint> {
    [
        index::endpoints(),
        health::endpoints(),
        auth::endpoints(),
        profile::endpoints(),
        kyc::endpoints(),
        bookings::endpoints(),
        payments::endpoints(),
        wallet::endpoints(),
        binary::endpoints(),
        payout::endpoints(),
        compliance::endpoints(),
        reports::endpoints(),
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
