//! Which Redis, if any.

use std::fmt;

use secrecy::SecretString;

use super::{ConfigError, Environment, Setting};

/// A Redis server.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Number of the database.
    pub database: u32,
    /// Password, where it asks for one.
    pub password: Option<SecretString>,
}

impl RedisConfig {
    /// None where no host is given.
    pub(super) fn read(env: &Environment) -> Result<Option<Self>, ConfigError> {
        env.section(
            "Redis: one-time codes, rate limits and the cache of all processes; without it the database and the process have them",
        );
        let host = env.optional(Setting::new("REDIS_HOST", "Host name or address; blank: none", ""));
        let port = env.parsed(Setting::new("REDIS_PORT", "Port", "6379"), "a port")?;
        let number = Setting::new("REDIS_DB", "Number of the database on it", "0");
        let database = env.parsed(number, "the number of a database")?;
        let password = env.secret(Setting::new("REDIS_PASSWORD", "Password, where it asks for one", ""));
        Ok(host.map(|host| Self { host, port, database, password }))
    }
}

/// Says where, never the password.
impl fmt::Display for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis {}:{}/{}", self.host, self.port, self.database)
    }
}
