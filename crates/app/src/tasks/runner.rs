//! Runs due tasks in this process, as they come.

use std::time::Duration;

use futures_util::StreamExt as _;
use infra::outbox;
use tokio::sync::watch;

use super::run::{claim_first_tries, run, run_claimed};
use crate::{App, Error};

/// Tasks read at once.
const BATCH: i64 = 64;
/// Tasks under way at once; more would only wait for the database.
const AT_ONCE: usize = 4;
/// How long to wait for news before looking again: retries come due without any.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Runs due tasks until `shutdown` says so; what is under way is finished.
pub async fn runner(app: App, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        let now = app.clock.now();
        let due = app.db.read(move |reader| Ok::<_, Error>(outbox::due(reader, now, BATCH)?)).await;
        match due {
            Ok(ids) if !ids.is_empty() => {
                run_all(&app, ids).await;
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "due tasks could not be read"),
        }
        tokio::select! {
            () = app.signals.tasks.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = shutdown.changed() => {}
        }
    }
}

/// Runs these tasks, as far as they are due. A failure is in the task's row and in the log; the next one goes on.
async fn run_all(app: &App, ids: Vec<i64>) {
    let claimed = claim_first_tries(app, ids.clone()).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "due tasks are claimed one by one");
        Vec::new()
    });
    let alone = ids.into_iter().filter(|id| claimed.iter().all(|task| task.id != *id));
    let alone: Vec<_> = alone.collect();
    let each = |task| async move { drop(run_claimed(app, task).await) };
    futures_util::stream::iter(claimed).map(each).buffer_unordered(AT_ONCE).collect::<()>().await;
    let each = |id| async move { drop(run(app, id).await) };
    futures_util::stream::iter(alone).map(each).buffer_unordered(AT_ONCE).collect::<()>().await;
}
