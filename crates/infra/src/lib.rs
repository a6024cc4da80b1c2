//! What the platform stands on: databases, mail, SMS, files, secrets, configuration.
//!
//! Nothing here begins a transaction by itself: `app` asks [`db::Db::write`] for one and passes the
//! [`db::Tx`] to the query functions of this crate.

pub mod db;
mod error;
pub mod schema;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used)]
pub mod testing;

pub use error::{Error, Result, Unique};
