//! Everything that is linked in may be given away under the project's own licences, and what is given away holds them.

use std::path::Path;

use serde_json::Value;

use super::{list, metadata, root, text};

const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// What only the fuzzer's entries link, which nobody is given: LLVM's licence of before, in the words of MIT and BSD.
const ALLOWED_IN_FUZZERS: &str = "(MIT OR Apache-2.0) AND NCSA";

#[test]
fn licences_of_all_dependencies_are_allowed() {
    let wrong = wrong(&metadata(&["--all-features"]));
    assert!(wrong.is_empty(), "licences that are not allowed:\n{}", wrong.join("\n"));
}

#[test]
fn licences_of_the_fuzzers_are_allowed() {
    let mut wrong = wrong(&metadata(&["--all-features", "--manifest-path", "tests/fuzz/Cargo.toml"]));
    wrong.retain(|package| !package.ends_with(&format!(": \"{ALLOWED_IN_FUZZERS}\"")));
    assert!(wrong.is_empty(), "licences that are not allowed:\n{}", wrong.join("\n"));
}

/// Whoever is given one crate alone is given its licences too.
#[test]
fn a_crate_that_may_be_published_holds_the_licences() {
    let metadata = metadata(&["--no-deps"]);
    let published: Vec<&Value> =
        list(&metadata["packages"]).iter().filter(|package| package["publish"].is_null()).collect();
    assert!(!published.is_empty());
    for package in published {
        for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let path = Path::new(text(&package["manifest_path"])).with_file_name(name);
            let held = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(held, std::fs::read_to_string(root().join(name)).unwrap(), "{}", path.display());
        }
    }
}

/// The packages, with their dependencies, whose licences are not allowed.
fn wrong(metadata: &Value) -> Vec<String> {
    let packages = list(&metadata["packages"]);
    assert!(packages.len() > 20, "cargo metadata lists the dependencies too");
    packages
        .iter()
        .filter(|package| !allowed(text(&package["license"])))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect()
}

/// Whether an SPDX expression leaves a choice that is allowed throughout. What can't be read is not allowed.
fn allowed(expression: &str) -> bool {
    // Older packages write the slash for OR.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words };
    reader.any() == Some(true) && reader.words.is_empty()
}

/// Reads `any = all (OR all)*`, `all = one (AND one)*`, `one = ( any ) | LICENCE [WITH EXCEPTION]`.
struct Reader<'a> {
    words: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<bool> {
        let mut result = self.all()?;
        while self.take("OR") {
            result |= self.all()?;
        }
        Some(result)
    }

    fn all(&mut self) -> Option<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Some(result)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let inside = self.any()?;
            return self.take(")").then_some(inside);
        }
        let licence = self.next()?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some(ALLOWED.contains(&format!("{licence} WITH {exception}").as_str()));
        }
        Some(ALLOWED.contains(&licence))
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

#[test]
fn licences_are_read_as_expressions() {
    let yes = [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        "MIT OR GPL-2.0 AND Zlib",
    ];
    let no = [
        "",
        "GPL-3.0",
        "LGPL-2.1-or-later",
        "MIT AND AGPL-3.0",
        "(MIT OR Apache-2.0) AND GPL-2.0",
        "(MIT",
        "MIT Apache-2.0",
        "MIT WITH Something-exception",
        "OR MIT",
    ];
    for expression in yes {
        assert!(allowed(expression), "{expression}");
    }
    for expression in no {
        assert!(!allowed(expression), "{expression}");
    }
}
