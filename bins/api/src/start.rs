//! What a process needs before it serves, and what whoever starts it is told when it is not there.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
};

use app::{App, OpenError};
use infra::{
    config::Config,
    db::{Address, FileLock},
    secrets::SecretsError,
    start::Missing,
};

/// Takes the address to serve at.
///
/// # Errors
/// One line that says what to do.
pub fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is in use: end the other program, or set BIND_ADDRESS to another port")
        }
        ErrorKind::PermissionDenied => {
            anyhow::anyhow!("{address} is not ours to serve at: set BIND_ADDRESS to a port above 1023")
        }
        _ => anyhow::anyhow!("{address}: {error}: set BIND_ADDRESS to an address of this machine"),
    })
}

/// Makes a developer's folder and keeps its file to this process; nothing for a server.
///
/// # Errors
/// As [`listen`].
pub fn lock_file(address: &Address) -> anyhow::Result<Option<FileLock>> {
    FileLock::take(address).map_err(|error| Missing::database(address, error).into())
}

/// A developer's file is brought up to date; a server's schema is the operator's to change. Blocking.
///
/// # Errors
/// As [`listen`].
pub fn prepare_schema(address: &Address) -> anyhow::Result<()> {
    match address {
        Address::Sqlite { .. } => {
            let ran = infra::db::migrate(address).map_err(|error| Missing::database(address, error))?;
            if !ran.is_empty() {
                tracing::info!(migrations = ran.len(), "the schema is up to date");
            }
        }
        Address::Mysql(_) => {
            let pending =
                infra::db::pending_migrations(address).map_err(|error| Missing::database(address, error))?;
            if let Some(first) = pending.first() {
                let missing = pending.len();
                anyhow::bail!(
                    "{address}: the schema is old ({missing} migrations are missing, from {first}): run `manage migrate`"
                );
            }
        }
    }
    Ok(())
}

/// The configured platform. Blocking.
///
/// # Errors
/// As [`listen`].
pub fn open(config: &Config) -> anyhow::Result<App> {
    App::open(config).map_err(|error| match error {
        OpenError::Secrets(error @ SecretsError::File { .. }) => {
            anyhow::anyhow!("{error}: set SECRET_KEY and JWT_SECRET_KEY, or let this user write there")
        }
        OpenError::Secrets(error) => error.into(),
        OpenError::Part(error) => Missing::database(&config.database.address, error).into(),
    })
}
