//! Periodic work: each job once in each period, whoever comes first.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{Error, Result, Unique, db::Tx, schema::scheduled_runs};

/// Takes a job's period; false when it was taken before.
///
/// # Errors
/// What the database says.
pub fn take(tx: &mut Tx, job: &str, period: &str, now: Instant) -> Result<bool> {
    let taken = diesel::insert_into(scheduled_runs::table)
        .values((
            scheduled_runs::job.eq(job),
            scheduled_runs::period.eq(period),
            scheduled_runs::done_at.eq(now.utc()),
        ))
        .execute(tx.connection())
        .map_err(Error::from);
    match taken {
        Ok(_) => Ok(true),
        Err(Error::Duplicate(Unique::ScheduledRuns)) => Ok(false),
        Err(error) => Err(error),
    }
}
