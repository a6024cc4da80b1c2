#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod allocation;
mod arrears;
mod due_date;
mod instalment;
mod plan;
pub mod reducing;
mod table;

pub use allocation::{Allocation, Part, allocate};
pub use arrears::{Arrears, arrears};
pub use due_date::default_first_due;
pub use instalment::{Instalment, InstalmentStatus};
pub use plan::{InstalmentPlan, MAX_MONTHS, PlanError, Terms, towards_instalments};
pub use table::Table;
