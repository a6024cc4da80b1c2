#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod due;
mod filing;
mod financial_year;
mod quarter;
mod register;
mod rule;
mod statute;
mod year_to_date;

pub use due::deposit_due;
pub use filing::{Deposit, QuarterlyReturn};
pub use financial_year::{FinancialYear, ParseFinancialYearError};
pub use quarter::{ParseQuarterError, Quarter};
pub use register::{Posting, PostingError, Register, Totals, Unproven};
pub use rule::{CeilingPeriod, ParseCeilingPeriodError, Rule};
pub use statute::{Statute, StatuteError, Terms};
pub use year_to_date::{Credit, CreditError, Deduction, Pan, YearToDate};

#[cfg(feature = "serde")]
mod with_serde;
