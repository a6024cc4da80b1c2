//! Periodic work: a job runs once in each of its periods, in whichever process comes first.

use std::time::Duration;

use chrono::TimeDelta;
use infra::{db::Tx, dead_letters, dead_tokens, house, idempotency, otps, outbox, scheduled_runs, sessions};
use tokio::sync::watch;
use wallet_rules::{calendar::Instant, ledger::AccountKind};

use crate::{App, Error, Result};

/// How often a process looks whether a period has begun.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How long a reply is kept for its `Idempotency-Key`.
const IDEMPOTENCY_KEPT: TimeDelta = TimeDelta::hours(24);
/// How long a done task can still be looked at.
const DONE_TASKS_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a message that nobody can run waits for a person.
const DEAD_LETTERS_KEPT: TimeDelta = TimeDelta::days(90);
/// How long what has expired can still be looked at.
const EXPIRED_KEPT: TimeDelta = TimeDelta::days(1);

/// A job of every hour.
#[derive(Clone, Copy, Debug)]
enum Job {
    PurgeIdempotencyKeys,
    PurgeDoneTasks,
    PurgeDeadLetters,
    PurgeCodes,
    PurgeSessions,
    PurgeDeadTokens,
    SealCheckpoints,
}

impl Job {
    const ALL: [Self; 7] = [
        Self::PurgeIdempotencyKeys,
        Self::PurgeDoneTasks,
        Self::PurgeDeadLetters,
        Self::PurgeCodes,
        Self::PurgeSessions,
        Self::PurgeDeadTokens,
        Self::SealCheckpoints,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::PurgeIdempotencyKeys => "purge_idempotency_keys",
            Self::PurgeDoneTasks => "purge_done_tasks",
            Self::PurgeDeadLetters => "purge_dead_letters",
            Self::PurgeCodes => "purge_codes",
            Self::PurgeSessions => "purge_sessions",
            Self::PurgeDeadTokens => "purge_dead_tokens",
            Self::SealCheckpoints => "seal_checkpoints",
        }
    }

    fn run(self, tx: &mut Tx, now: Instant) -> infra::Result<usize> {
        let before = |kept: TimeDelta| now.plus(-kept);
        match self {
            Self::PurgeIdempotencyKeys => idempotency::purge(tx, before(IDEMPOTENCY_KEPT)),
            Self::PurgeDoneTasks => outbox::purge_done(tx, before(DONE_TASKS_KEPT)),
            Self::PurgeDeadLetters => dead_letters::purge(tx, before(DEAD_LETTERS_KEPT)),
            Self::PurgeCodes => otps::purge(tx, before(EXPIRED_KEPT)),
            Self::PurgeSessions => sessions::purge(tx, before(EXPIRED_KEPT)),
            Self::PurgeDeadTokens => dead_tokens::purge(tx, before(EXPIRED_KEPT)),
            Self::SealCheckpoints => seal_checkpoints(tx, now),
        }
    }
}

/// Seals every account of the house.
fn seal_checkpoints(tx: &mut Tx, now: Instant) -> infra::Result<usize> {
    let house = AccountKind::ALL.iter().copied().filter(|kind| kind.is_house());
    house.map(|kind| house::seal_checkpoint(tx, kind, now).map(usize::from)).sum()
}

/// Runs the jobs whose period has begun and was not taken, each in a transaction of its own.
///
/// # Errors
/// What the database says; the jobs after the failing one run with the next look.
pub async fn run_due_jobs(app: &App) -> Result<()> {
    let now = app.clock.now();
    let period: String = now.to_string().chars().take("2026-11-22T14".len()).collect();
    for job in Job::ALL {
        let period = period.clone();
        let changed = app
            .db
            .write(move |tx| {
                if !scheduled_runs::take(tx, job.as_str(), &period, now)? {
                    return Ok(None);
                }
                Ok::<_, Error>(Some(job.run(tx, now)?))
            })
            .await?;
        if let Some(rows) = changed {
            tracing::debug!(job = job.as_str(), rows, "a periodic job ran");
        }
    }
    Ok(())
}

/// Runs periodic work until `shutdown` says so.
pub async fn scheduler(app: App, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        if let Err(error) = run_due_jobs(&app).await {
            tracing::warn!(%error, "periodic work failed");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = shutdown.changed() => {}
        }
    }
}
