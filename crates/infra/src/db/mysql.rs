//! MySQL and MariaDB without a C client library: diesel-async's pure-Rust connection behind diesel's
//! blocking traits. Called on a thread that runs async code it panics; database work has its own threads.

use std::{any::Any, future::Future};

use diesel::{
    Connection, ConnectionResult, QueryResult,
    connection::{
        AnsiTransactionManager, CacheSize, DefaultLoadingMode, Instrumentation, LoadConnection,
        SimpleConnection, TransactionManager,
    },
    expression::QueryMetadata,
    internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper},
    migration::{CREATE_MIGRATIONS_TABLE, MigrationConnection},
    mysql::Mysql,
    query_builder::{Query, QueryFragment, QueryId},
    sql_types::TypeMetadata,
};
use diesel_async::{
    AsyncMysqlConnection,
    async_connection_wrapper::{AsyncConnectionWrapper, BlockOn},
};

type Inner = AsyncConnectionWrapper<AsyncMysqlConnection, OwnRuntime>;

/// A blocking MySQL connection, with its transaction state.
pub struct MysqlConnection {
    inner: Inner,
    transactions: AnsiTransactionManager,
}

/// A small runtime of the connection's own, so that any blocking thread can drive it.
pub struct OwnRuntime(tokio::runtime::Runtime);

impl BlockOn for OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn get_runtime() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the trait allows no error; only a machine out of handles fails"
        )]
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a small runtime");
        Self(runtime)
    }
}

impl SimpleConnection for MysqlConnection {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.inner.batch_execute(query)
    }
}

impl ConnectionSealed for MysqlConnection {}

impl Connection for MysqlConnection {
    type Backend = Mysql;
    type TransactionManager = AnsiTransactionManager;

    fn establish(database_url: &str) -> ConnectionResult<Self> {
        let inner = Inner::establish(database_url)?;
        Ok(Self { inner, transactions: AnsiTransactionManager::default() })
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Mysql> + QueryId,
    {
        self.inner.execute_returning_count(source)
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
        Connection::set_prepared_statement_cache_size(&mut self.inner, size);
    }
}

impl LoadConnection<DefaultLoadingMode> for MysqlConnection {
    type Cursor<'conn, 'query> = <Inner as LoadConnection>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> = <Inner as LoadConnection>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Mysql> + QueryId + 'query,
        Mysql: QueryMetadata<T::SqlType>,
    {
        LoadConnection::load(&mut self.inner, source)
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
