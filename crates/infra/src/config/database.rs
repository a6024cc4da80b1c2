//! Which database.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{ConfigError, ConfigFault, Environment, Setting};
use crate::db::{Address, MysqlAddress, PoolSizes};

/// Which database, and how many connections to it.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Where it is.
    pub address: Address,
    /// How many connections this process keeps.
    pub pool: PoolSizes,
}

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Mysql,
}

impl DatabaseConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        env.section("Database");
        let engine = Setting::new(
            "DB_ENGINE",
            "sqlite (one file, one process) or mysql (MySQL 8, MariaDB 10.11)",
            "sqlite",
        );
        let engine = env.choice(engine, &[("sqlite", Engine::Sqlite), ("mysql", Engine::Mysql)])?;
        let name = env.optional(Setting::new(
            "DB_NAME",
            "The file of SQLite, data/ev.sqlite3 when blank; the name of a MySQL database, which must be set",
            "",
        ));
        let user = env.optional(Setting::new("DB_USER", "User name on MySQL, which must be set there", ""));
        let password = env.secret(Setting::new("DB_PASSWORD", "Password on MySQL", ""));
        let host = env.text(Setting::new("DB_HOST", "Host name or address of the MySQL server", "127.0.0.1"));
        let port = env.parsed(Setting::new("DB_PORT", "Port of the MySQL server", "3306"), "a port")?;
        let size = env.count(Setting::new(
            "DB_POOL_SIZE",
            "Connections for transactions, and as many again for reading; SQLite always has one that writes",
            "8",
        ))?;
        let patience = env.count(Setting::new(
            "DB_TIMEOUT",
            "Seconds that a MySQL server may be silent while it is asked something, before the connection is given up",
            "10",
        ))?;
        let needed = |value: Option<String>, variable| {
            let why = "DB_ENGINE is mysql";
            value.ok_or(ConfigError::new(variable, ConfigFault::Missing(why)))
        };
        let address = match engine {
            Engine::Sqlite => {
                Address::Sqlite { path: PathBuf::from(name.as_deref().unwrap_or("data/ev.sqlite3")) }
            }
            Engine::Mysql => Address::Mysql(MysqlAddress {
                name: needed(name, "DB_NAME")?,
                user: needed(user, "DB_USER")?,
                password: password.unwrap_or_else(|| SecretString::from("")),
                host,
                port,
            }),
        };
        let patience = Some(Duration::from_secs(patience.into()));
        Ok(Self { address, pool: PoolSizes { patience, ..PoolSizes::new(size, size) } })
    }
}
