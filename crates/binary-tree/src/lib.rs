#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod index;
mod matcher;
mod numbers;
mod paths;
mod place;
mod ranking;
mod refusal;
mod tree;

pub use matcher::{BeyondCap, Cap, Drained, Match, Matcher, SavedNode, Tally};
pub use place::{Legs, Place, Placement, Qualification, Side};
pub use refusal::{Refusal, RestoreError, UnknownName};
pub use tree::{PlacedNode, Tree};
