//! Work that waits for its turn: a bounded number waits, nobody waits long, and who goes away takes their work along.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{Error, Result};

/// How many may wait at once.
const QUEUE: usize = 1024;

/// Where work is on its way: its caller may give up only while it waits.
const WAITS: u8 = 0;
const RUNS: u8 = 1;
const GIVEN_UP: u8 = 2;

/// The callers of some threads: each thread has one at work, the others wait.
pub(super) struct Callers {
    now: AtomicUsize,
    most: usize,
    wait: Duration,
}

impl Callers {
    /// Callers of so many threads, who wait so long for their turn at most.
    pub(super) const fn of(threads: usize, wait: Duration) -> Self {
        Self { now: AtomicUsize::new(0), most: QUEUE.saturating_add(threads), wait }
    }

    /// How many there are now, at work and waiting.
    pub(super) fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// Hands work over with `queue`, and waits for what it gives.
    ///
    /// # Errors
    /// What the work gives; [`Error::Unavailable`] when too many wait, or the wait grows too long.
    pub(super) async fn wait_for<T, E: From<Error>>(
        &self,
        queue: impl FnOnce(Turn, Reply<T, E>) -> Result<()>,
    ) -> std::result::Result<T, E> {
        let busy = || Error::unavailable("the database is too busy");
        let _place = Place::take(self).ok_or_else(busy)?;
        let turn = Turn::default();
        let (reply, mut told) = oneshot::channel();
        queue(turn.clone(), reply)?;
        let turn = Abandoned(turn);
        let outcome = match tokio::time::timeout(self.wait, &mut told).await {
            Ok(outcome) => outcome,
            Err(_) if turn.0.give_up() => return Err(busy().into()),
            Err(_) => told.await,
        };
        outcome
            .unwrap_or_else(|_| Err(Error::Database("a thread of the database has ended".to_owned()).into()))
    }
}

/// Where an outcome is told.
pub(super) type Reply<T, E> = oneshot::Sender<std::result::Result<T, E>>;

/// One caller's place; given back also when the caller goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(callers: &'a Callers) -> Option<Self> {
        let this = Self(&callers.now);
        (callers.now.fetch_add(1, Ordering::Relaxed) < callers.most).then_some(this)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A turn that comes, or is given up before.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicU8>);

impl Turn {
    /// False when the caller has given up; then the work must not run.
    pub(super) fn begin(&self) -> bool {
        self.0.compare_exchange(WAITS, RUNS, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn give_up(&self) -> bool {
        self.0.compare_exchange(WAITS, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A caller that goes away while waiting takes its work along.
struct Abandoned(Turn);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
