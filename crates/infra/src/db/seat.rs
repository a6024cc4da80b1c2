//! A thread's connection: opened when it is needed, opened anew when it was lost or lay idle for long.

use std::time::{Duration, Instant};

use super::{
    Address, Reader,
    connection::{AnyConnection, Purpose},
};
use crate::Result;

/// How long a connection may lie idle: servers, and what stands before them, end those that do so for long.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// Where a thread of the database sits.
pub(super) struct Seat {
    address: Address,
    purpose: Purpose,
    kept: Option<(Box<AnyConnection>, Instant)>,
}

impl Seat {
    /// One without a connection yet.
    pub(super) const fn new(address: Address, purpose: Purpose) -> Self {
        Self { address, purpose, kept: None }
    }

    /// The connection, out of the seat; what panics with it or drops it loses it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when none can be opened.
    pub(super) fn take(&mut self) -> Result<Reader> {
        let kept = self.kept.take().filter(|(_, used)| used.elapsed() < LONGEST_IDLE);
        let connection =
            match kept {
                Some((connection, _)) => connection,
                None => Box::new(AnyConnection::open(&self.address, self.purpose).inspect_err(
                    |error| tracing::warn!(%error, "a database connection could not be opened"),
                )?),
            };
        Ok(Reader { connection, lost: false })
    }

    /// Keeps the connection for the next one, unless it is lost or in the middle of something.
    pub(super) fn put_back(&mut self, mut reader: Reader) {
        if !reader.lost && !reader.connection.is_unfinished() {
            self.kept = Some((reader.connection, Instant::now()));
        }
    }
}
