//! `xtask check`: what can be said about the code without running it.

use anyhow::{Result, bail};

use crate::deploy;
use crate::workspace::Workspace;

/// The manifest of what a fuzzer runs, which is a workspace of its own.
const FUZZ: &str = "tests/fuzz/Cargo.toml";

/// Formatting, clippy, documentation, licences, the files of `deploy/`; stops at the first that is not clean.
pub fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    // Without its default features libFuzzer is not built, which would need a C++ compiler.
    let fuzz = ["--manifest-path", FUZZ, "--locked", "--no-default-features", "--", "-D", "warnings"];
    let steps: [(&str, &[&str]); 6] = [
        ("formatting", &["fmt", "--all", "--check"]),
        ("formatting of the fuzz targets", &["fmt", "--manifest-path", FUZZ, "--check"]),
        ("clippy", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
        ("clippy of the fuzz targets", &[&["clippy"], &fuzz[..]].concat()),
        ("documentation", &["doc", "--workspace", "--all-features", "--no-deps"]),
        ("licences", &["test", "--quiet", "--package", "xtask", "--test", "structure", "licences"]),
    ];
    for (name, arguments) in steps {
        eprintln!("xtask: {name}");
        let mut command = workspace.cargo();
        command.args(arguments).env("CARGO_TARGET_DIR", workspace.target());
        if name == "documentation" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        if !command.status()?.success() {
            bail!("{name}: not clean");
        }
    }
    eprintln!("xtask: deploy");
    deploy::check(&workspace)
}
