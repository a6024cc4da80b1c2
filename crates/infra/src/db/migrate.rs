//! Migrations, embedded in the binary: the same names in one folder for each database.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    Address,
    connection::{AnyConnection, Purpose},
};
use crate::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const MYSQL: EmbeddedMigrations = embed_migrations!("../../migrations/mysql");

/// What goes wrong in a migration is the operator's to read.
fn refused(error: impl std::fmt::Display) -> Error {
    Error::Database(format!("migration: {error}"))
}

/// The names of the migrations that the database has not seen. Blocking.
///
/// # Errors
/// [`Error::Unavailable`], or what the database says.
pub fn pending_migrations(address: &Address) -> Result<Vec<String>> {
    let mut connection = AnyConnection::open(address, Purpose::Manage)?;
    let pending = match &mut connection {
        AnyConnection::Sqlite(c) => names(c.pending_migrations(SQLITE).map_err(refused)?),
        AnyConnection::Mysql(c) => names(c.pending_migrations(MYSQL).map_err(refused)?),
    };
    Ok(pending)
}

/// True when no migration has run: the database has nothing in it. Blocking.
///
/// # Errors
/// As [`pending_migrations`].
pub fn is_bare(address: &Address) -> Result<bool> {
    let mut connection = AnyConnection::open(address, Purpose::Manage)?;
    let applied = match &mut connection {
        AnyConnection::Sqlite(c) => c.applied_migrations().map_err(refused)?.len(),
        AnyConnection::Mysql(c) => c.applied_migrations().map_err(refused)?.len(),
    };
    Ok(applied == 0)
}

fn names<DB: diesel::backend::Backend>(
    migrations: Vec<Box<dyn diesel::migration::Migration<DB>>>,
) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}

/// Runs every pending migration, one process at a time, and gives their names. Blocking.
///
/// # Errors
/// [`Error::Contended`] when another process migrates; what the database says.
pub fn migrate(address: &Address) -> Result<Vec<String>> {
    with_lease(address, |connection| {
        let versions: Vec<String> = match connection {
            AnyConnection::Sqlite(c) => {
                c.run_pending_migrations(SQLITE).map_err(refused)?.iter().map(ToString::to_string).collect()
            }
            AnyConnection::Mysql(c) => {
                c.run_pending_migrations(MYSQL).map_err(refused)?.iter().map(ToString::to_string).collect()
            }
        };
        Ok(versions)
    })
}

/// Takes every migration back; for tests and for leaving. Blocking.
///
/// # Errors
/// As [`migrate`].
pub fn migrate_down(address: &Address) -> Result<()> {
    with_lease(address, |connection| {
        match connection {
            AnyConnection::Sqlite(c) => c.revert_all_migrations(SQLITE).map_err(refused)?,
            AnyConnection::Mysql(c) => c.revert_all_migrations(MYSQL).map_err(refused)?,
        };
        Ok(())
    })
}

/// A server lets one session at a time hold the lease; SQLite's own write lock serves there.
fn with_lease<T>(address: &Address, work: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
    use diesel::{RunQueryDsl, sql_query, sql_types::BigInt};

    #[derive(diesel::QueryableByName)]
    struct Lease {
        #[diesel(sql_type = BigInt)]
        held: i64,
    }

    address.make_folder()?;
    let mut connection = AnyConnection::open(address, Purpose::Manage)?;
    if connection.is_mysql() {
        // a lock's name is the whole server's, and at most 64 letters long
        let lease = "SELECT GET_LOCK(CONCAT('ev_migrate:', MD5(DATABASE())), 30) AS held";
        let lease: Lease = sql_query(lease).get_result(&mut connection)?;
        if lease.held != 1 {
            return Err(Error::Contended("another process is migrating".to_owned()));
        }
    }
    // the lease ends with the connection
    work(&mut connection)
}
