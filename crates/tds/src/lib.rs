#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod financial_year;
mod quarter;
mod register;
mod rule;

pub use financial_year::{FinancialYear, ParseFinancialYearError};
pub use quarter::{ParseQuarterError, Quarter};
pub use register::{Posting, PostingError, Register, Totals, Unproven};
pub use rule::{CeilingPeriod, ParseCeilingPeriodError, Rule};

#[cfg(feature = "serde")]
mod with_serde;
