//! `xtask check`: what can be said about the code without running it.

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Formatting, clippy, documentation, licences; stops at the first that is not clean.
pub fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    let steps: [(&str, &[&str]); 4] = [
        ("formatting", &["fmt", "--all", "--check"]),
        ("clippy", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
        ("documentation", &["doc", "--workspace", "--all-features", "--no-deps"]),
        ("licences", &["test", "--quiet", "--package", "xtask", "--test", "structure", "licences"]),
    ];
    for (name, arguments) in steps {
        eprintln!("xtask: {name}");
        let mut command = workspace.cargo();
        command.args(arguments);
        if name == "documentation" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        if !command.status()?.success() {
            bail!("{name}: not clean");
        }
    }
    Ok(())
}
