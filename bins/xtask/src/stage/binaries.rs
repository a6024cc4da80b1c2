//! The programs on a stage.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::servers::Servers;
use crate::workspace::Workspace;

/// How the programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// As the tests are, so that little is compiled twice.
    Debug,
    /// As operators run them.
    Release,
}

/// The programs on a stage.
pub struct Binaries {
    folder: PathBuf,
    /// `crates/infra/examples/bare.rs`.
    pub bare: PathBuf,
}

impl Binaries {
    /// Builds them at once, so that no dependency is built twice with other features.
    pub fn build(workspace: &Workspace, servers: &mut Servers, profile: Profile) -> Result<Self> {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--bin", "api", "--bin", "manage", "--bin", "worker", "--example", "bare"]);
        let folder = match profile {
            Profile::Debug => {
                cargo.args(["--workspace", "--all-features"]);
                "debug"
            }
            Profile::Release => {
                cargo.arg("--release");
                for package in ["api", "manage", "worker", "infra"] {
                    cargo.args(["--package", package]);
                }
                "release"
            }
        };
        if !servers.run(&mut cargo)?.success() {
            bail!("api, manage and worker can't be built");
        }
        let folder = workspace.target().join(folder);
        Ok(Self { bare: folder.join("examples/bare"), folder })
    }

    /// The folder that holds `api`, `manage` and `worker`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The API.
    pub fn api(&self) -> PathBuf {
        self.folder.join("api")
    }

    /// The operators' command line.
    pub fn manage(&self) -> PathBuf {
        self.folder.join("manage")
    }

    /// What runs tasks.
    pub fn worker(&self) -> PathBuf {
        self.folder.join("worker")
    }
}
