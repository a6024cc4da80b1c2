//! One connection type over both databases.

use std::{
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use diesel::{
    Connection as _, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager, TransactionManagerStatus},
};

use super::{Address, MysqlAddress, mysql::MysqlConnection};
use crate::{Error, Result};

/// How long connecting to a server may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a server may take to say that it is there.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// A SQLite file.
    Sqlite(SqliteConnection),
    /// A MySQL or MariaDB server.
    Mysql(MysqlConnection),
}

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Everything, as whoever migrates does.
    Manage,
    /// Writing, in transactions; a server refuses it elsewhere.
    Write,
    /// Everything, in a new file that is brought to the disk as a whole before anyone relies on it.
    Fill,
    /// Reading only; the database refuses the rest.
    Read,
}

/// The per-connection settings of SQLite. WAL and FULL: a commit that was answered survives a power cut;
/// `recursive_triggers` lets the refusing triggers see `INSERT OR REPLACE`.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8000;";

const MYSQL_SETUP: &str =
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
    SESSION innodb_lock_wait_timeout = 5, SESSION time_zone = '+00:00';
    SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;";

impl AnyConnection {
    pub(super) fn open(address: &Address, purpose: Purpose) -> Result<Self> {
        match address {
            Address::Sqlite { path } => {
                let path =
                    path.to_str().ok_or_else(|| Error::Database("the file name is not UTF-8".into()))?;
                let mut connection = SqliteConnection::establish(path).map_err(Error::unavailable)?;
                connection.batch_execute(SQLITE_SETUP)?;
                match purpose {
                    Purpose::Manage | Purpose::Write => {}
                    Purpose::Fill => connection.batch_execute("PRAGMA synchronous = OFF")?,
                    Purpose::Read => connection.batch_execute("PRAGMA query_only = ON")?,
                }
                Ok(Self::Sqlite(connection))
            }
            Address::Mysql(server) => {
                reach(server)?;
                let mut connection = MysqlConnection::establish(&server.url()).map_err(Error::unavailable)?;
                connection.batch_execute(MYSQL_SETUP)?;
                match purpose {
                    Purpose::Manage => {}
                    Purpose::Write | Purpose::Fill => connection.write_in_transactions_only()?,
                    Purpose::Read => connection.batch_execute("SET SESSION TRANSACTION READ ONLY")?,
                }
                connection.set_patience(None);
                Ok(Self::Mysql(connection))
            }
        }
    }

    /// True on MySQL and MariaDB.
    pub(crate) const fn is_mysql(&self) -> bool {
        matches!(self, Self::Mysql(_))
    }

    /// Begins a writing transaction; on SQLite it takes the write lock at once, so that it can't fail half-way.
    pub(super) fn begin_write(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
            Self::Mysql(c) => c.begin_write()?,
        }
        Ok(())
    }

    /// Begins a reading transaction that sees one moment.
    pub(super) fn begin_snapshot(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
            Self::Mysql(c) => {
                c.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
                let begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
                AnsiTransactionManager::begin_transaction_sql(c, begin)?;
            }
        }
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::commit_transaction(c)?,
            Self::Mysql(c) => c.commit_write()?,
        }
        Ok(())
    }

    pub(super) fn rollback(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c)?,
            Self::Mysql(c) => AnsiTransactionManager::rollback_transaction(c)?,
        }
        Ok(())
    }

    /// From now on a server may be silent for so long at most; none: for ever.
    pub(super) fn set_patience(&mut self, patience: Option<Duration>) {
        match self {
            Self::Sqlite(_) => {}
            Self::Mysql(c) => c.set_patience(patience),
        }
    }

    /// True when the database answers; a SQLite file always does.
    pub(super) fn answers(&mut self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Mysql(c) => {
                let patience = c.patience();
                c.set_patience(Some(ANSWER_TIMEOUT));
                // no query, so that nobody counts it as one
                let answers = c.batch_execute("DO 1").is_ok();
                c.set_patience(patience);
                answers
            }
        }
    }

    /// True once a server was silent for too long.
    pub(super) const fn is_given_up(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Mysql(c) => c.is_given_up(),
        }
    }

    /// True when a transaction is open or its end failed: such a connection is not used again.
    pub(super) fn is_unfinished(&mut self) -> bool {
        let status = match self {
            Self::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
            Self::Mysql(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
        };
        match status {
            TransactionManagerStatus::Valid(valid) => valid.transaction_depth().is_some(),
            TransactionManagerStatus::InError => true,
        }
    }
}

/// Fails fast where nothing listens; the driver alone would wait for minutes.
fn reach(server: &MysqlAddress) -> Result<()> {
    let addresses = (server.host.as_str(), server.port).to_socket_addrs().map_err(Error::unavailable)?;
    let mut last = Error::unavailable(format!("no address for {}", server.host));
    for address in addresses {
        match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
            Ok(_) => return Ok(()),
            Err(error) => last = Error::unavailable(format!("{address}: {error}")),
        }
    }
    Err(last)
}
