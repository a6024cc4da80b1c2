//! Pools of connections, one for each thread that works with them.

use std::time::Duration;

use super::{
    Address,
    connection::{AnyConnection, Purpose},
};
use crate::{Error, Result};

/// How long a connection may lie idle: servers, and what stands before them, end those that do so for long.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// A connection and whether it was seen to be lost.
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

/// The connections of some threads; whoever takes one gives it back by dropping it.
#[derive(Clone)]
pub(super) struct Pool(r2d2::Pool<Manager>);

impl Pool {
    /// Room for so many connections, each opened when it is needed.
    pub(super) fn open(address: &Address, purpose: Purpose, connections: u32, wait: Duration) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .idle_timeout(Some(LONGEST_IDLE))
            .connection_timeout(wait)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager { address: address.clone(), purpose });
        Self(pool)
    }

    /// A connection.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when none can be opened.
    pub(super) fn take(&self) -> Result<r2d2::PooledConnection<Manager>> {
        self.0.get().map_err(|_| Error::unavailable("the database"))
    }
}
