//! Names and lengths of files.

use super::{below, sources};

const FOLDERS: [&str; 3] = ["crates", "bins", "tests"];
const NO_NAMES: [&str; 5] = ["common", "utils", "helpers", "services", "managers"];
/// A longer file is two rooms in one.
const MAX_LINES: usize = 450;
/// Files that have a reason to be longer: the path and the reason.
const MAY_BE_LONGER: &[(&str, &str)] = &[(
    "crates/infra/src/schema.rs",
    "a list: the tables, each by itself, which a test compares with both databases",
)];

#[test]
fn no_file_is_a_mod_rs_or_has_a_name_that_says_nothing() {
    let mut wrong = Vec::new();
    for path in FOLDERS.into_iter().flat_map(below) {
        let stem = path.file_stem().unwrap().to_string_lossy().to_lowercase();
        if path.ends_with("mod.rs") || NO_NAMES.contains(&stem.as_str()) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for (path, source) in FOLDERS.into_iter().flat_map(sources) {
        let lines = source.lines().count();
        let excused = MAY_BE_LONGER.iter().any(|(excused, _)| path.ends_with(excused));
        if lines > MAX_LINES && !excused {
            long.push(format!("{} {}", lines, path.display()));
        }
    }
    assert!(long.is_empty(), "more than {MAX_LINES} lines:\n{}", long.join("\n"));
}
