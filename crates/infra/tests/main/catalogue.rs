//! What a database says of its own schema, in words that are the same for both.

use std::collections::{BTreeMap, BTreeSet};

use infra::testing::{Engine, TestDb};

const MIGRATIONS: &str = "__diesel_schema_migrations";

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub nullable: bool,
    pub key: bool,
    pub default: Option<String>,
}

impl Column {
    /// As diesel knows it: without a length, and without a default.
    pub fn without_length(&self) -> Self {
        let kind = if self.kind.starts_with("text") { "text".to_owned() } else { self.kind.clone() };
        Self { kind, default: None, ..self.clone() }
    }
}

/// Rows of `SELECT a, b, …` as texts; a NULL is an empty text.
fn rows<const N: usize>(test: &TestDb, columns: [&str; N], rest: &str) -> Vec<[String; N]> {
    let texts = columns.map(|column| match test.engine() {
        Engine::Sqlite => format!("coalesce(CAST({column} AS TEXT), '')"),
        Engine::Mysql => format!("coalesce(CAST({column} AS CHAR), '')"),
    });
    let joined = match test.engine() {
        Engine::Sqlite => texts.join(" || '\u{1f}' || "),
        Engine::Mysql => format!("concat_ws('\u{1f}', {})", texts.join(", ")),
    };
    let split = |row: String| -> [String; N] {
        let fields: Vec<String> = row.split('\u{1f}').map(str::to_owned).collect();
        fields.try_into().expect("as many fields as columns")
    };
    test.texts(&format!("SELECT {joined} AS value FROM {rest}")).into_iter().map(split).collect()
}

/// The tables, without diesel's own.
pub fn table_names(test: &TestDb) -> BTreeSet<String> {
    let names = match test.engine() {
        Engine::Sqlite => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        Engine::Mysql => {
            "SELECT table_name AS value FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
    };
    test.texts(names).into_iter().filter(|name| name != MIGRATIONS).collect()
}

/// Each table's columns, in order.
pub fn columns(test: &TestDb) -> BTreeMap<String, Vec<Column>> {
    let told = match test.engine() {
        Engine::Sqlite => rows(
            test,
            ["m.name", "c.name", "c.type", "c.\"notnull\" = 0", "c.pk > 0", "c.dflt_value"],
            "sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid",
        ),
        Engine::Mysql => rows(
            test,
            [
                "table_name",
                "column_name",
                "column_type",
                "is_nullable = 'YES'",
                "column_key = 'PRI'",
                "column_default",
            ],
            "information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position",
        ),
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for [table, name, kind, nullable, key, default] in told {
        if table == MIGRATIONS || table.starts_with("sqlite") {
            continue;
        }
        let kind = kind_of(&kind.to_lowercase(), test.engine(), &table, &name, key == "1");
        let default = Some(default).filter(|text| !text.is_empty() && text != "NULL");
        let column = Column { name, kind, nullable: nullable == "1", key: key == "1", default };
        tables.entry(table).or_default().push(column);
    }
    tables
}

/// The kind of a column's type; a float or a decimal is none.
fn kind_of(told: &str, engine: Engine, table: &str, name: &str, key: bool) -> String {
    let kind = match (engine, told) {
        // SQLite's own row number, a 64-bit one
        (Engine::Sqlite, "integer") if key && name == "id" && table != "matcher" => "bigint",
        (Engine::Sqlite, "integer") | (Engine::Mysql, "int" | "int(11)") => "int",
        (_, "bigint" | "bigint(20)") => "bigint",
        (Engine::Sqlite, "boolean") | (Engine::Mysql, "tinyint(1)") => "bool",
        (Engine::Sqlite, "timestamp") | (Engine::Mysql, "datetime(6)") => "instant",
        (_, "date") => "date",
        (_, "text") => "text",
        (_, text) => {
            let length = text.strip_prefix("varchar(").and_then(|rest| rest.strip_suffix(')'));
            return format!("text {}", length.unwrap_or_else(|| panic!("{table}.{name} is {told}")));
        }
    };
    kind.to_owned()
}

/// Texts of a bounded length: table, column, length in characters.
pub fn text_lengths(test: &TestDb) -> Vec<(String, String, usize)> {
    let bounded = |column: &Column| {
        let length = column.kind.strip_prefix("text ")?.parse().expect("a length");
        Some((column.name.clone(), length))
    };
    columns(test)
        .iter()
        .flat_map(|(table, columns)| {
            columns.iter().filter_map(bounded).map(|(name, length)| (table.clone(), name, length))
        })
        .collect()
}

/// The lines of SQLite's CREATE TABLE, for each table.
pub fn constraints(sqlite: &TestDb) -> BTreeMap<String, Vec<String>> {
    let told =
        rows(sqlite, ["name", "sql"], "sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
    told.into_iter()
        .filter(|[table, _]| table != MIGRATIONS)
        .map(|[table, sql]| {
            let lines = sql.lines().skip(1).map(|line| line.trim().trim_end_matches(',').to_owned());
            (table, lines.filter(|line| line != ")").collect())
        })
        .collect()
}

/// `(table, name, rest)` of SQLite's constraints that begin with `CONSTRAINT name word`.
fn named(sqlite: &TestDb, word: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (table, lines) in constraints(sqlite) {
        for line in lines {
            let parts = line.strip_prefix("CONSTRAINT ").and_then(|rest| rest.split_once(' '));
            if let Some((name, rest)) = parts
                && let Some(rest) = rest.strip_prefix(word)
            {
                found.push((table.clone(), name.to_owned(), rest.trim().to_owned()));
            }
        }
    }
    found
}

/// An expression without what the databases write differently: quotes of names, spaces, brackets, capitals.
pub fn normalised(expression: &str) -> String {
    let plain = expression.to_lowercase().replace("<=>", " is ");
    plain.chars().filter(|letter| !letter.is_whitespace() && !"`()".contains(*letter)).collect()
}

/// Each CHECK's name, and what it says.
pub fn checks(test: &TestDb) -> BTreeMap<String, String> {
    match test.engine() {
        Engine::Sqlite => named(test, "CHECK")
            .into_iter()
            .map(|(_, name, expression)| (name, normalised(&expression)))
            .collect(),
        Engine::Mysql => rows(
            test,
            ["constraint_name", "check_clause"],
            "information_schema.check_constraints WHERE constraint_schema = DATABASE()",
        )
        .into_iter()
        .map(|[name, expression]| (name, normalised(&expression)))
        .collect(),
    }
}

/// The names of the CHECKs, without those on SQLite that stand for a type's length.
pub fn check_names(test: &TestDb) -> BTreeSet<String> {
    checks(test).into_keys().filter(|name| !name.ends_with("_length")).collect()
}

/// `name on table (columns)` of each UNIQUE.
pub fn uniques(test: &TestDb) -> BTreeSet<String> {
    match test.engine() {
        Engine::Sqlite => named(test, "UNIQUE")
            .into_iter()
            .map(|(table, name, columns)| format!("{name} on {table} {columns}"))
            .collect(),
        Engine::Mysql => mysql_indexes(test, "non_unique = 0 AND index_name <> 'PRIMARY'"),
    }
}

/// `name on table (columns)` of each index that is no constraint's.
pub fn indexes(test: &TestDb) -> BTreeSet<String> {
    match test.engine() {
        Engine::Sqlite => {
            let told = rows(
                test,
                ["m.tbl_name", "m.name", "group_concat(c.name, ', ')"],
                "sqlite_master m JOIN pragma_index_info(m.name) c
                 WHERE m.type = 'index' AND m.sql IS NOT NULL GROUP BY m.tbl_name, m.name",
            );
            told.into_iter().map(|[table, name, columns]| format!("{name} on {table} ({columns})")).collect()
        }
        // an index under a foreign key's name is MySQL's own
        Engine::Mysql => mysql_indexes(test, "non_unique = 1 AND index_name NOT LIKE 'fk!_%' ESCAPE '!'"),
    }
}

fn mysql_indexes(mysql: &TestDb, which: &str) -> BTreeSet<String> {
    let rest = format!(
        "information_schema.statistics WHERE table_schema = DATABASE() AND table_name <> '{MIGRATIONS}' AND {which}
         GROUP BY table_name, index_name"
    );
    let columns = "group_concat(column_name ORDER BY seq_in_index SEPARATOR ', ')";
    let told = rows(mysql, ["table_name", "index_name", columns], &rest);
    told.into_iter().map(|[table, name, columns]| format!("{name} on {table} ({columns})")).collect()
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub name: String,
    pub table: String,
    pub column: String,
    pub refers_to: String,
    pub on_delete_or_update: String,
}

/// The foreign keys, by name.
pub fn foreign_keys(test: &TestDb) -> Vec<ForeignKey> {
    let mut keys: Vec<ForeignKey> = match test.engine() {
        Engine::Sqlite => named(test, "FOREIGN KEY")
            .into_iter()
            .map(|(table, name, rest)| {
                let (column, refers_to) = rest.split_once(" REFERENCES ").expect("REFERENCES");
                // what may follow it is ON DELETE or ON UPDATE
                let (refers_to, rule) = refers_to.split_once(')').expect("a column");
                ForeignKey {
                    name,
                    table,
                    column: column.trim_matches(['(', ')']).to_owned(),
                    refers_to: format!("{refers_to})"),
                    on_delete_or_update: if rule.is_empty() { "refuse".to_owned() } else { rule.to_owned() },
                }
            })
            .collect(),
        Engine::Mysql => rows(
            test,
            [
                "k.constraint_name",
                "k.table_name",
                "k.column_name",
                "concat(k.referenced_table_name, ' (', k.referenced_column_name, ')')",
                "concat(r.delete_rule, '/', r.update_rule)",
            ],
            "information_schema.key_column_usage k JOIN information_schema.referential_constraints r
             ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
             AND r.table_name = k.table_name WHERE k.table_schema = DATABASE()",
        )
        .into_iter()
        .map(|[name, table, column, refers_to, rules]| {
            let refuses = rules.split('/').all(|rule| ["RESTRICT", "NO ACTION"].contains(&rule));
            let on_delete_or_update = if refuses { "refuse".to_owned() } else { rules };
            ForeignKey { name, table, column, refers_to, on_delete_or_update }
        })
        .collect(),
    };
    keys.sort();
    keys
}

/// Each trigger's name, and when it refuses with which words.
pub fn triggers(test: &TestDb) -> BTreeMap<String, String> {
    let told = match test.engine() {
        Engine::Sqlite => rows(test, ["name", "sql"], "sqlite_master WHERE type = 'trigger'"),
        Engine::Mysql => rows(
            test,
            [
                "trigger_name",
                "concat(action_timing, ' ', event_manipulation, ' ON ', event_object_table, ' FOR ', action_statement)",
            ],
            "information_schema.triggers WHERE trigger_schema = DATABASE()",
        ),
    };
    told.into_iter()
        .map(|[name, sql]| {
            let event = between(&sql, "BEFORE ", " FOR").unwrap_or_else(|| panic!("{name} is not BEFORE"));
            let (condition, words) = match test.engine() {
                Engine::Sqlite => (between(&sql, "WHEN ", "BEGIN"), between(&sql, "ABORT, '", "')")),
                Engine::Mysql => (between(&sql, "IF ", "THEN"), between(&sql, "MESSAGE_TEXT = '", "'")),
            };
            let when = condition.map_or_else(|| "always".to_owned(), |text| normalised(&text));
            let words = words.unwrap_or_else(|| panic!("{name} says nothing"));
            (name, format!("before {event} when {when}: {words}"))
        })
        .collect()
}

/// The names of the triggers.
pub fn trigger_names(test: &TestDb) -> BTreeSet<String> {
    triggers(test).into_keys().collect()
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.to_owned())
}
