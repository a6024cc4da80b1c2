//! The use-cases, on a real SQLite and a real MariaDB, with a clock that is moved by hand.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that can't go on says so")]

#[path = "main/anonymous.rs"]
mod anonymous;
#[path = "main/auth.rs"]
mod auth;
#[path = "main/binary.rs"]
mod binary;
#[path = "main/booking.rs"]
mod booking;
#[path = "main/codes.rs"]
mod codes;
#[path = "main/compliance.rs"]
mod compliance;
#[path = "main/corpus.rs"]
mod corpus;
#[path = "main/crash_points.rs"]
mod crash_points;
#[path = "main/demo.rs"]
mod demo;
#[path = "main/fixture.rs"]
mod fixture;
#[path = "main/kyc.rs"]
mod kyc;
#[path = "main/nominee.rs"]
mod nominee;
#[path = "main/notifications.rs"]
mod notifications;
#[path = "main/payout.rs"]
mod payout;
#[path = "main/payout_instalments.rs"]
mod payout_instalments;
#[path = "main/payout_races.rs"]
mod payout_races;
#[path = "main/people.rs"]
mod people;
#[path = "main/reports.rs"]
mod reports;
#[path = "main/sealing.rs"]
mod sealing;
#[path = "main/second_factor.rs"]
mod second_factor;
#[path = "main/signup.rs"]
mod signup;
#[path = "main/simulate.rs"]
mod simulate;
#[path = "corpus/simulation.rs"]
mod simulation;
#[path = "main/tasks.rs"]
mod tasks;
#[path = "main/tokens.rs"]
mod tokens;
#[path = "main/tree.rs"]
mod tree;
#[path = "main/users.rs"]
mod users;
#[path = "main/verify.rs"]
mod verify;
#[path = "main/wallet.rs"]
mod wallet;
