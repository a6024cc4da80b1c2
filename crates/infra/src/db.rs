//! The database: where transactions begin and end, on SQLite and on MySQL alike.

use std::{sync::Arc, time::Duration};

mod address;
mod connection;
mod crew;
mod filling;
mod grants;
mod group;
mod migrate;
mod mysql;
mod pool;
mod prepared;
mod turn;

pub use address::{Address, FileLock, MysqlAddress};
pub(crate) use connection::AnyConnection;
pub use filling::Filling;
pub use grants::grants;
pub use migrate::{is_bare, migrate, migrate_down, pending_migrations};

use crate::{Error, Result};
use connection::Purpose;
pub(crate) use prepared::PreparedOnce;

use crew::Crew;
use group::GroupWriter;
use pool::{Manager, Pool};

/// Rows that one INSERT carries to a server at most: far from its largest packet, and from 65,535 parameters.
pub(crate) const ROWS_PER_STATEMENT: usize = 250;

/// How often contended work is run before the caller is told.
const ATTEMPTS: u32 = 8;

/// An error that may come from contention, so that [`Db::write`] knows when to run the work again.
pub trait MayBeContended: From<Error> {
    /// True when nothing took effect and trying again may help.
    fn is_contended(&self) -> bool;
}

impl MayBeContended for Error {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Contended(_))
    }
}

/// What reads: a connection that sees committed rows, or one moment's in [`Db::snapshot`].
pub struct Reader {
    pooled: r2d2::PooledConnection<Manager>,
}

impl Reader {
    /// The connection, for this crate's queries only.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.pooled.connection
    }
}

/// An open transaction; what writes takes one, and only [`Db::write`] makes one. Reads in it see its writes.
pub struct Tx {
    reader: Reader,
}

impl Tx {
    /// The connection, for this crate's queries only.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.reader.connection()
    }
}

impl Tx {
    /// The connection is not used again.
    fn lose(&mut self) {
        self.reader.pooled.lost = true;
    }
}

impl std::ops::Deref for Tx {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

/// The platform's database.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    writers: Writers,
    readers: Crew,
}

/// Who writes.
enum Writers {
    /// SQLite: one thread, which groups what waits.
    One(GroupWriter),
    /// A server groups commits by itself: as many as there are connections.
    Many(Crew),
}

/// How busy the threads for one kind of work are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Callers whose work is done now or waits.
    pub callers: usize,
    /// Connections that are open.
    pub connections: u32,
}

/// How many connections a process keeps.
#[derive(Clone, Copy, Debug)]
pub struct PoolSizes {
    /// For transactions; SQLite always has one.
    pub writers: u32,
    /// For reading.
    pub readers: u32,
    /// How long work may wait for one, before its caller is told that the database is too busy.
    pub wait: Duration,
    /// How long a server may be silent while it is asked something, before the connection counts as lost; none: for ever.
    pub patience: Option<Duration>,
}

impl PoolSizes {
    /// So many connections, and the waits that a client of an API stands.
    pub const fn new(writers: u32, readers: u32) -> Self {
        Self { writers, readers, wait: Duration::from_secs(1), patience: Some(Duration::from_secs(10)) }
    }
}

impl Db {
    /// Starts the threads of the database; connections are opened when they are needed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when a SQLite file's folder can't be made, or there are no more threads.
    pub fn open(address: Address, sizes: PoolSizes) -> Result<Self> {
        Self::open_for(address, sizes, Purpose::Write)
    }

    /// A SQLite file whose commits don't wait for the disk.
    fn open_unsynced(address: Address, sizes: PoolSizes) -> Result<Self> {
        Self::open_for(address, sizes, Purpose::Fill)
    }

    fn open_for(address: Address, sizes: PoolSizes, purpose: Purpose) -> Result<Self> {
        address.make_folder()?;
        let writers = match &address {
            Address::Sqlite { .. } => {
                let pool = Pool::open(&address, purpose, 1, sizes);
                Writers::One(GroupWriter::start(pool, sizes.wait)?)
            }
            Address::Mysql(_) => {
                Writers::Many(Crew::start("db-writer", &address, purpose, sizes.writers, sizes)?)
            }
        };
        let readers = Crew::start("db-reader", &address, Purpose::Read, sizes.readers, sizes)?;
        Ok(Self { inner: Arc::new(Inner { address, writers, readers }) })
    }

    /// Where the database is.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// How busy those are that write, and those that read.
    pub fn loads(&self) -> [(&'static str, Load); 2] {
        let writers = match &self.inner.writers {
            Writers::One(writer) => writer.load(),
            Writers::Many(crew) => crew.load(),
        };
        [("writer", writers), ("reader", self.inner.readers.load())]
    }

    /// Runs `work` in a transaction and commits it; an `Err` rolls back. `work` may run several times, so
    /// ids, codes and the time are made before it.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Contended`] after several tries; [`Error::Unavailable`] when no connection
    /// is to be had, with `outcome_unknown` when the connection was lost while committing.
    pub async fn write<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: MayBeContended + Send + 'static,
    {
        match &self.inner.writers {
            Writers::One(writer) => writer.write(work).await,
            Writers::Many(crew) => crew.run(move |pool| with_retries(|| write_once(pool, &work))).await,
        }
    }

    /// Runs `work` on a connection that can't write; each statement sees what is committed by then. `work` may run
    /// several times: a cluster may end a read that waits for what other nodes have committed.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Contended`] after several tries; [`Error::Unavailable`] when no connection is to be
    /// had.
    pub async fn read<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Reader) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: MayBeContended + Send + 'static,
    {
        self.inner.readers.run(move |pool| with_retries(|| read_once(pool, &work))).await
    }

    /// Runs `work` on one consistent view of the database; as [`Db::read`], it may run several times.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn snapshot<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Reader) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: MayBeContended + Send + 'static,
    {
        self.read(move |reader| {
            reader.connection().begin_snapshot()?;
            let outcome = work(reader);
            reader.connection().rollback()?;
            outcome
        })
        .await
    }
}

/// Runs work again that another transaction was in the way of.
fn with_retries<T, E: MayBeContended>(
    once: impl Fn() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let mut attempt = 1;
    loop {
        match once() {
            Err(error) if error.is_contended() && attempt < ATTEMPTS => {
                std::thread::sleep(pause_before(attempt));
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

fn read_once<T, E: MayBeContended>(
    pool: &Pool,
    work: &impl Fn(&mut Reader) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let mut reader = Reader { pooled: pool.take()? };
    let outcome = work(&mut reader);
    // a refusal can't be told from a lost connection here, so the connection is asked
    if outcome.is_err() && !reader.connection().answers() {
        reader.pooled.lost = true;
    }
    outcome
}

/// A pause that grows with the attempts, with jitter so that two rivals don't meet again.
fn pause_before(attempt: u32) -> Duration {
    let ceiling_us = 1_000u64 << attempt.min(7);
    let jitter = getrandom::u64().unwrap_or(0) % ceiling_us;
    Duration::from_micros(500 + jitter)
}

fn write_once<T, E: MayBeContended>(
    pool: &Pool,
    work: &impl Fn(&mut Tx) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let mut tx = open_tx(pool)?;
    match work(&mut tx) {
        Ok(value) => commit(&mut tx).map(|()| value).map_err(E::from),
        Err(error) => {
            if tx.connection().rollback().is_err() {
                tx.lose();
            }
            Err(error)
        }
    }
}

/// Begins.
fn open_tx(pool: &Pool) -> Result<Tx> {
    let mut tx = Tx { reader: Reader { pooled: pool.take()? } };
    let Err(error) = tx.connection().begin_write() else { return Ok(tx) };
    // nothing was begun: a connection that went stale in the pool gives way to a new one, unless the server is silent
    tx.lose();
    let is_silent = tx.connection().is_given_up();
    match error {
        Error::Unavailable { what, .. } if !is_silent => Err(Error::Contended(what)),
        error => Err(error),
    }
}

/// Commits. A refusal by the database rolled back; anything else leaves the outcome unknown.
fn commit(tx: &mut Tx) -> Result<()> {
    #[cfg(feature = "testing")]
    crate::testing::crash::pass(crate::testing::crash::Moment::Before);
    let committed = tx.connection().commit();
    #[cfg(feature = "testing")]
    crate::testing::crash::pass(crate::testing::crash::Moment::After);
    let Err(error) = committed else { return Ok(()) };
    tx.lose();
    match error {
        Error::Contended(_) => Err(error),
        Error::Unavailable { what, .. } => Err(Error::Unavailable { what, outcome_unknown: true }),
        other => Err(Error::Unavailable { what: other.to_string(), outcome_unknown: true }),
    }
}

/// Asks whether a server lets us in; a SQLite file is not looked for. Blocking.
///
/// # Errors
/// [`Error::Unavailable`] says why not.
pub(crate) fn answers(address: &Address) -> Result<()> {
    match address {
        Address::Sqlite { .. } => Ok(()),
        Address::Mysql(_) => AnyConnection::open(address, Purpose::Read).map(drop),
    }
}

/// Runs statements on a connection of their own, outside every pool, as the address's user. Blocking.
///
/// # Errors
/// What the database says.
#[cfg(feature = "testing")]
pub(crate) fn execute_batch(address: &Address, statements: &str) -> Result<()> {
    use diesel::connection::SimpleConnection as _;
    Ok(owner_connection(address)?.batch_execute(statements)?)
}

/// A connection of its own, outside every pool. Blocking.
///
/// # Errors
/// [`Error::Unavailable`].
#[cfg(feature = "testing")]
pub(crate) fn owner_connection(address: &Address) -> Result<AnyConnection> {
    AnyConnection::open(address, Purpose::Manage)
}

/// The key that the last INSERT of this transaction gave.
pub(crate) fn last_insert_id(tx: &mut Tx) -> Result<i64> {
    use diesel::{RunQueryDsl as _, select};

    diesel::define_sql_function! {
        /// MySQL's; unsigned, so it is cast.
        fn last_insert_id() -> BigInt;
    }
    diesel::define_sql_function! {
        /// SQLite's.
        fn last_insert_rowid() -> BigInt;
    }
    let connection = tx.connection();
    let id = if connection.is_mysql() {
        select(last_insert_id()).get_result(connection)?
    } else {
        select(last_insert_rowid()).get_result(connection)?
    };
    Ok(id)
}

/// What an UPDATE of a row that must be there found.
pub(crate) fn expect_one(updated: usize, otherwise: &str) -> Result<()> {
    expect_all(updated, 1, otherwise)
}

/// What an UPDATE of rows that must be there found.
pub(crate) fn expect_all(updated: usize, expected: usize, otherwise: &str) -> Result<()> {
    if updated == expected { Ok(()) } else { Err(Error::corrupt(otherwise)) }
}

/// Runs a statement on a server whose one parameter, read by its `JSON_TABLE`, carries any number of rows; how many
/// it found.
pub(crate) fn execute_with_rows<Row: serde::Serialize>(
    tx: &mut Tx,
    statement: &str,
    rows: &[Row],
) -> Result<usize> {
    use diesel::RunQueryDsl as _;

    let rows = serde_json::to_string(rows).map_err(Error::corrupt)?;
    Ok(diesel::sql_query(statement).bind::<diesel::sql_types::Text, _>(rows).execute(tx.connection())?)
}
