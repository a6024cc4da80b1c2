//! A connection to either database with nothing around it.

use std::env;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    Connection, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection,
    backend::Backend,
    connection::SimpleConnection as _,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_query,
    sql_types::{BigInt, Date, HasSqlType, Nullable, Text, Timestamp},
};
use diesel_async::{
    AsyncMysqlConnection,
    async_connection_wrapper::{AsyncConnectionWrapper, BlockOn},
};

/// A value of a statement.
pub enum Bind {
    Int(i64),
    Text(String),
    Time(NaiveDateTime),
    Date(NaiveDate),
    None,
}

impl From<i64> for Bind {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Bind {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Bind {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<NaiveDateTime> for Bind {
    fn from(value: NaiveDateTime) -> Self {
        Self::Time(value)
    }
}

/// A statement that is prepared once a connection: its text is its key.
struct Statement<'a> {
    text: &'static str,
    binds: &'a [Bind],
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Statement<'_>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text> + HasSqlType<Timestamp> + HasSqlType<Date>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
    NaiveDate: ToSql<Date, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut binds = self.binds.iter();
        for (number, part) in self.text.split('?').enumerate() {
            if number > 0 {
                match binds.next() {
                    Some(Bind::Int(value)) => out.push_bind_param::<BigInt, _>(value)?,
                    Some(Bind::Text(value)) => out.push_bind_param::<Text, _>(value)?,
                    Some(Bind::Time(value)) => out.push_bind_param::<Timestamp, _>(value)?,
                    Some(Bind::Date(value)) => out.push_bind_param::<Date, _>(value)?,
                    Some(Bind::None) | None => out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>)?,
                }
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

/// A runtime of the connection's own.
pub struct OwnRuntime(tokio::runtime::Runtime);

impl BlockOn for OwnRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn get_runtime() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self(runtime.unwrap_or_else(|error| panic!("a small runtime: {error}")))
    }
}

/// A booking that takes payments, of somebody whose sponsor brought in nobody else here.
#[derive(QueryableByName)]
pub struct Open {
    #[diesel(sql_type = BigInt)]
    pub user: i64,
    #[diesel(sql_type = BigInt)]
    pub booking: i64,
    #[diesel(sql_type = BigInt)]
    pub account: i64,
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    #[diesel(sql_type = BigInt)]
    pub entries: i64,
    #[diesel(sql_type = BigInt)]
    pub house: i64,
    #[diesel(sql_type = BigInt)]
    pub session: i64,
    #[diesel(sql_type = BigInt)]
    pub sponsor: i64,
    #[diesel(sql_type = BigInt)]
    pub wallet: i64,
    #[diesel(sql_type = BigInt)]
    pub balance: i64,
    #[diesel(sql_type = BigInt)]
    pub wallet_entries: i64,
    #[diesel(sql_type = BigInt)]
    pub commission: i64,
}

const OPEN: &str = "SELECT b.user_id AS user, b.id AS booking, a.id AS account, b.total_paid AS paid,
    a.last_entry_no AS entries,
    (SELECT MIN(h.id) FROM accounts h WHERE h.kind = 'outside:online') AS house,
    (SELECT MIN(s.id) FROM sessions s WHERE s.user_id = b.user_id) AS session,
    w.owner_id AS sponsor, w.id AS wallet, w.balance AS balance, w.last_entry_no AS wallet_entries,
    (SELECT MIN(c.id) FROM accounts c WHERE c.kind = 'commission') AS commission
    FROM bookings b JOIN accounts a ON a.kind = 'booking' AND a.owner_id = b.id
    JOIN users u ON u.id = b.user_id JOIN accounts w ON w.kind = 'wallet' AND w.owner_id = u.sponsor_id
    WHERE b.id IN (SELECT MAX(o.id) FROM bookings o JOIN users p ON p.id = o.user_id
        WHERE o.status = 'confirmed' AND o.user_id IN (SELECT user_id FROM sessions) GROUP BY p.sponsor_id)
    ORDER BY 1";

/// The pure-Rust connection to a server, behind diesel's blocking traits.
type Pure = AsyncConnectionWrapper<AsyncMysqlConnection, OwnRuntime>;

/// A connection with the platform's settings.
pub enum Bare {
    Sqlite(SqliteConnection),
    Mysql(Pure),
}

impl Bare {
    /// Opens it by the platform's variables.
    pub fn open() -> Result<Self, Box<dyn std::error::Error>> {
        let name = env::var("DB_NAME")?;
        if env::var("DB_ENGINE")? == "sqlite" {
            let mut connection = SqliteConnection::establish(&name)?;
            connection.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -8000;",
            )?;
            return Ok(Self::Sqlite(connection));
        }
        let [user, password, host, port] = ["DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT"].map(env::var);
        let url = format!(
            "mysql://{}:{}@{}:{}/{name}?client_found_rows=true&prefer_socket=false",
            user?, password?, host?, port?
        );
        let mut connection = Pure::establish(&url)?;
        connection.batch_execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
        Ok(Self::Mysql(connection))
    }

    /// Bookings of different members that take payments.
    pub fn open_bookings(&mut self) -> QueryResult<Vec<Open>> {
        match self {
            Self::Sqlite(connection) => sql_query(OPEN).load(connection),
            Self::Mysql(connection) => sql_query(OPEN).load(connection),
        }
    }

    /// Runs a prepared statement and reads what it gives to its end.
    pub fn run<const N: usize>(&mut self, text: &'static str, binds: [Bind; N]) -> QueryResult<()> {
        let statement = Statement { text, binds: &binds };
        match self {
            Self::Sqlite(connection) => connection.execute_returning_count(&statement),
            Self::Mysql(connection) => connection.execute_returning_count(&statement),
        }
        .map(|_| ())
    }

    /// The key that the last INSERT gave, asked for with a statement as the platform does.
    pub fn last_id(&mut self) -> QueryResult<i64> {
        diesel::define_sql_function! { fn last_insert_id() -> BigInt; }
        diesel::define_sql_function! { fn last_insert_rowid() -> BigInt; }
        match self {
            Self::Sqlite(connection) => diesel::select(last_insert_rowid()).get_result(connection),
            Self::Mysql(connection) => diesel::select(last_insert_id()).get_result(connection),
        }
    }

    /// Runs what begins and ends transactions.
    pub fn batch(&mut self, sqlite: &str, mysql: &str) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(sqlite),
            Self::Mysql(connection) => connection.batch_execute(mysql),
        }
    }
}
