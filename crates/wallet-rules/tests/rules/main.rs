//! The rules: worked examples, exhaustive tables, the vectors, and properties against naive models.
#![expect(clippy::unwrap_used, reason = "a test that can't read its own figures should stop")]

mod book;
mod bookings;
mod days;
mod earnings;
mod identities;
mod occasions;
mod payouts;
mod plans;
mod postings;
mod texts;
mod why;
