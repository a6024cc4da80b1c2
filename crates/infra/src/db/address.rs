//! Where a database is.

use std::{fmt, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result};

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Address {
    /// A file, used by one process.
    Sqlite {
        /// Its path.
        path: PathBuf,
    },
    /// A server.
    Mysql(MysqlAddress),
}

/// A MySQL or MariaDB server and database.
#[derive(Clone, Debug)]
pub struct MysqlAddress {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Database name.
    pub name: String,
    /// User name.
    pub user: String,
    /// Password.
    pub password: SecretString,
}

impl MysqlAddress {
    /// The driver's URL. `client_found_rows`: an UPDATE counts the rows it found, as SQLite does.
    pub(super) fn url(&self) -> String {
        format!(
            "mysql://{}:{}@{}:{}/{}?client_found_rows=true&prefer_socket=false",
            percent_encoded(&self.user),
            percent_encoded(self.password.expose_secret()),
            self.host,
            self.port,
            percent_encoded(&self.name),
        )
    }
}

impl Address {
    /// Makes the folder of a SQLite file, where there is none.
    pub(super) fn make_folder(&self) -> Result<()> {
        let Self::Sqlite { path } = self else { return Ok(()) };
        let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
            return Ok(());
        };
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::unavailable(format!("{}: {error}", folder.display())))
    }
}

/// Says where, never the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "SQLite file {}", path.display()),
            Self::Mysql(server) => {
                write!(f, "MySQL {}@{}:{}/{}", server.user, server.host, server.port, server.name)
            }
        }
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// Keeps a SQLite file to one serving process as long as it lives.
#[derive(Debug)]
pub struct FileLock {
    _file: std::fs::File,
}

impl FileLock {
    /// Takes the lock beside a SQLite file (`….lock`), in a folder that is made where there is none; none for a server. Operators' commands
    /// don't take it: they work beside a serving process.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when another process has it, or the lock's file can't be made.
    pub fn take(address: &Address) -> Result<Option<Self>> {
        let Address::Sqlite { path } = address else { return Ok(None) };
        address.make_folder()?;
        let mut name = path.clone().into_os_string();
        name.push(".lock");
        let refused = |why: String| Error::unavailable(format!("{}: {why}", path.display()));
        let file = std::fs::File::create(&name).map_err(|error| refused(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(refused("another process serves this file".to_owned()))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(refused(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_serves_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::Sqlite { path: folder.path().join("a.sqlite3") };
        let held = FileLock::take(&address).unwrap();
        assert!(held.is_some());
        let refused = FileLock::take(&address).unwrap_err().to_string();
        assert!(refused.contains("another process serves this file"), "{refused}");
        drop(held);
        assert!(FileLock::take(&address).unwrap().is_some());
    }
}
