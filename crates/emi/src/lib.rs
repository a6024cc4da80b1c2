#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod due_date;
mod instalment;
mod plan;
pub mod reducing;

pub use due_date::default_first_due;
pub use instalment::{Instalment, InstalmentStatus};
pub use plan::{InstalmentPlan, MAX_MONTHS, PlanError, Terms, towards_instalments};
