//! Ends this process at a commit, as a crash would: nothing is unwound, closed or told to the database.

use std::sync::{Mutex, PoisonError};

/// Which side of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Everything is written, nothing is committed.
    Before,
    /// It is committed, and nobody knows.
    After,
}

static ARMED: Mutex<Option<(u64, Moment)>> = Mutex::new(None);

/// Lets this process abort at the `commit`-th commit from now on, counted from 1.
pub fn abort_at(commit: u64, moment: Moment) {
    *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some((commit, moment));
}

/// Says that a commit is at this moment.
pub(crate) fn pass(moment: Moment) {
    let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((left, at)) = armed.as_mut()
        && *at == moment
    {
        *left = left.saturating_sub(1);
        if *left == 0 {
            std::process::abort();
        }
    }
}
