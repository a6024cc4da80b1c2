//! What `deploy/` holds, as far as it can be tried without a container engine.

mod commands;
mod compose;
mod image;
mod units;

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::programs;
use crate::servers::Servers;
use crate::stage::Binaries;
use crate::workspace::Workspace;

/// Compose file, Dockerfile and units, as far as they can be read without running anything of ours.
///
/// # Errors
/// Everything that is wrong in the first of them that has something wrong.
pub fn check(workspace: &Workspace) -> Result<()> {
    programs::ensure_deploy()?;
    compose::check(workspace).context("deploy/docker-compose.yml")?;
    image::check(workspace).context("deploy/Dockerfile")?;
    units::check(workspace).context("deploy/systemd")
}

/// Every command that they hold runs once outside a container, on a private MariaDB.
///
/// # Errors
/// At the first that does not do what it is there for.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries) -> Result<()> {
    eprintln!("xtask: the commands of deploy/");
    programs::ensure_deploy()?;
    commands::run(workspace, servers, binaries).context("the commands of deploy/")
}

/// The names that the root's `.env.example` lists.
fn platform_variables(workspace: &Workspace) -> Result<Vec<String>> {
    let example = fs::read_to_string(workspace.root().join(".env.example"))?;
    let names: Vec<_> = variables(&example).into_iter().map(|(name, _)| name).collect();
    ensure!(!names.is_empty(), ".env.example names nothing");
    Ok(names)
}

/// The lines `NAME=value` of a file of variables.
fn variables(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
