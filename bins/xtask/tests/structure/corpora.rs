//! Each case of a corpus says why it is there, and all of them stay small.

use std::collections::BTreeSet;
use std::path::Path;

use super::{below, root};

/// Bytes of all cases together, at most.
const MOST_BYTES: u64 = 200 << 10;

/// The folders `tests/corpus/` of all packages.
fn corpora() -> Vec<std::path::PathBuf> {
    let folders = ["crates", "bins"].into_iter().flat_map(below);
    folders.filter(|path| path.ends_with("tests/corpus")).map(|path| root().join(path)).collect()
}

fn cases(corpus: &Path) -> Vec<std::fs::DirEntry> {
    std::fs::read_dir(corpus.join("cases")).unwrap().map(Result::unwrap).collect()
}

/// The names of the table in a corpus's README, each with its reason.
fn reasons(readme: &str) -> Vec<(String, String)> {
    let rows =
        readme.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    rows.map(|(name, reason)| (name.to_owned(), reason.trim().to_owned())).collect()
}

#[test]
fn each_case_has_its_reason() {
    let corpora = corpora();
    assert!(!corpora.is_empty(), "there is no corpus");
    for corpus in corpora {
        let reasons = reasons(&std::fs::read_to_string(corpus.join("README.md")).unwrap());
        assert!(reasons.iter().all(|(_, reason)| !reason.is_empty()), "{}", corpus.display());
        let named: BTreeSet<String> = reasons.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(named.len(), reasons.len(), "{}: a case is named twice", corpus.display());
        let there: BTreeSet<String> =
            cases(&corpus).iter().map(|case| case.file_name().into_string().unwrap()).collect();
        assert!(!there.is_empty(), "{}", corpus.display());
        assert_eq!(named, there, "{}: the reasons and the cases", corpus.display());
    }
}

#[test]
fn corpora_are_small() {
    let bytes: u64 =
        corpora().iter().flat_map(|corpus| cases(corpus)).map(|case| case.metadata().unwrap().len()).sum();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes of cases");
}

#[test]
fn a_row_is_a_name_and_a_reason() {
    let readme = "# T\n\n| case | why |\n|---|---|\n| `a-b` | it is |\n| `c` |  |\n";
    let expected = [("a-b", "it is"), ("c", "")].map(|(name, why)| (name.to_owned(), why.to_owned()));
    assert_eq!(reasons(readme), expected);
}
