//! How often somebody may ask for what costs us money or a stranger's peace.

use chrono::TimeDelta;
use infra::limits::{Allowance, Limit};

use crate::{
    errors::{Error, Result},
    service::State,
};

/// Codes that are sent to one identifier, in as long as a code lives.
pub const CODES: Limit = Limit { name: "codes", times: 5, window: TimeDelta::minutes(10) };

/// Codes of a second factor that one account may try.
pub const SECOND_FACTORS: Limit = Limit { name: "second-factors", times: 5, window: TimeDelta::minutes(10) };

/// Counts one more of `subject`, where requests are limited.
///
/// # Errors
/// [`Error::TooMany`] when it was there too often; [`app::Error::Unavailable`] when nobody can say: a limit is no limit
/// that ends with what counts it.
pub async fn count(state: &State, limit: &Limit, subject: &str) -> Result<()> {
    if state.rate_limits { count_always(state, limit, subject).await } else { Ok(()) }
}

/// Counts one more of `subject`, whatever is configured.
///
/// # Errors
/// As [`count`].
pub async fn count_always(state: &State, limit: &Limit, subject: &str) -> Result<()> {
    let now = state.app.clock.now();
    match state.app.limits.count(limit, subject, now).await.map_err(app::Error::from)? {
        Allowance::Allowed { .. } => Ok(()),
        Allowance::Refused { wait_s } => Err(Error::TooMany { retry_after_s: wait_s }),
    }
}
