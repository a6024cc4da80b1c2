//! Both migration folders make the same database, and the code knows it as it is.
//!
//! What differs, and why: SQLite does not enforce `VARCHAR(n)`, so there each text column has a CHECK
//! `ck_<table>_<column>_length` that says what MySQL's type says. MySQL makes an index of its own for a foreign
//! key that no index serves, under the key's name. Nothing else may differ.

use std::collections::{BTreeMap, BTreeSet};

use infra::{
    Unique,
    testing::{Engine, TestDb},
};

use crate::catalogue::{
    Column, checks, columns, constraints, foreign_keys, indexes, normalised, table_names, text_lengths,
    triggers, uniques,
};

/// One test, since what takes time is the making of the databases.
#[test]
fn both_folders_make_the_same_database() {
    let (sqlite, mysql) = (&TestDb::open(Engine::Sqlite), &TestDb::open(Engine::Mysql));
    tables_and_columns_are_the_same(sqlite, mysql);
    checks_are_the_same(sqlite, mysql);
    uniques_are_the_same_and_the_code_knows_them(sqlite, mysql);
    foreign_keys_are_the_same_and_never_cascade(sqlite, mysql);
    indexes_are_the_same_and_whole(sqlite, mysql);
    triggers_are_the_same(sqlite, mysql);
    diesel_knows_the_columns_as_they_are(sqlite);
    constraints_have_names(sqlite);
    money_is_whole_paise_in_bigint(sqlite);
    money_is_whole_paise_in_bigint(mysql);
    texts_are_compared_by_their_bytes(mysql);
}

fn tables_and_columns_are_the_same(sqlite: &TestDb, mysql: &TestDb) {
    let names = table_names(sqlite);
    assert!(names.len() > 20, "{names:?}");
    assert_eq!(names, table_names(mysql));
    let (left, right) = (columns(sqlite), columns(mysql));
    for table in &names {
        assert_eq!(left[table], right[table], "columns of {table}");
    }
}

fn diesel_knows_the_columns_as_they_are(sqlite: &TestDb) {
    let stored: BTreeMap<String, Vec<Column>> = columns(sqlite)
        .into_iter()
        .map(|(table, columns)| (table, columns.iter().map(Column::without_length).collect()))
        .collect();
    assert_eq!(diesel_columns(), stored);
}

/// The columns that `src/schema.rs` tells of.
fn diesel_columns() -> BTreeMap<String, Vec<Column>> {
    let mut tables = BTreeMap::new();
    for block in include_str!("../../src/schema.rs").split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let head = lines.next().expect("the table's name");
        let (table, rest) = head.split_once(" (").expect("table (key)");
        let key: Vec<&str> = rest.trim_end_matches(") {").split(", ").collect();
        let columns = lines
            .map_while(|line| line.trim_end_matches(',').split_once(" -> "))
            .map(|(name, told)| {
                let inner = told.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
                let kind = match inner.unwrap_or(told) {
                    "Bool" => "bool",
                    "Integer" => "int",
                    "BigInt" => "bigint",
                    "Text" => "text",
                    "Date" => "date",
                    "Timestamp" => "instant",
                    other => panic!("{table}.{name} is {other}"),
                };
                Column {
                    name: name.to_owned(),
                    kind: kind.to_owned(),
                    nullable: inner.is_some(),
                    key: key.contains(&name),
                    default: None,
                }
            })
            .collect();
        tables.insert(table.to_owned(), columns);
    }
    tables
}

fn checks_are_the_same(sqlite: &TestDb, mysql: &TestDb) {
    let mut left = checks(sqlite);
    for (table, column, length) in text_lengths(sqlite) {
        let name = format!("ck_{table}_{column}_length");
        let says = left.remove(&name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(says, normalised(&format!("length({column}) <= {length}")), "{name}");
    }
    assert_eq!(left, checks(mysql));
}

fn uniques_are_the_same_and_the_code_knows_them(sqlite: &TestDb, mysql: &TestDb) {
    let known: BTreeSet<String> = Unique::ALL
        .iter()
        .map(|unique| format!("{} on {} ({})", unique.name(), unique.table(), unique.columns().join(", ")))
        .collect();
    assert_eq!(known.len(), Unique::ALL.len());
    assert_eq!(uniques(sqlite), known);
    assert_eq!(uniques(mysql), known);
}

fn foreign_keys_are_the_same_and_never_cascade(sqlite: &TestDb, mysql: &TestDb) {
    let keys = foreign_keys(sqlite);
    assert!(keys.len() > 30, "{} foreign keys", keys.len());
    assert_eq!(keys, foreign_keys(mysql));
    for key in keys {
        assert_eq!(key.on_delete_or_update, "refuse", "{}", key.name);
    }
}

fn indexes_are_the_same_and_whole(sqlite: &TestDb, mysql: &TestDb) {
    let named = indexes(sqlite);
    assert!(named.len() > 20, "{named:?}");
    assert_eq!(named, indexes(mysql));
    assert_eq!(
        sqlite.number(
            "SELECT count(*) AS value FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
        ),
        0
    );
}

fn triggers_are_the_same(sqlite: &TestDb, mysql: &TestDb) {
    let named = triggers(sqlite);
    assert!(named.len() > 30, "{} triggers", named.len());
    assert_eq!(named, triggers(mysql));
}

fn constraints_have_names(sqlite: &TestDb) {
    for (table, told) in constraints(sqlite) {
        for line in told {
            let named = line.starts_with("CONSTRAINT ");
            assert!(
                named || !["CHECK", "UNIQUE", "FOREIGN"].iter().any(|word| line.contains(word)),
                "{table}: {line}"
            );
        }
    }
}

/// Columns that hold money, in whole paise.
fn holds_money(column: &str) -> bool {
    let by_name = ["amount", "balance", "balance_after", "total_paid", "total_earned", "total_withdrawn"];
    let by_end = ["_amount", "_earning", "_threshold", "_ceiling", "_deducted", "_bonus", "_payout"];
    by_name.contains(&column) || by_end.iter().any(|end| column.ends_with(end))
}

fn money_is_whole_paise_in_bigint(test: &TestDb) {
    let all = columns(test);
    let money: Vec<(&String, &Column)> = all
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| (table, column)))
        .filter(|(_, column)| holds_money(&column.name))
        .collect();
    assert!(money.len() > 25, "{} columns", money.len());
    for (table, column) in money {
        assert_eq!(column.kind, "bigint", "{table}.{}", column.name);
    }
}

fn texts_are_compared_by_their_bytes(mysql: &TestDb) {
    let collations = "SELECT DISTINCT collation_name AS value FROM information_schema.columns
        WHERE table_schema = DATABASE() AND collation_name IS NOT NULL";
    assert_eq!(mysql.texts(collations), ["utf8mb4_bin"]);
    let engines =
        "SELECT DISTINCT engine AS value FROM information_schema.tables WHERE table_schema = DATABASE()";
    assert_eq!(mysql.texts(engines), ["InnoDB"]);
}

#[test]
fn the_folders_hold_the_same_names_and_mysql_one_statement_a_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let names = |engine: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(format!("{folder}/{engine}")).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect()
    };
    let all = names("mysql");
    assert_eq!(names("sqlite"), all);
    for name in all {
        for file in ["up.sql", "down.sql"] {
            let sql = std::fs::read_to_string(format!("{folder}/mysql/{name}/{file}")).expect("the file");
            // a trigger's body has statements of its own
            let statements = if sql.contains("CREATE TRIGGER") {
                sql.matches("CREATE ").count()
            } else {
                sql.matches(';').count()
            };
            assert_eq!(statements, 1, "{name}/{file}");
        }
    }
}
