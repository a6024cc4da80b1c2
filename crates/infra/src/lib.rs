//! What the platform stands on: databases, mail, SMS, files, secrets, configuration.
//!
//! Nothing here begins a transaction by itself: `app` asks [`db::Db::write`] for one and passes the
//! [`db::Tx`] to the query functions of this crate.

pub mod audit;
pub mod bookings;
pub mod broker;
pub mod buyers;
pub mod cache;
pub mod clock;
mod columns;
pub mod compliance_documents;
pub mod config;
pub mod db;
pub mod dead_letters;
pub mod dead_tokens;
mod error;
pub mod files;
pub mod house;
pub mod idempotency;
pub mod kycs;
pub mod ledger;
pub mod limits;
pub mod matcher;
pub mod metrics;
pub mod nodes;
pub mod nominees;
pub mod notifications;
pub mod otps;
pub mod outbox;
pub mod outsiders;
pub mod paging;
pub mod pairs;
pub mod payments;
pub mod payouts;
pub mod plans;
pub mod proof;
pub mod redis;
pub mod reports;
pub mod scheduled_runs;
pub mod schema;
pub mod sealed_columns;
pub mod second_factors;
pub mod secrets;
pub mod sessions;
pub mod start;
pub mod statements;
pub mod stored_files;
pub mod tds_certificates;
pub mod tds_register;
pub mod telemetry;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used)]
pub mod testing;
pub mod tokens;
pub mod tree_events;
pub mod users;
pub mod wallets;

pub use error::{Error, Result, Unique};
