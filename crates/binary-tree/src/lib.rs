#![doc = include_str!("../README.md")]
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::unwrap_used))]

mod index;
mod limits;
mod matcher;
mod numbers;
mod paths;
mod place;
mod ranking;
mod refusal;
#[cfg(test)]
mod tests;
mod tree;

// parts of the suite, which meet the small limits here
#[cfg(test)]
extern crate self as binary_tree;
#[cfg(test)]
#[path = "../tests/suite/long_paths.rs"]
mod long_paths;
#[cfg(test)]
#[path = "../tests/suite/walking.rs"]
mod walking;

pub use matcher::{Answers, BeyondCap, Cap, Drained, Match, Matcher, SavedNode, Tally};
pub use place::{Legs, Place, Placement, Qualification, Side};
pub use refusal::{Refusal, RestoreError, UnknownName};
pub use tree::{PlacedNode, Tree};
