//! The trees: one matcher writes them, every process that shows them follows the log.
//!
//! Use-cases append events to the log inside their own transactions; [`matcher`] gives each its place and
//! writes the places and pairs that follow; [`TreeReader`] follows the log in memory for leg counts, which are
//! stored nowhere. [`replay`] works everything out again and compares, and [`simulate`] does the same with a
//! file of events. All of them run the one rule book in `tree/log.rs`.

mod batch;
mod follower;
mod health;
mod log;
pub mod matcher;
mod replay;
mod simulate;
mod store;

pub use follower::{TreeReader, follow, refresh};
pub use health::{MatcherHealth, matcher_health, refused_events};
pub use matcher::{Step, TreeMatcher};
pub use replay::replay;
pub use simulate::{SimulateError, Summary, simulate};
