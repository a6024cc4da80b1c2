//! Waits for the matcher, shortly.

use std::time::Duration;

use tokio::time::Instant;

use crate::{App, Result};

/// How long a request waits for the matcher.
const LONGEST: Duration = Duration::from_secs(2);
/// How often it looks when nobody wakes it.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// What a look found.
pub(in crate::binary) enum Look<T> {
    /// This.
    Done(T),
    /// Not yet what is waited for.
    NotYet,
}

/// Looks again and again, at most two seconds long; none when it was in vain.
///
/// # Errors
/// What `look` gives.
pub(in crate::binary) async fn wait_for<T>(
    app: &App,
    look: impl AsyncFn() -> Result<Look<T>>,
) -> Result<Option<T>> {
    let until = Instant::now() + LONGEST;
    loop {
        let moved = app.signals.tree_moved.notified();
        if let Look::Done(found) = look().await? {
            return Ok(Some(found));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        drop(tokio::time::timeout(LOOK_AGAIN, moved).await);
    }
}
