//! What the platform stands on: databases, mail, SMS, files, secrets, configuration.
//!
//! Nothing here begins a transaction by itself: `app` asks [`db::Db::write`] for one and passes the
//! [`db::Tx`] to the query functions of this crate.

pub mod clock;
pub mod bookings;
pub mod buyers;
mod columns;
pub mod config;
pub mod db;
mod error;
pub mod house;
pub mod files;
pub mod idempotency;
pub mod kycs;
pub mod ledger;
pub mod matcher;
pub mod nodes;
pub mod otps;
pub mod outbox;
pub mod outsiders;
pub mod paging;
pub mod pairs;
pub mod payments;
pub mod payouts;
pub mod plans;
pub mod proof;
pub mod reports;
pub mod scheduled_runs;
pub mod schema;
pub mod sessions;
pub mod stored_files;
pub mod statements;
pub mod tds_register;
pub mod secrets;
pub mod tokens;
pub mod tree_events;
pub mod users;
pub mod wallets;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used)]
pub mod testing;

pub use error::{Error, Result, Unique};
