//! What the platform stands on: databases, mail, SMS, files, secrets, configuration.
//!
//! Nothing here begins a transaction by itself: `app` asks [`db::Db::write`] for one and passes the
//! [`db::Tx`] to the query functions of this crate.

pub mod clock;
pub mod bookings;
mod columns;
pub mod db;
mod error;
pub mod idempotency;
pub mod ledger;
pub mod outbox;
pub mod paging;
pub mod payments;
pub mod plans;
pub mod schema;
pub mod tree_events;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used)]
pub mod testing;

pub use error::{Error, Result, Unique};
