//! Throw-away databases for tests: a migrated SQLite file, or a database of its own on the private MariaDB
//! server that `cargo xtask test` starts, and Redis. Without those servers such a test fails and says so.

use std::{
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

pub mod broker;
pub mod crash;
mod dump;
pub mod redis;
pub mod statements;

pub use dump::{Dump, Dumper};

use diesel::RunQueryDsl as _;
use secrecy::SecretString;
use tempfile::TempDir;

use crate::{
    db::{Address, Db, MysqlAddress, PoolSizes, Reader, execute_batch, migrate, owner_connection},
    redis::Redis,
};

/// A picture of one grey dot.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
    \0\0\0\nIDATx\xdach\0\0\0\x82\0\x81\xdaE\x08;\0\0\0\0IEND\xaeB`\x82";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A SQLite file.
    Sqlite,
    /// The test run's MariaDB.
    Mysql,
}

/// A migrated, empty database that goes away with this value.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Redis, for a test that stands on one.
    pub redis: Option<Redis>,
    folder: TempDir,
}

static MIGRATED_FILE: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the test database");
    let path = folder.path().join("migrated.sqlite3");
    migrate(&Address::Sqlite { path: path.clone() }).expect("the migrations run");
    execute_batch(&Address::Sqlite { path: path.clone() }, "PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("one whole file");
    (folder, path)
});

static NUMBER: AtomicU32 = AtomicU32::new(0);

#[expect(clippy::disallowed_methods, reason = "the test command's addresses are no configuration")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo xtask test`"))
}

/// The root account of the test run's MariaDB, on no particular database.
fn server() -> MysqlAddress {
    MysqlAddress {
        host: variable("TEST_MYSQL_HOST"),
        port: variable("TEST_MYSQL_PORT").parse().expect("a port"),
        name: "mysql".to_owned(),
        user: "root".to_owned(),
        password: SecretString::from(variable("TEST_MYSQL_ROOT_PASSWORD")),
    }
}

impl TestDb {
    /// An empty, migrated database. Blocking; call it outside async code.
    ///
    /// # Panics
    /// Where the database can't be made: a test can't go on.
    pub fn open(engine: Engine) -> Self {
        // before the pools open it: a connection would make the file that is to be copied
        Self::prepared(engine, |address| match address {
            Address::Sqlite { path } => {
                std::fs::copy(&MIGRATED_FILE.1, path).expect("the migrated file is copied");
            }
            Address::Mysql(_) => {
                migrate(address).expect("the migrations run");
            }
        })
    }

    /// The same on SQLite, with a Redis beside it.
    ///
    /// # Panics
    /// As [`TestDb::open`].
    pub fn with_redis() -> Self {
        let redis = Redis::open(&redis::shared()).expect("an address");
        let mut database = Self::open(Engine::Sqlite);
        database.redis = Some(redis);
        database
    }

    /// A database without any table.
    ///
    /// # Panics
    /// As [`TestDb::open`].
    pub fn unmigrated(engine: Engine) -> Self {
        Self::prepared(engine, |_| {})
    }

    fn prepared(engine: Engine, prepare: impl FnOnce(&Address)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let address = match engine {
            Engine::Sqlite => Address::Sqlite { path: folder.path().join("test.sqlite3") },
            Engine::Mysql => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("test_{}_{number}", std::process::id());
                let root = server();
                let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
                execute_batch(&Address::Mysql(root.clone()), &create).expect("a database for the test");
                Address::Mysql(MysqlAddress { name, ..root })
            }
        };
        prepare(&address);
        // tests share the machine with one another, and none of them is about waiting but the one that says so
        let sizes = PoolSizes { wait: Duration::from_secs(30), ..PoolSizes::new(8, 8) };
        let db = Db::open(address, sizes).expect("the database opens");
        Self { db, redis: None, folder }
    }

    /// The address at which another process of this test run finds a database of the server.
    ///
    /// # Panics
    /// Where the test run has no server.
    pub fn on_server(name: &str) -> Address {
        Address::Mysql(MysqlAddress { name: name.to_owned(), ..server() })
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Runs raw SQL as the database's owner, past every rule of the code.
    ///
    /// # Errors
    /// What the database says.
    pub fn sql(&self, statement: &str) -> crate::Result<()> {
        sql_as(self.db.address(), statement)
    }

    /// One number from raw SQL (`SELECT … AS value`).
    ///
    /// # Panics
    /// Where the statement gives no number.
    pub fn number(&self, query: &str) -> i64 {
        off_the_runtime(|| {
            let mut connection = owner_connection(self.db.address()).expect("a connection");
            diesel::sql_query(query).get_result::<Number>(&mut connection).expect("a number").value
        })
    }

    /// One column of texts from raw SQL (`SELECT … AS value`).
    ///
    /// # Panics
    /// Where the statement gives no texts.
    pub fn texts(&self, query: &str) -> Vec<String> {
        off_the_runtime(|| {
            let mut connection = owner_connection(self.db.address()).expect("a connection");
            let rows = diesel::sql_query(query).load::<Words>(&mut connection).expect("texts");
            rows.into_iter().map(|row| row.value).collect()
        })
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        match self.db.address() {
            Address::Sqlite { .. } => Engine::Sqlite,
            Address::Mysql(_) => Engine::Mysql,
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

#[derive(diesel::QueryableByName)]
struct Words {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Runs blocking work for a test that may be inside async code, where a MySQL connection panics.
fn off_the_runtime<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// Raw SQL on a reader or in a transaction, for the tests of the transactions themselves; how many rows
/// it touched.
///
/// # Errors
/// What the database says.
pub fn execute(reader: &mut Reader, statement: &str) -> crate::Result<usize> {
    Ok(diesel::sql_query(statement).execute(reader.connection())?)
}

/// Runs raw SQL as this address's user, outside a transaction and past every rule of the code.
///
/// # Errors
/// What the database says.
pub fn sql_as(address: &Address, statement: &str) -> crate::Result<()> {
    off_the_runtime(|| execute_batch(address, statement))
}

/// One number from raw SQL (`SELECT … AS value`) on a reader or in a transaction.
///
/// # Errors
/// What the database says.
pub fn number(reader: &mut Reader, query: &str) -> crate::Result<i64> {
    Ok(diesel::sql_query(query).get_result::<Number>(reader.connection())?.value)
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Address::Mysql(address) = self.db.address() {
            let drop = format!("DROP DATABASE {}", address.name);
            match execute_batch(&Address::Mysql(server()), &drop) {
                // MariaDB now and then forgets a trigger's backup file: its tables are gone, their folder stays
                Err(crate::Error::Database(text)) if text.contains("Directory not empty") => {}
                // a second panic would end the process, with the first one's reason unsaid
                Err(_) if std::thread::panicking() => {}
                dropped => dropped.expect("the test's database is removed"),
            }
        }
    }
}

/// Makes a test of an `async fn(&TestDb)` for each database: `on_both!(name);`
#[macro_export]
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            fn run(engine: $crate::testing::Engine) {
                let database = $crate::testing::TestDb::open(engine);
                let runtime = $crate::testing::runtime();
                runtime.block_on(super::$test(&database));
                drop(runtime);
                drop(database);
            }

            #[test]
            fn sqlite() {
                run($crate::testing::Engine::Sqlite);
            }

            #[test]
            fn mysql() {
                run($crate::testing::Engine::Mysql);
            }
        }
    )+};
}

/// As [`on_both!`], and once more on SQLite with Redis beside it.
#[macro_export]
macro_rules! on_both_and_redis {
    ($($test:ident),+ $(,)?) => {
        $crate::on_both!($($test),+);
        mod with_redis {$(
            #[test]
            fn $test() {
                let database = $crate::testing::TestDb::with_redis();
                let runtime = $crate::testing::runtime();
                runtime.block_on(super::$test(&database));
                drop(runtime);
                drop(database);
            }
        )+}
    };
}

/// A runtime for one test.
///
/// # Panics
/// When the machine has none.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}
