//! Both databases have the same migrations, each with a way back.

use std::collections::BTreeSet;

use super::root;

fn names(engine: &str) -> BTreeSet<String> {
    let folder = root().join("migrations").join(engine);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names = BTreeSet::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            for file in ["up.sql", "down.sql"] {
                let sql = std::fs::read_to_string(path.join(file)).unwrap_or_default();
                assert!(!sql.trim().is_empty(), "{} has no {file}", path.display());
            }
            names.insert(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    names
}

#[test]
fn both_databases_have_the_same_migrations_up_and_down() {
    let (sqlite, mysql) = (names("sqlite"), names("mysql"));
    assert!(!sqlite.is_empty(), "there are no migrations");
    assert_eq!(sqlite, mysql);
}
