//! Whether the matcher keeps up, and what it refused.

use chrono::TimeDelta;
use infra::tree_events::{self, StoredEvent};
use wallet_rules::calendar::Instant;

use crate::{App, Listed, Page, Result};

/// Behind by more than this the platform is not ready: members wait for their places and pairs.
const LONGEST_LAG: TimeDelta = TimeDelta::seconds(60);

/// How the matcher does, wherever it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatcherHealth {
    /// Events whose instant has come and that have no place in the log.
    pub waiting: i64,
    /// The oldest one's age, in seconds.
    pub lag_s: i64,
    /// The matcher of this process has panicked and stays stopped.
    pub stopped: bool,
    /// What the last step of this process's matcher failed with.
    pub last_error: Option<String>,
    /// This process has the trees in memory.
    pub loaded: bool,
}

impl MatcherHealth {
    /// False when readiness must turn red.
    pub fn is_ready(&self) -> bool {
        !self.stopped && self.lag_s <= LONGEST_LAG.num_seconds()
    }
}

/// How the matcher does.
///
/// # Errors
/// What the database says.
pub async fn matcher_health(app: &App) -> Result<MatcherHealth> {
    let now = app.clock.now();
    let (waiting, oldest) =
        app.db.read(move |reader| Ok::<_, crate::Error>(tree_events::backlog(reader, now)?)).await?;
    Ok(MatcherHealth {
        waiting,
        lag_s: oldest.map_or(0, |oldest: Instant| now.since(oldest).num_seconds()),
        stopped: app.trees.is_matcher_stopped(),
        last_error: app.trees.matcher_error(),
        loaded: app.trees.seq().is_some(),
    })
}

/// Events that the engine refused, newest first; a person has to look at each.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn refused_events(app: &App, page: Page) -> Result<Listed<StoredEvent>> {
    app.db.read(move |reader| Listed::of(page, tree_events::refused(reader, page.slice())?)).await
}
