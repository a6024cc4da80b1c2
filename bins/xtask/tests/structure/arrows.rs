//! Arrows point down only.

use std::collections::{BTreeMap, BTreeSet};

use super::{list, metadata, sources, text};

/// Which of our packages each package may name. A new package has to find its place here first.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("wallet-rules", &["money"]),
    ("binary-tree", &["money"]),
    ("tds", &["money"]),
    ("emi", &["money"]),
    ("infra", &["money", "wallet-rules", "binary-tree"]),
    ("app", &["infra", "wallet-rules", "binary-tree", "tds", "emi", "money"]),
    // The binaries parse amounts and states at the edge, and read the configuration.
    ("api", &["app", "infra", "money", "wallet-rules"]),
    ("worker", &["app", "infra", "money", "wallet-rules"]),
    ("manage", &["app", "infra", "money", "wallet-rules"]),
    ("xtask", &[]),
];

/// What reaches outsiders is known to infra alone.
const INFRA_ONLY: &[&str] = &[
    "celery",
    "diesel",
    "diesel-async",
    "diesel_migrations",
    "dotenvy",
    "lapin",
    "lettre",
    "libsqlite3-sys",
    "mysql_async",
    "r2d2",
    "redis",
    "deadpool-redis",
    "reqwest",
    "rusqlite",
    "sqlx",
];

/// The domain crates decide: nothing that runs, waits, reads a clock of its own or makes chance.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "tracing", "uuid", "getrandom", "rand", "anyhow", "actix-web", "futures-util", "clap"];

const DOMAIN: &[&str] = &["money", "wallet-rules", "binary-tree", "tds", "emi"];

#[test]
fn packages_name_only_what_lies_below_them() {
    let metadata = metadata(&["--no-deps"]);
    let ours: BTreeSet<&str> =
        list(&metadata["packages"]).iter().map(|package| text(&package["name"])).collect();
    let may_name: BTreeMap<&str, &[&str]> = MAY_NAME.iter().copied().collect();
    assert_eq!(ours, may_name.keys().copied().collect(), "the packages and the table of arrows");

    let mut wrong = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        for dependency in list(&package["dependencies"]) {
            let on = text(&dependency["name"]);
            let up = ours.contains(on) && !may_name[name].contains(&on);
            let outside = INFRA_ONLY.contains(&on) && name != "infra";
            let impure =
                DOMAIN.contains(&name) && NOT_IN_DOMAIN.contains(&on) && dependency["kind"].is_null();
            if up || outside || impure {
                wrong.push(format!("{name} → {on}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that may not be: {wrong:?}");
}

#[test]
fn a_package_has_the_name_of_its_folder() {
    for package in list(&metadata(&["--no-deps"])["packages"]) {
        let manifest = text(&package["manifest_path"]);
        let folder = manifest.rsplit('/').nth(1).unwrap();
        assert_eq!(folder, text(&package["name"]), "{manifest}");
    }
}

#[test]
fn only_infra_speaks_diesel() {
    let above = ["crates/app", "bins/api", "bins/worker", "bins/manage"];
    let found = lines_with(&above, |line| words(line).any(|word| word.starts_with("diesel")));
    assert!(found.is_empty(), "diesel outside infra:\n{}", found.join("\n"));
}

#[test]
fn only_use_cases_begin_a_transaction() {
    let begins = |line: &str| {
        ["db.write(", "db.snapshot(", "db().write(", "db().snapshot("].iter().any(|call| line.contains(call))
    };
    let found = lines_with(&["crates/infra", "bins/api", "bins/worker", "bins/manage"], begins);
    // infra has the one place that offers them, and its tests use it.
    let found: Vec<_> = found
        .into_iter()
        .filter(|line| !line.starts_with("crates/infra/src/db") && !line.starts_with("crates/infra/tests/"))
        .collect();
    assert!(found.is_empty(), "a transaction begins outside crates/app:\n{}", found.join("\n"));
}

/// The lines of code, comments left out, for which `wanted` holds; tests inside the sources count too.
fn lines_with(folders: &[&str], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for folder in folders {
        for (path, source) in sources(folder) {
            for (number, line) in source.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if wanted(code) {
                    found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    found
}

/// The words of a line that stand outside its texts.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').step_by(2).flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

#[test]
fn words_in_texts_are_no_code() {
    assert_eq!(words(r#"use diesel::x; f("diesel");"#).filter(|word| *word == "diesel").count(), 1);
}
