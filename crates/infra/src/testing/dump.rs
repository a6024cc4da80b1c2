//! Every row of a database as text, so that a test can show that nothing changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use diesel::RunQueryDsl as _;

use super::{Number, TestDb, Words, off_the_runtime};
use crate::db::{Address, AnyConnection, owner_connection};

/// The rows of every table, each as `table: column=value …`.
#[derive(Clone, Debug, Default)]
pub struct Dump(Arc<Vec<String>>);

impl Dump {
    /// What `later` has and this has not (`+`), and what it has lost (`-`), a line a row, without the tables that
    /// `may_change`.
    pub fn changes(&self, later: &Self, may_change: &[&str]) -> Vec<String> {
        // the usual case is cheap
        if self.0 == later.0 {
            return Vec::new();
        }
        let rows = |dump: &Self| -> BTreeSet<String> {
            let is_watched = |row: &&String| !may_change.contains(&table_of(row));
            dump.0.iter().filter(is_watched).cloned().collect()
        };
        let (before, after) = (rows(self), rows(later));
        let lost = before.difference(&after).map(|row| format!("- {row}"));
        lost.chain(after.difference(&before).map(|row| format!("+ {row}"))).collect()
    }

    /// The rows of one table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |row| table_of(row) == table).map(String::as_str)
    }
}

fn table_of(row: &str) -> &str {
    row.split_once(':').map_or(row, |(table, _)| table)
}

/// A connection that reads every row of every table.
pub struct Dumper {
    connection: Mutex<Option<AnyConnection>>,
    statement: String,
    is_mysql: bool,
    /// The last dump, and SQLite's count of others' commits before it.
    last: Mutex<(i64, Dump)>,
}

impl TestDb {
    /// A connection that reads every row of the tables that there are now.
    ///
    /// # Panics
    /// Where the database doesn't answer.
    pub fn dumper(&self) -> Dumper {
        off_the_runtime(|| {
            let mut connection = owner_connection(self.db.address()).expect("a connection");
            let columns = match self.db.address() {
                Address::Sqlite { .. } => {
                    "SELECT tables.name || '.' || columns.name AS value FROM sqlite_master AS tables
                       JOIN pragma_table_info(tables.name) AS columns
                      WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
                      ORDER BY tables.name, columns.cid"
                }
                Address::Mysql(_) => {
                    "SELECT CONCAT(table_name, '.', column_name) AS value FROM information_schema.columns
                      WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
                }
            };
            let columns = diesel::sql_query(columns).load::<Words>(&mut connection).expect("the columns");
            let is_mysql = matches!(self.db.address(), Address::Mysql(_));
            let statement = statement(columns.iter().map(|column| column.value.as_str()), is_mysql);
            Dumper { connection: Mutex::new(Some(connection)), statement, is_mysql, last: Mutex::default() }
        })
    }

    /// The variables by which a process of the platform finds this database.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        use secrecy::ExposeSecret as _;
        match self.db.address() {
            Address::Sqlite { path } => vec![("DB_NAME", path.display().to_string())],
            Address::Mysql(address) => vec![
                ("DB_ENGINE", "mysql".to_owned()),
                ("DB_HOST", address.host.clone()),
                ("DB_PORT", address.port.to_string()),
                ("DB_NAME", address.name.clone()),
                ("DB_USER", address.user.clone()),
                ("DB_PASSWORD", address.password.expose_secret().to_owned()),
                // a development server over MySQL would keep those that it makes beside the sources
                ("SECRET_KEY", "a secret of the tests, long enough to serve".to_owned()),
                ("JWT_SECRET_KEY", "another secret of the tests, as long as that".to_owned()),
            ],
        }
    }
}

/// One statement for all tables, given their columns as `table.column`, those of a table together.
fn statement<'a>(columns: impl Iterator<Item = &'a str>, is_mysql: bool) -> String {
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    for (table, column) in columns.filter_map(|column| column.split_once('.')) {
        let row = tables.entry(table).or_default();
        let glue = if row.is_empty() { "" } else { " " };
        // both give NULL as the word
        let _ = if is_mysql {
            let name = if row.is_empty() { "" } else { ", " };
            write!(row, "{name}'{glue}{column}=', QUOTE(CONVERT(`{column}` USING utf8mb4))")
        } else {
            let name = if row.is_empty() { "" } else { " || " };
            write!(row, "{name}'{glue}{column}=' || quote(\"{column}\")")
        };
    }
    let selects: Vec<String> = tables
        .iter()
        .map(|(table, row)| {
            let row = if is_mysql { format!("CONCAT({row})") } else { row.clone() };
            let all = if is_mysql {
                format!("CONCAT('{table}: ', {row})")
            } else {
                format!("'{table}: ' || {row}")
            };
            format!("SELECT {all} AS value FROM {table}")
        })
        .collect();
    selects.join(" UNION ALL ")
}

impl Dumper {
    /// Every row as it is now.
    ///
    /// # Panics
    /// Where the database doesn't answer.
    pub fn dump(&self) -> Dump {
        off_the_runtime(|| {
            let mut connection = self.connection.lock().expect("a connection");
            let connection = connection.as_mut().expect("it is open");
            let mut last = self.last.lock().expect("the last dump");
            if !self.is_mysql {
                let commits = "SELECT data_version AS value FROM pragma_data_version";
                let commits = diesel::sql_query(commits).get_result::<Number>(connection).expect("a count");
                if commits.value == last.0 {
                    return last.1.clone();
                }
                last.0 = commits.value;
            }
            let rows = diesel::sql_query(&self.statement).load::<Words>(connection).expect("the rows");
            last.1 = Dump(Arc::new(rows.into_iter().map(|row| row.value).collect()));
            last.1.clone()
        })
    }
}

impl Drop for Dumper {
    fn drop(&mut self) {
        // a MySQL connection can't be closed inside async code
        let connection = self.connection.get_mut().map(Option::take);
        off_the_runtime(move || drop(connection));
    }
}
