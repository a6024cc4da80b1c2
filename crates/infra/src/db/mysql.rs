//! MySQL and MariaDB without a C client library: diesel-async's pure-Rust connection behind diesel's
//! blocking traits. Called on a thread that runs async code it panics; database work has its own threads.

use std::{any::Any, future::Future, pin::Pin, time::Duration};

use diesel::{
    Connection, ConnectionError, ConnectionResult, QueryResult,
    connection::{
        AnsiTransactionManager, CacheSize, DefaultLoadingMode, Instrumentation, LoadConnection,
        SimpleConnection, TransactionDepthChange, TransactionManager, TransactionManagerStatus,
    },
    expression::QueryMetadata,
    internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper},
    migration::{CREATE_MIGRATIONS_TABLE, MigrationConnection},
    mysql::Mysql,
    query_builder::{Query, QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::TypeMetadata,
};
use diesel_async::{
    AsyncConnection as _, AsyncConnectionCore, AsyncMysqlConnection, SimpleAsyncConnection as _,
};
use futures_util::StreamExt as _;
use tokio::{runtime::Runtime, time::timeout};

/// How long logging in to a server may take.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(2);

/// Commits what was begun. In a session that writes only in transactions that were begun so, the UPDATE, which finds no row,
/// is refused when the server has rolled back without a word, and COMMIT is not reached. One packet, so no round trip more.
const COMMIT: &str = "/* commit what was begun */ UPDATE matcher SET epoch = epoch WHERE FALSE; COMMIT";

/// A blocking MySQL connection, with its transaction state.
pub struct MysqlConnection {
    inner: AsyncMysqlConnection,
    waiting: Waiting,
    transactions: AnsiTransactionManager,
    /// It writes, in transactions that were begun and nowhere else.
    writes: bool,
}

/// How answers are waited for.
struct Waiting {
    /// A small runtime of the connection's own, so that any blocking thread can drive it.
    runtime: Runtime,
    /// How long the server may be silent; none: for ever.
    patience: Option<Duration>,
    /// The server was silent for longer: what it says next would be the answer to something else.
    given_up: bool,
}

impl Waiting {
    /// # Errors
    /// [`DatabaseErrorKind::ClosedConnection`] when the server is silent for too long, now or before.
    fn wait<T>(&mut self, answer: impl Future<Output = T>) -> QueryResult<T> {
        let silent = || {
            let what = Box::new("the server is silent".to_owned());
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, what)
        };
        if self.given_up {
            return Err(silent());
        }
        let Some(patience) = self.patience else { return Ok(self.runtime.block_on(answer)) };
        // made inside, where there are timers
        self.runtime.block_on(async { timeout(patience, answer).await }).map_err(|_| {
            self.given_up = true;
            silent()
        })
    }
}

impl MysqlConnection {
    /// From now on the server may be silent for so long at most; none: for ever.
    pub(super) fn set_patience(&mut self, patience: Option<Duration>) {
        self.waiting.patience = patience;
    }

    /// How long the server may be silent.
    pub(super) const fn patience(&self) -> Option<Duration> {
        self.waiting.patience
    }

    /// True once the server was silent for too long; the connection is of no use any more.
    pub(super) const fn is_given_up(&self) -> bool {
        self.waiting.given_up
    }

    /// From now on the server refuses to write outside a transaction that [`Self::begin_write`] has begun. A node of a
    /// cluster may roll a transaction back and go on as if nothing were; what came next would take effect by itself.
    pub(super) fn write_in_transactions_only(&mut self) -> QueryResult<()> {
        self.batch_execute("SET SESSION TRANSACTION READ ONLY")?;
        self.writes = true;
        Ok(())
    }

    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction_sql(self, "START TRANSACTION READ WRITE")
    }

    pub(super) fn commit_write(&mut self) -> QueryResult<()> {
        self.batch_execute(COMMIT)?;
        match AnsiTransactionManager::transaction_manager_status_mut(self) {
            TransactionManagerStatus::Valid(valid) => {
                valid.change_transaction_depth(TransactionDepthChange::DecreaseDepth)
            }
            TransactionManagerStatus::InError => Err(DieselError::BrokenTransactionManager),
        }
    }

    /// A write that is refused for standing outside a transaction is one whose transaction is gone.
    fn told<T>(&self, answer: QueryResult<T>) -> QueryResult<T> {
        match answer {
            Err(DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)) if self.writes => {
                tracing::warn!("the database server has rolled a transaction back without a word");
                let what = Box::new("the server has rolled it back".to_owned());
                Err(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, what))
            }
            answer => answer,
        }
    }
}

impl SimpleConnection for MysqlConnection {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        let answer = self.waiting.wait(self.inner.batch_execute(query))?;
        self.told(answer)
    }
}

impl ConnectionSealed for MysqlConnection {}

impl Connection for MysqlConnection {
    type Backend = Mysql;
    type TransactionManager = AnsiTransactionManager;

    fn establish(database_url: &str) -> ConnectionResult<Self> {
        let bad = |error: String| ConnectionError::BadConnection(error);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| bad(error.to_string()))?;
        let mut waiting = Waiting { runtime, patience: Some(LOGIN_TIMEOUT), given_up: false };
        let inner = waiting.wait(AsyncMysqlConnection::establish(database_url));
        let inner = inner.map_err(|error| bad(error.to_string()))??;
        Ok(Self { inner, waiting, transactions: AnsiTransactionManager::default(), writes: false })
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Mysql> + QueryId,
    {
        let answer = self.waiting.wait(self.inner.execute_returning_count(source))?;
        self.told(answer)
    }

    fn transaction_state(
        &mut self,
    ) -> &mut <AnsiTransactionManager as TransactionManager<Self>>::TransactionStateData {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}

/// Rows, each waited for as the whole is.
pub struct Cursor<'conn, S> {
    rows: Pin<Box<S>>,
    waiting: &'conn mut Waiting,
}

impl<T, S: futures_util::Stream<Item = QueryResult<T>>> Iterator for Cursor<'_, S> {
    type Item = QueryResult<T>;

    fn next(&mut self) -> Option<QueryResult<T>> {
        self.waiting.wait(self.rows.next()).unwrap_or_else(|silent| Some(Err(silent)))
    }
}

impl LoadConnection<DefaultLoadingMode> for MysqlConnection {
    type Cursor<'conn, 'query> =
        Cursor<'conn, <AsyncMysqlConnection as AsyncConnectionCore>::Stream<'conn, 'query>>;
    type Row<'conn, 'query> = <AsyncMysqlConnection as AsyncConnectionCore>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Mysql> + QueryId + 'query,
        Mysql: QueryMetadata<T::SqlType>,
    {
        let rows = self.waiting.wait(self.inner.load(source))??;
        Ok(Cursor { rows: Box::pin(rows), waiting: &mut self.waiting })
    }
}

impl MigrationConnection for MysqlConnection {
    fn setup(&mut self) -> QueryResult<usize> {
        // even where the table exists, creating it takes a right that the application's user lacks
        if self.batch_execute("SELECT 1 FROM __diesel_schema_migrations LIMIT 0").is_ok() {
            return Ok(0);
        }
        self.batch_execute(CREATE_MIGRATIONS_TABLE).map(|()| 0)
    }
}

impl MultiConnectionHelper for MysqlConnection {
    fn to_any<'a>(lookup: &mut <Mysql as TypeMetadata>::MetadataLookup) -> &mut (dyn Any + 'a) {
        lookup
    }

    fn from_any(lookup: &mut dyn Any) -> Option<&mut <Mysql as TypeMetadata>::MetadataLookup> {
        lookup.downcast_mut()
    }
}
