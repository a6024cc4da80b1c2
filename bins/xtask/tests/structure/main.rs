//! What `docs/ARCHITECTURE.md` says about the house, kept by reading `cargo metadata` and the sources.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod arrows;
mod corpora;
mod licences;
mod migrations;
mod reasons;
mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of the root `Cargo.toml`.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Every file and folder below a folder of the workspace, as paths from the root; build output is left out.
fn below(folder: &str) -> Vec<PathBuf> {
    let root = root();
    let mut waiting = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if name.starts_with('.') || name == "target" || name == "__pycache__" {
                continue;
            }
            if path.is_dir() {
                waiting.push(path.clone());
            }
            found.push(path.strip_prefix(&root).unwrap().to_owned());
        }
    }
    found.sort();
    found
}

/// The Rust sources below a folder, with their texts.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(root().join(path)).unwrap());
    below(folder).into_iter().filter(is_rust).map(read).collect()
}
