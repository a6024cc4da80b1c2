//! The platform's use-cases: the only place where a transaction begins.
//!
//! A use-case is one file and one public async function, in four beats: load, decide (a pure function of a
//! domain crate), store, announce (an outbox row). What several of them share is a *step*, which takes
//! `&mut Tx` and never begins. The HTTP API, the worker and the command line call the same use-cases.

pub mod audit;
pub mod auth;
pub mod binary;
pub mod booking;
pub mod call;
pub mod compliance;
pub mod demo;
mod error;
mod idempotency;
pub mod metrics;
pub mod notifications;
pub mod page;
pub mod payout;
mod platform;
pub mod reports;
pub mod schedule;
pub mod sealing;
pub mod setup;
pub mod tasks;
pub mod tree;
pub mod users;
pub mod verify;
pub mod wallet;

pub use call::{Actor, Call, ForeignToken};
pub use error::{Error, FieldErrors, Result};
pub use idempotency::Done;
pub use page::{Listed, Page};
pub use platform::{App, OpenError, Parts, Signals};
