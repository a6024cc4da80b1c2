//! Whether what is configured is there when a process starts, and what whoever starts it is told when it is not.

use std::{thread, time::Duration};

use crate::{
    Error, broker,
    config::{BrokerConfig, Config, FilesConfig, RedisConfig},
    db::{self, Address},
    files::FileStore,
    redis::Redis,
};

/// How often what is waited for is asked again.
const AGAIN: Duration = Duration::from_millis(500);

/// A part that is not there or does not let us in: one line that names it and says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Missing(String);

impl Missing {
    /// What is wrong with the database.
    pub fn database(address: &Address, error: Error) -> Self {
        let what = line(error);
        Self(format!("{address}: {what}: {}", advice_on_database(address, &what)))
    }

    fn redis(redis: &RedisConfig, error: Error) -> Self {
        // it begins with where it is
        let what = line(error);
        Self(format!("{what}: {}", advice_on_redis(redis, &what)))
    }
}

/// Asks every part that the API connects to; with `wait` again and again until it answers. Blocking, not for async
/// code.
///
/// # Errors
/// The first that is missing.
pub fn check(config: &Config, wait: bool) -> Result<(), Missing> {
    check_database(&config.database.address, wait)?;
    if let Some(redis) = &config.redis {
        check_redis(redis, wait)?;
    }
    check_files(&config.files, wait)
}

/// Asks the database alone, as [`check`] does. A SQLite file is always there.
///
/// # Errors
/// What is wrong with it.
pub fn check_database(address: &Address, wait: bool) -> Result<(), Missing> {
    until_there(wait, || db::answers(address).map_err(|error| Missing::database(address, error)))
}

/// Asks RabbitMQ, as [`check`] does; only workers connect to it.
///
/// # Errors
/// What is wrong with it.
pub fn check_broker(config: &BrokerConfig, wait: bool) -> Result<(), Missing> {
    let missing = |error| {
        let (host, port, what) = (&config.host, config.port, line(error));
        let advice = if what.contains("ACCESS_REFUSED") {
            "check RABBITMQ_USER and RABBITMQ_PASSWORD"
        } else {
            "start the server there, or set RABBITMQ_HOST and RABBITMQ_PORT; blank for none"
        };
        Missing(format!("RabbitMQ at {host}:{port}: {what}: {advice}"))
    };
    let runtime = runtime().map_err(missing)?;
    until_there(wait, || runtime.block_on(broker::answers(config)).map_err(missing))
}

fn check_redis(config: &RedisConfig, wait: bool) -> Result<(), Missing> {
    let missing = |error| Missing::redis(config, error);
    let runtime = runtime().map_err(missing)?;
    let redis = Redis::open(config).map_err(missing)?;
    until_there(wait, || runtime.block_on(redis.ping()).map_err(missing))
}

fn check_files(config: &FilesConfig, wait: bool) -> Result<(), Missing> {
    let missing = |error| {
        let what = line(error);
        Missing(format!("{what}: check S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY"))
    };
    let runtime = runtime().map_err(missing)?;
    let files = FileStore::of(config).map_err(missing)?;
    until_there(wait, || runtime.block_on(files.answers()).map_err(missing))
}

/// Where a part is asked before the process has a runtime of its own.
fn runtime() -> crate::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::unavailable)
}

/// What is waited for is said whenever the reason is another.
fn until_there(wait: bool, mut ask: impl FnMut() -> Result<(), Missing>) -> Result<(), Missing> {
    let mut said = String::new();
    loop {
        match ask() {
            Err(missing) if wait => {
                let missing = missing.to_string();
                if said != missing {
                    tracing::warn!("waiting: {missing}");
                    said = missing;
                }
                thread::sleep(AGAIN);
            }
            outcome => return outcome,
        }
    }
}

/// The reason in one line; a driver's message may have several.
fn line(error: Error) -> String {
    let what = match error {
        Error::Unavailable { what, .. } | Error::Contended(what) | Error::Database(what) => what,
        other => other.to_string(),
    };
    what.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn advice_on_database(address: &Address, what: &str) -> &'static str {
    let says = |text: &str| what.contains(text);
    match address {
        Address::Sqlite { .. } if says("another process serves") => {
            "end that one, or set DB_NAME to another file"
        }
        Address::Sqlite { .. } if says("not a database") => "set DB_NAME to another file",
        Address::Sqlite { .. } => "set DB_NAME to a file in a folder that this user may write to",
        Address::Mysql(_) if says("Access denied") => {
            "check DB_USER and DB_PASSWORD, and that this user may use the database"
        }
        Address::Mysql(_) if says("Unknown database") => "make it with CREATE DATABASE, or set DB_NAME",
        Address::Mysql(_) if says("another process is migrating") => "start again when it is done",
        Address::Mysql(_) => "start the server there, or set DB_HOST and DB_PORT",
    }
}

fn advice_on_redis(redis: &RedisConfig, what: &str) -> &'static str {
    let says = |text: &str| what.contains(text);
    if says("NOAUTH") || says("WRONGPASS") || (redis.password.is_some() && says("uthentication")) {
        "check REDIS_PASSWORD"
    } else if says("DB index") {
        "set REDIS_DB to the number of one of its databases"
    } else {
        "start the server there, or set REDIS_HOST and REDIS_PORT; blank for none"
    }
}
