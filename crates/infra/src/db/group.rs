//! SQLite's one writer. Transactions that wait for it share a commit, each in a savepoint of its own: the disk
//! is waited for once, and nobody hears of an outcome before it is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use diesel::connection::SimpleConnection as _;
use tokio::sync::oneshot;

use super::{
    ATTEMPTS, MayBeContended, Tx, commit, open_tx,
    pool::{Gate, QUEUE, Waiting},
};
use crate::{Error, Result};

/// Transactions that share a commit at most.
const LARGEST_GROUP: usize = 64;
/// A group takes in no more after this time, so that its first doesn't wait for ever.
const LONGEST_GROUP: Duration = Duration::from_millis(10);

/// Where a transaction is on its way: its caller may give up only while it waits.
const WAITS: u8 = 0;
const RUNS: u8 = 1;
const GIVEN_UP: u8 = 2;

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
    callers: AtomicUsize,
    wait: Duration,
}

impl GroupWriter {
    /// Starts the thread; it ends when this value is dropped and the queue is empty.
    pub(super) fn start(gate: Gate) -> Result<Self> {
        let (queue, jobs) = channel();
        let wait = gate.wait;
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(&gate, &jobs))
            .map_err(Error::unavailable)?;
        Ok(Self { queue, callers: AtomicUsize::new(0), wait })
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
        let busy = || Error::unavailable("the database is too busy");
        // one is at work, the others wait
        let _caller = Waiting::take(&self.callers, QUEUE + 1).ok_or_else(busy)?;
        let state = Arc::new(AtomicU8::new(WAITS));
        let (reply, mut told) = oneshot::channel();
        let job = Work { work, state: Arc::clone(&state), outcome: None, reply };
        self.queue.send(Box::new(job)).map_err(|_| Error::unavailable("the database is closing"))?;
        // a caller that goes away while waiting takes its transaction along
        let _abandon = Abandon(Arc::clone(&state));
        let outcome = match tokio::time::timeout(self.wait, &mut told).await {
            Ok(outcome) => outcome,
            Err(_) if give_up(&state) => return Err(busy().into()),
            Err(_) => told.await,
        };
        outcome.unwrap_or_else(|_| Err(Error::Database("the writing thread has ended".to_owned()).into()))
    }
}

fn give_up(state: &AtomicU8) -> bool {
    state.compare_exchange(WAITS, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire).is_ok()
}

struct Abandon(Arc<AtomicU8>);

impl Drop for Abandon {
    fn drop(&mut self) {
        give_up(&self.0);
    }
}

struct Work<T, E, F> {
    work: F,
    state: Arc<AtomicU8>,
    outcome: Option<std::result::Result<T, E>>,
    reply: oneshot::Sender<std::result::Result<T, E>>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: Fn(&mut Tx) -> std::result::Result<T, E> + Send,
    T: Send,
    E: MayBeContended + Send,
{
    fn begin(&self) -> bool {
        self.state.compare_exchange(WAITS, RUNS, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn run(&mut self, tx: &mut Tx) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|_| {
            Err(Error::Database("database work was cut off by a panic".to_owned()).into())
        });
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

fn serve(gate: &Gate, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        if !first.begin() {
            continue;
        }
        let mut group = vec![first];
        let committed = run_group(gate, jobs, &mut group);
        for job in group {
            job.settle(&committed);
        }
    }
}

/// Runs the group's first and whoever comes meanwhile, and commits.
fn run_group(gate: &Gate, jobs: &Receiver<Box<dyn Job>>, group: &mut Vec<Box<dyn Job>>) -> Result<()> {
    let began = Instant::now();
    let mut tx = open_tx(gate)?;
    let mut stays = false;
    let mut next = group.pop();
    while let Some(mut job) = next.take() {
        stays |= run_in_savepoint(&mut tx, job.as_mut()).inspect_err(|_| tx.lose())?;
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
