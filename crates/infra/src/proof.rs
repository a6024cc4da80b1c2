//! What must hold between rows, as questions whose every answer is a difference. `app::verify` asks them all on one
//! consistent view; the databases do the adding up, so nothing is loaded but the differences.
//!
//! A question answers with `subject` (a key), and where it compares, `expected` and `found`. SUM is a DECIMAL on
//! MySQL, so sums are cast in a way that both databases take.

mod bookings;
mod earnings;
mod ledger;
mod members;
mod payouts;
mod rows;

use diesel::{
    QueryableByName, RunQueryDsl as _,
    sql_types::{BigInt, Nullable},
};

use crate::{Result, db::Reader};

pub use rows::{BonusRow, BuyerRow, TaxRow, bonuses_after, buyers_after, payouts_after, taxes_after};

/// Differences of one kind that are told at most: after so many the cause is plain.
const MOST_DIFFERENCES: u32 = 1_000;

/// What `expected` and `found` of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Paise.
    Money,
    /// How many, or which.
    Number,
}

/// Something that must hold.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name, for tests and for looking it up.
    pub name: &'static str,
    /// What a difference says: `{id}`, `{expected}` and `{found}` stand for the answer's.
    pub text: &'static str,
    /// What `expected` and `found` are.
    pub unit: Unit,
    /// The question.
    sql: &'static str,
}

/// A row that breaks a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Answer {
    /// The key of what is wrong.
    #[diesel(sql_type = BigInt)]
    pub subject: i64,
    /// What it should be, where there is such a thing.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub expected: Option<i64>,
    /// What it is.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub found: Option<i64>,
}

impl Check {
    /// Every check that a question to the database can answer.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [ledger::CHECKS, bookings::CHECKS, earnings::CHECKS, payouts::CHECKS, members::CHECKS]
            .into_iter()
            .flatten()
    }

    /// The rows that break it; none, ever, is right.
    ///
    /// # Errors
    /// What the database says.
    pub fn differences(&self, reader: &mut Reader) -> Result<Vec<Answer>> {
        let bounded = format!("{} LIMIT {MOST_DIFFERENCES}", self.sql);
        Ok(diesel::sql_query(bounded).load(reader.connection())?)
    }
}
