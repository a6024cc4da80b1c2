//! What can go wrong below the use-cases, as data.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

mod unique;

pub use unique::Unique;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong below the use-cases.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Another transaction was in the way (deadlock, lock time-out, busy); the work may be run again.
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// A part we need does not answer; with `outcome_unknown` the work may or may not have taken effect.
    #[error("unavailable: {what}")]
    Unavailable {
        /// What did not answer.
        what: String,
        /// True when the connection was lost while committing.
        outcome_unknown: bool,
    },
    /// A row with the same unique value is there already.
    #[error("duplicate: {0:?}")]
    Duplicate(Unique),
    /// A stored value is not what the schema promises.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// Any other refusal of the database, or of a part of the machine.
    #[error("database: {0}")]
    Database(String),
}

impl Error {
    /// A stored value that can't be read.
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }

    /// A part that does not answer, with nothing done.
    pub fn unavailable(what: impl std::fmt::Display) -> Self {
        Self::Unavailable { what: what.to_string(), outcome_unknown: false }
    }

    /// Work that panicked.
    pub(crate) fn cut_off() -> Self {
        Self::Database("database work was cut off by a panic".to_owned())
    }
}

/// Texts by which MariaDB, MySQL, Galera and SQLite say that trying again may help.
const CONTENTION: [&str; 5] = [
    "Deadlock found",
    "try restarting transaction",
    "database is locked",
    "database table is locked",
    "WSREP detected deadlock",
];

/// Texts by which the MySQL driver and server say that the connection is no more.
const LOST: [&str; 9] = [
    "Input/output error",
    "Connection to the server is closed",
    "Pool was disconnected",
    "Server shutdown in progress",
    "server has gone away",
    "Lost connection",
    "Connection refused",
    "Connection was killed",
    "WSREP has not yet prepared",
];

/// How MariaDB and MySQL say that somebody, or a limit of the server, has ended a statement (1317, 1969, 3024). It is not run
/// again: whoever ended it would have to end it once more.
const INTERRUPTED: &str = "Query execution was interrupted";

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, information) => classify(&kind, information.message()),
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            DieselError::NotFound => Self::corrupt("a row that must be there is missing"),
            DieselError::DeserializationError(cause) => Self::corrupt(cause),
            other => Self::Database(other.to_string()),
        }
    }
}

fn classify(kind: &DatabaseErrorKind, message: &str) -> Error {
    let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
    match kind {
        DatabaseErrorKind::UniqueViolation => match Unique::parse(message) {
            Some(unique) => Error::Duplicate(unique),
            None => Error::Database(message.to_owned()),
        },
        DatabaseErrorKind::SerializationFailure => Error::Contended(message.to_owned()),
        DatabaseErrorKind::ClosedConnection => Error::unavailable("the database"),
        _ if says(&CONTENTION) => Error::Contended(message.to_owned()),
        _ if says(&LOST) => Error::unavailable("the database"),
        _ if says(&[INTERRUPTED]) => Error::unavailable("the database has ended a statement"),
        _ => Error::Database(message.to_owned()),
    }
}
