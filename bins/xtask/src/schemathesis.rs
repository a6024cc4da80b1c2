//! Schemathesis: requests that it makes from the OpenAPI document, right ones and wrong ones, to the real API with the demo's network.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::http::{Client, Request};
use crate::measure::fill::log_in;
use crate::run_folder::random_word;
use crate::servers::Servers;
use crate::stage::{ADMIN_EMAIL, Api, Binaries, Engine, Stage};
use crate::workspace::Workspace;

/// Its settings, what it can't know, and the packages of Python that it is.
const FOLDER: &str = "tests/schemathesis";
const PACKAGES: &str = "requirements.txt";
/// A founder of the demo's, who has rows of every kind.
const MEMBER_EMAIL: &str = "asha@example.in";

/// How much is tried.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Plan {
    /// How many requests are drawn for each operation, besides those that follow from the document alone
    #[arg(long, default_value_t = Self::default().cases)]
    pub cases: u32,
    /// What fixes which are drawn
    #[arg(long, default_value_t = Self::default().seed)]
    pub seed: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { cases: 20, seed: 2026 }
    }
}

/// Calls every route as a member and as an admin.
///
/// # Errors
/// When a reply is not one that the document has, or anything else that a check of Schemathesis sees; when `manage verify` finds something
/// afterwards.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries, plan: Plan) -> Result<()> {
    eprintln!("xtask: Schemathesis, {} requests drawn for each operation, seed {}", plan.cases, plan.seed);
    let program = install(workspace)?;
    Stage::set_demo(servers, "schemathesis", binaries, Engine::Sqlite)
        .and_then(|stage| {
            let secret = random_word()?;
            let stage = stage.with("JWT_SECRET_KEY", secret.clone());
            let try_all = Try { workspace, program, secret, plan };
            stage.explain(try_all.on(&stage, servers))
        })
        .context("Schemathesis")
}

struct Try<'a> {
    workspace: &'a Workspace,
    program: PathBuf,
    /// What signs tokens.
    secret: String,
    plan: Plan,
}

impl Try<'_> {
    fn on(&self, stage: &Stage<'_>, servers: &mut Servers) -> Result<()> {
        let api = stage.start_api(servers)?;
        let tried = [MEMBER_EMAIL, ADMIN_EMAIL]
            .into_iter()
            .try_for_each(|email| self.call_as(email, stage, servers, &api));
        let stopped = stage.stop_api(servers, api);
        tried.and(stopped)?;
        stage.manage(servers, &["verify"])
    }

    fn call_as(&self, email: &str, stage: &Stage<'_>, servers: &mut Servers, api: &Api) -> Result<()> {
        let mut client = Client::connect(api.address())?;
        let token = log_in(&mut client, &stage.outbox(), email, None)?;
        let profile = client.expect(&Request::get("/api/users/profile/").token(&token), 200)?.json()?;
        let base = format!("http://{}", api.address());
        let mut command = Command::new(&self.program);
        command
            .args(["--config-file", "schemathesis.toml", "run", "--url", &base])
            .args(["--max-examples", &self.plan.cases.to_string(), "--seed", &self.plan.seed.to_string()])
            .arg(format!("{base}/api/schema/"))
            .current_dir(self.workspace.root().join(FOLDER))
            .env("JWT_SECRET_KEY", &self.secret)
            .env("USER_ID", profile["id"].to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let status = servers.run(&mut command)?;
        ensure!(status.success(), "as {email}: {status}");
        Ok(())
    }
}

/// Where the program is, in an environment of Python that holds the packages of the list and stays for the next run.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let wanted = workspace.root().join(FOLDER).join(PACKAGES);
    let list = fs::read(&wanted)?;
    let folder = workspace.target().join("tools/schemathesis");
    let installed = folder.join(PACKAGES);
    if fs::read(&installed).ok().as_ref() != Some(&list) {
        let run = |command: &mut Command| -> Result<()> {
            let status = command.status()?;
            ensure!(status.success(), "{command:?}: {status} (on Debian: python3-venv)");
            Ok(())
        };
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(folder.join("bin/python")).args(pip).arg(&wanted))?;
        // last, so that a half made one is made anew
        fs::write(&installed, list)?;
    }
    Ok(folder.join("bin/schemathesis"))
}
