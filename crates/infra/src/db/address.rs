//! Where a database is.

use std::{fmt, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};

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
