#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod text_enum;

pub mod active_buyer;
pub mod booking;
pub mod calendar;
pub mod earning;
pub mod identity;
pub mod ledger;
pub mod occasion;
pub mod payout;
pub mod people;
pub mod plan;
pub mod why;

pub use text_enum::UnknownText;
