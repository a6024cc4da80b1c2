//! Sends due tasks through the broker to the workers that run them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::{Duration, Instant},
};

use infra::{
    broker::{Outgoing, Publisher},
    config::{BrokerConfig, ConfigError, ConfigFault},
    outbox,
};
use tokio::sync::watch;

use super::TaskKind;
use crate::{App, Error, Result};

/// Tasks under way at most: what is read at once, and what a queue may hold before no more is sent to it.
const MOST: u32 = 1000;
/// Tasks whose confirms are waited for together.
const AT_ONCE: usize = 200;
/// How long to wait for news before looking again: other processes announce tasks without a word.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long to wait after the broker could not be reached, and before asking again who leads.
const WAIT: Duration = Duration::from_secs(1);

/// Refuses routes of kinds that must not leave the platform.
///
/// # Errors
/// [`ConfigError`] names `TASK_ROUTES`.
pub fn check_routes(config: &BrokerConfig) -> std::result::Result<(), ConfigError> {
    let may = |kind: &String| TaskKind::parse(kind).is_some_and(TaskKind::may_go_elsewhere);
    if config.routes.keys().all(may) {
        return Ok(());
    }
    let kinds = TaskKind::ALL.into_iter().filter(|kind| kind.may_go_elsewhere()).map(TaskKind::as_str);
    let form = format!(
        "a route of {}: other kinds move money or carry secrets",
        kinds.collect::<Vec<_>>().join(", ")
    );
    Err(ConfigError::new("TASK_ROUTES", ConfigFault::NotA(form)))
}

/// Sends due tasks until `shutdown` says so, while this process leads those that would; what is lost on the way is
/// due still, and is sent again.
pub async fn relay(app: App, config: BrokerConfig, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        if let Err(error) = lead(&app, &config, &mut shutdown).await {
            tracing::warn!(%error, "no tasks are sent");
        }
        rest(WAIT, &mut shutdown).await;
    }
}

async fn rest(time: Duration, shutdown: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}

/// Leads, once no other does, until the broker is away.
async fn lead(app: &App, config: &BrokerConfig, shutdown: &mut watch::Receiver<bool>) -> infra::Result<()> {
    let publisher = Publisher::connect(config).await?;
    while !publisher.lead().await? {
        rest(WAIT, shutdown).await;
        if *shutdown.borrow() {
            return Ok(());
        }
    }
    tracing::info!("this process sends the tasks");
    let mut relay = Relay { app, config, publisher, sent: HashMap::new() };
    while !*shutdown.borrow() {
        if relay.step().await? == 0 {
            tokio::select! {
                () = app.signals.tasks.notified() => {}
                () = rest(LOOK_AGAIN, shutdown) => {}
            }
        }
    }
    Ok(())
}

struct Relay<'a> {
    app: &'a App,
    config: &'a BrokerConfig,
    publisher: Publisher,
    /// When each row was sent that no worker has begun: only memory, since one that is sent twice is run once.
    sent: HashMap<i64, Instant>,
}

impl Relay<'_> {
    /// Sends what is due and gives how much that was; a database that is away has nothing due.
    async fn step(&mut self) -> infra::Result<usize> {
        let due = match self.due().await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "due tasks could not be read");
                return Ok(0);
            }
        };
        // a row that a worker has begun is not due for a while, and when it is due again it is a new matter
        let rows: HashSet<i64> = due.iter().map(|task| task.row).collect();
        self.sent.retain(|row, _| rows.contains(row));
        let waits = |task: &Outgoing| {
            self.sent.get(&task.row).is_some_and(|at| at.elapsed() < self.config.resend_after)
        };
        let mut by_queue = BTreeMap::<String, Vec<Outgoing>>::new();
        for task in due.into_iter().filter(|task| !waits(task)) {
            by_queue.entry(self.config.queue_of(&task.kind).to_owned()).or_default().push(task);
        }
        let mut count = 0usize;
        for (queue, tasks) in by_queue {
            if self.publisher.depth(&queue).await? < MOST {
                count = count.saturating_add(tasks.len());
                for tasks in tasks.chunks(AT_ONCE) {
                    self.send(tasks).await?;
                }
            }
        }
        Ok(count)
    }

    async fn due(&self) -> Result<Vec<Outgoing>> {
        let now = self.app.clock.now();
        let due =
            self.app.db.read(move |reader| Ok::<_, Error>(outbox::due_to_send(reader, now, MOST.into())?));
        due.await
    }

    async fn send(&mut self, tasks: &[Outgoing]) -> infra::Result<()> {
        let stored = self.publisher.publish(tasks).await?;
        let stored: Vec<&Outgoing> =
            tasks.iter().zip(&stored).filter(|(_, stored)| **stored).map(|(task, _)| task).collect();
        self.sent.extend(stored.iter().map(|task| (task.row, Instant::now())));
        let elsewhere = stored.iter().filter(|task| self.config.routes.contains_key(&task.kind));
        if let Err(error) = self.finish(elsewhere.map(|task| task.row).collect()).await {
            tracing::warn!(%error, "tasks of other workers are sent again");
        }
        if stored.len() < tasks.len() {
            return Err(infra::Error::unavailable("the broker takes no tasks: a queue is gone or full"));
        }
        Ok(())
    }

    /// What others run is out of our hands once the broker has it.
    async fn finish(&self, rows: Vec<i64>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let now = self.app.clock.now();
        let finished = self.app.db.write(move |tx| {
            for row in &rows {
                outbox::finish(tx, *row, now)?;
            }
            Ok::<_, Error>(())
        });
        finished.await
    }
}
