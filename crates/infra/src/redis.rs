//! Redis: what all processes share and what may be lost. Every key begins with `ev:`, has a lifetime, and names
//! people by keyed hashes only.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use deadpool_redis::{
    Connection, Manager, Pool, Runtime, Timeouts,
    redis::{
        Cmd, ConnectionAddr, FromRedisValue, IntoConnectionInfo as _, RedisConnectionInfo, RedisResult,
        ScriptInvocation, aio::MultiplexedConnection, cmd,
    },
};
use secrecy::ExposeSecret as _;
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use crate::{Error, Result, config::RedisConfig};

mod codes;

pub use codes::TakenCode;

/// How long anything may take that is asked of Redis, with connecting where that is needed.
const PATIENCE: Duration = Duration::from_millis(500);

/// A Redis server. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    config: RedisConfig,
    /// Makes connections. Each use of one out of the pool would ask PING first, so one is taken out of it and
    /// carries everything.
    pool: Pool,
    shared: Mutex<Shared>,
    /// Where connections live: the runtime that asked first, which is the process's own, and not that of a thread of
    /// the server, which ends before others do.
    runtime: OnceLock<Handle>,
}

/// The connection that carries everything; none before the first use, and after one that failed.
#[derive(Default)]
struct Shared {
    connection: Option<MultiplexedConnection>,
    /// Counts connections, so that whoever saw one fail drops that one and not its successor.
    number: u64,
}

impl Redis {
    /// The configured server; it is not asked yet.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the address is none.
    pub fn open(config: &RedisConfig) -> Result<Self> {
        let mut login = RedisConnectionInfo::default().set_db(config.database.into());
        if let Some(password) = &config.password {
            login = login.set_password(password.expose_secret());
        }
        let unusable = |error: &dyn fmt::Display| Error::unavailable(format!("{config}: {error}"));
        let address = ConnectionAddr::Tcp(config.host.clone(), config.port).into_connection_info();
        let info = address.map_err(|error| unusable(&error))?.set_redis_settings(login);
        let pool = Pool::builder(Manager::new(info).map_err(|error| unusable(&error))?)
            .max_size(1)
            .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| unusable(&error))?;
        let inner =
            Inner { config: config.clone(), pool, shared: Mutex::default(), runtime: OnceLock::new() };
        Ok(Self(Arc::new(inner)))
    }

    /// Where it is.
    pub fn config(&self) -> &RedisConfig {
        &self.0.config
    }

    /// Asks whether it answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] says why not.
    pub async fn ping(&self) -> Result<()> {
        self.command(&cmd("PING")).await
    }

    /// Asks one command.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.patiently(async |connection| command.query_async(connection).await).await
    }

    /// Runs a script, which nothing comes between.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; the script may have run all the same.
    pub(crate) async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T> {
        self.patiently(async |connection| script.invoke_async(connection).await).await
    }

    /// Whatever fails drops the connection, and the next one who asks makes another.
    async fn patiently<T>(
        &self,
        ask: impl AsyncFnOnce(&mut MultiplexedConnection) -> RedisResult<T>,
    ) -> Result<T> {
        let mut used = None;
        let outcome = timeout(PATIENCE, async {
            let (mut connection, number) = self.connection().await?;
            used = Some(number);
            ask(&mut connection).await.map_err(|error| error.to_string())
        });
        let why = match outcome.await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(why)) => why,
            Err(_) => format!("no answer within {PATIENCE:?}"),
        };
        let mut shared = self.0.shared.lock().await;
        if used == Some(shared.number) {
            shared.connection = None;
        }
        Err(Error::unavailable(format!("{}: {why}", self.0.config)))
    }

    async fn connection(&self) -> std::result::Result<(MultiplexedConnection, u64), String> {
        let mut shared = self.0.shared.lock().await;
        if let Some(connection) = &shared.connection {
            return Ok((connection.clone(), shared.number));
        }
        let (pool, runtime) = (self.0.pool.clone(), self.0.runtime.get_or_init(Handle::current));
        let made = runtime.spawn(async move { pool.get().await }).await;
        let made = made.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let connection = shared.connection.insert(Connection::take(made)).clone();
        shared.number = shared.number.wrapping_add(1);
        Ok((connection, shared.number))
    }
}

/// Shows where it is.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis({})", self.0.config)
    }
}
