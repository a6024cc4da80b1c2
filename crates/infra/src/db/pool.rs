//! Pools of connections behind a gate: as many work at once as there are connections, a bounded number
//! waits, nobody waits long.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    Address,
    connection::{AnyConnection, Purpose},
};
use crate::{Error, Result};

/// How many may wait at once.
pub(super) const QUEUE: usize = 1024;

/// A pooled connection and whether it was seen to be lost.
pub(super) struct Pooled {
    pub(super) connection: AnyConnection,
    pub(super) lost: bool,
}

pub(super) struct Manager {
    address: Address,
    purpose: Purpose,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled> {
        Ok(Pooled { connection: AnyConnection::open(&self.address, self.purpose)?, lost: false })
    }

    fn is_valid(&self, _: &mut Pooled) -> Result<()> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.lost || pooled.connection.is_unfinished()
    }
}

/// Says what r2d2 itself has to say to the log of the process, at the level it deserves.
#[derive(Debug)]
struct LogError;

impl r2d2::HandleError<Error> for LogError {
    fn handle_error(&self, error: Error) {
        tracing::warn!(%error, "a database connection could not be opened");
    }
}

/// One place in the queue; given back also when the caller goes away while waiting.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    pub(super) fn take(waiting: &'a AtomicUsize, places: usize) -> Option<Self> {
        let this = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < places).then_some(this)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A pool and the gate before it.
pub(super) struct Gate {
    pool: r2d2::Pool<Manager>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    pub(super) wait: Duration,
}

impl Gate {
    pub(super) fn open(
        address: &Address,
        purpose: Purpose,
        connections: u32,
        wait: Duration,
    ) -> Result<Self> {
        let pool = r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(wait)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager { address: address.clone(), purpose });
        let permits = usize::try_from(connections).map_err(Error::corrupt)?;
        Ok(Self { pool, permits: Arc::new(Semaphore::new(permits)), waiting: AtomicUsize::new(0), wait })
    }

    /// A turn to work with a connection.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait, or the wait grew too long.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let busy = || Error::unavailable("the database is too busy");
        let _waiting = Waiting::take(&self.waiting, QUEUE).ok_or_else(busy)?;
        let turn = tokio::time::timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await;
        turn.map_err(|_| busy())?.map_err(|_| Error::unavailable("the database is closing"))
    }

    /// A connection; call it with a turn, on a blocking thread.
    pub(super) fn connection(&self) -> Result<r2d2::PooledConnection<Manager>> {
        self.pool.get_timeout(self.wait).map_err(|_| Error::unavailable("the database"))
    }
}
