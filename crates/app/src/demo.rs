//! A living network for whoever looks at the platform for the first time.
//!
//! [`fill`] tells a story on an empty database: founders join before the end of a financial year, and some
//! 300 people over the four months that end now. Every step of it is a use-case that the API offers too, at the
//! instant that a moved clock shows; logins use the codes that were sent, tasks and the matcher run as time
//! passes, and nothing is written past the rules. A [`Demo`]'s seed fixes who does what and when; codes, tokens,
//! referral codes and booking numbers are drawn anew each time, since they are secrets or named by chance.
//!
//! The story always crosses 31 March: where the four months don't, the founders join 24 days before the last one,
//! so that the register of tax has payouts on both sides of it, and one that came back in the year after.

mod buying;
mod chance;
mod joining;
mod paying_out;
mod people;
mod specimen;
mod story;
mod timetable;

use chrono::NaiveDate;
use infra::{plans, reports};
use wallet_rules::calendar::Instant;

use crate::{App, Error, Result};
use story::Story;

/// People in the story where nothing else is said.
const PEOPLE: usize = 300;
/// The fewest that show everything there is to show, but for the monthly cap.
const FEWEST: usize = 40;
/// The seed where nothing else is said.
const SEED: u64 = 20_260_401;

/// Which story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    /// How many people join; at least 40.
    pub people: usize,
    /// What fixes who does what and when.
    pub seed: u64,
    /// When it ends.
    pub until: Instant,
}

impl Demo {
    /// The story of 300 people that ends at `now`.
    pub const fn until(now: Instant) -> Self {
        Self { people: PEOPLE, seed: SEED, until: now }
    }
}

/// How far the story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// People who have joined.
    pub joined: usize,
    /// People who will have.
    pub of: usize,
    /// The day it is in the story.
    pub day: NaiveDate,
}

/// Whom to log in as, by e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Decides payments, KYC and payouts.
    pub admin: String,
    /// A founder with a large tree: pairs beyond the monthly cap, bonuses, payouts with instalments.
    pub rich: String,
    /// A founder whose pairs lose a part to their instalments.
    pub deducted: String,
    /// A founder whose EMI reserve went into a late booking.
    pub reserved: String,
    /// Somebody who has just joined.
    pub newcomer: String,
    /// How many people joined.
    pub people: usize,
}

/// Fills the empty database of `app` under the default plan, and says how far it is once for each day of the story.
/// The clock, the gateway and the messages of `app` are not used. What a failure leaves behind is half a story, on
/// which nothing should be built.
///
/// # Errors
/// As [`check_empty`]; what the use-cases give.
pub async fn fill(app: &App, demo: &Demo, mut progress: impl FnMut(Progress)) -> Result<Filled> {
    check_empty(app).await?;
    let mut story = Story::begin(app, demo).await?;
    story.tell(&mut progress).await?;
    story.end().await
}

/// Shows that a story can be told on this database.
///
/// # Errors
/// A conflict: `has_accounts`, or `has_plan` when there is nothing but the plan of an earlier start; what the
/// database says.
pub async fn check_empty(app: &App) -> Result<()> {
    let (accounts, has_plan) = app
        .db
        .read(|reader| {
            let accounts = reports::platform_counts(reader)?.total_users;
            Ok::<_, Error>((accounts, plans::book(reader)?.is_some()))
        })
        .await?;
    if accounts > 0 {
        let detail = format!("the database has {accounts} accounts already; a demo needs an empty one");
        return Err(Error::conflict("has_accounts", detail));
    }
    if has_plan {
        let detail = "the database has a plan already, from an earlier start; a demo needs an empty one";
        return Err(Error::conflict("has_plan", detail));
    }
    Ok(())
}
