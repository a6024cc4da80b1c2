//! Pools of connections, one for each thread that works with them.

use std::time::{Duration, Instant};

use super::{
    Address, PoolSizes,
    connection::{AnyConnection, Purpose},
};
use crate::{Error, Result};

/// How long a connection may lie idle: servers, and what stands before them, end those that do so for long.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// How long a connection may lie idle before it is asked whether it is still one: after an outage of the server all that lay
/// idle are none, and whoever got one would be told so. Under load none is asked.
const LONGEST_TRUSTED: Duration = Duration::from_secs(1);

/// A connection and whether it was seen to be lost.
pub(super) struct Pooled {
    pub(super) connection: AnyConnection,
    pub(super) lost: bool,
    given_back: Instant,
}

pub(super) struct Manager {
    address: Address,
    purpose: Purpose,
    patience: Option<Duration>,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled> {
        let mut connection = AnyConnection::open(&self.address, self.purpose)?;
        connection.set_patience(self.patience);
        Ok(Pooled { connection, lost: false, given_back: Instant::now() })
    }

    fn is_valid(&self, _: &mut Pooled) -> Result<()> {
        Ok(())
    }

    /// Asked when a connection is given back.
    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.given_back = Instant::now();
        pooled.lost || pooled.connection.is_given_up() || pooled.connection.is_unfinished()
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
    pub(super) fn open(address: &Address, purpose: Purpose, connections: u32, sizes: PoolSizes) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .idle_timeout(Some(LONGEST_IDLE))
            .connection_timeout(sizes.wait)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager { address: address.clone(), purpose, patience: sizes.patience });
        Self(pool)
    }

    /// Connections that are open.
    pub(super) fn open_connections(&self) -> u32 {
        self.0.state().connections
    }

    /// A connection.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when none can be opened.
    pub(super) fn take(&self) -> Result<r2d2::PooledConnection<Manager>> {
        let unavailable = || Error::unavailable("the database");
        loop {
            let mut pooled = self.0.get().map_err(|_| unavailable())?;
            if pooled.given_back.elapsed() < LONGEST_TRUSTED || pooled.connection.answers() {
                return Ok(pooled);
            }
            pooled.lost = true;
            if pooled.connection.is_given_up() {
                // the others would be as silent
                return Err(unavailable());
            }
        }
    }
}
