//! SQLite's one writer. Transactions that wait for it share a commit, each in a savepoint of its own: the disk
//! is waited for once, and nobody hears of an outcome before it is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use diesel::connection::SimpleConnection as _;

use super::{
    ATTEMPTS, Load, MayBeContended, Tx, commit, open_tx,
    pool::Pool,
    turn::{Callers, Reply, Turn},
};
use crate::{Error, Result};

/// Transactions that share a commit at most.
const LARGEST_GROUP: usize = 64;
/// A group takes in no more after this time, so that its first doesn't wait for ever.
const LONGEST_GROUP: Duration = Duration::from_millis(10);

/// Someone's transaction, whatever it gives.
trait Job: Send {
    /// False when the caller has given up; then it must not run.
    fn begin(&self) -> bool;
    /// Runs it and says what becomes of its changes.
    fn run(&mut self, tx: &mut Tx) -> Verdict;
    /// Tells the caller.
    fn settle(self: Box<Self>, committed: &Result<()>);
}

/// What becomes of a transaction's changes.
enum Verdict {
    Keep,
    Undo,
    /// Undo them and run it again.
    RunAgain,
}

/// The thread that writes, and the queue before it.
pub(super) struct GroupWriter {
    queue: Sender<Box<dyn Job>>,
    callers: Callers,
    pool: Pool,
}

impl GroupWriter {
    /// Starts the thread; it ends when this value is dropped and the queue is empty.
    pub(super) fn start(pool: Pool, wait: Duration) -> Result<Self> {
        let (queue, jobs) = channel();
        let for_thread = pool.clone();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(&for_thread, &jobs))
            .map_err(Error::unavailable)?;
        Ok(Self { queue, callers: Callers::of(1, wait), pool })
    }

    /// How busy the thread is.
    pub(super) fn load(&self) -> Load {
        Load { callers: self.callers.now(), connections: self.pool.open_connections() }
    }

    /// Runs `work` in a transaction with those that wait at the same time.
    ///
    /// # Errors
    /// As [`super::Db::write`].
    pub(super) async fn write<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: MayBeContended + Send + 'static,
    {
        let queue = |turn, reply| {
            let job = Work { work, turn, outcome: None, reply };
            self.queue.send(Box::new(job)).map_err(|_| Error::unavailable("the database is closing"))
        };
        self.callers.wait_for(queue).await
    }
}

struct Work<T, E, F> {
    work: F,
    turn: Turn,
    outcome: Option<std::result::Result<T, E>>,
    reply: Reply<T, E>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: Fn(&mut Tx) -> std::result::Result<T, E> + Send,
    T: Send,
    E: MayBeContended + Send,
{
    fn begin(&self) -> bool {
        self.turn.begin()
    }

    fn run(&mut self, tx: &mut Tx) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(Error::cut_off().into()));
        match self.outcome.insert(outcome) {
            Ok(_) => Verdict::Keep,
            Err(error) if error.is_contended() => Verdict::RunAgain,
            Err(_) => Verdict::Undo,
        }
    }

    fn settle(self: Box<Self>, committed: &Result<()>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Err(error), _) => Err(error.clone().into()),
            (Ok(()), None) => Err(Error::Database("a transaction was not run".to_owned()).into()),
        };
        // a caller that has gone away doesn't want to know
        drop(self.reply.send(outcome));
    }
}

fn serve(pool: &Pool, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        if !first.begin() {
            continue;
        }
        let mut group = vec![first];
        let committed = run_group(pool, jobs, &mut group);
        for job in group {
            job.settle(&committed);
        }
    }
}

/// Runs the group's first and whoever comes meanwhile, and commits.
fn run_group(pool: &Pool, jobs: &Receiver<Box<dyn Job>>, group: &mut Vec<Box<dyn Job>>) -> Result<()> {
    let began = Instant::now();
    let mut tx = open_tx(pool)?;
    let mut stays = false;
    let mut next = group.pop();
    while let Some(mut job) = next.take() {
        stays |= run_in_savepoint(&mut tx, job.as_mut())?;
        group.push(job);
        if group.len() < LARGEST_GROUP && began.elapsed() < LONGEST_GROUP {
            next = std::iter::from_fn(|| jobs.try_recv().ok()).find(|job| job.begin());
        }
    }
    if stays { commit(&mut tx) } else { tx.connection().rollback().inspect_err(|_| tx.lose()) }
}

/// True when the job's changes stay.
fn run_in_savepoint(tx: &mut Tx, job: &mut dyn Job) -> Result<bool> {
    for _ in 0..ATTEMPTS {
        tx.connection().batch_execute("SAVEPOINT job")?;
        let verdict = job.run(tx);
        if matches!(verdict, Verdict::Keep) {
            tx.connection().batch_execute("RELEASE job")?;
            return Ok(true);
        }
        tx.connection().batch_execute("ROLLBACK TO job; RELEASE job")?;
        if matches!(verdict, Verdict::Undo) {
            break;
        }
    }
    Ok(false)
}
