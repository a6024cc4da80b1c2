//! Whoever meets a disallowed method learns why.

use super::root;

#[test]
fn every_disallowed_method_has_a_reason() {
    let settings = std::fs::read_to_string(root().join("clippy.toml")).unwrap();
    let entries = entries(&settings);
    assert!(!entries.is_empty(), "clippy.toml disallows no method");
    let silent: Vec<_> = entries.iter().filter(|entry| reason(entry).is_none()).collect();
    assert!(silent.is_empty(), "without a reason: {silent:?}");
}

/// The lines of the list `disallowed-methods`, one entry a line.
fn entries(settings: &str) -> Vec<&str> {
    settings
        .lines()
        .skip_while(|line| !line.starts_with("disallowed-methods"))
        .skip(1)
        .take_while(|line| !line.starts_with(']'))
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

fn reason(entry: &str) -> Option<&str> {
    let (reason, _) = entry.split_once("reason = \"")?.1.split_once('"')?;
    (!reason.trim().is_empty()).then_some(reason)
}

#[test]
fn an_entry_without_a_reason_is_seen() {
    let settings =
        "disallowed-methods = [\n  \"std::env::var\",\n  { path = \"a\", reason = \"b\" },\n]\nx = 1\n";
    let entries = entries(settings);
    assert_eq!(entries.len(), 2);
    assert_eq!((reason(entries[0]), reason(entries[1])), (None, Some("b")));
}
