#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod indian;
mod paise;
mod rate;
mod ratio;
mod rounding;
mod split;

pub use indian::{Indian, parse_indian};
pub use paise::{MoneyError, Paise, ParseMoneyError};
pub use rate::{ParseRateError, Rate};
pub use rounding::Rounding;
