//! What a newcomer's browser shows: the real API on an empty database, opened in a headless Chromium.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::programs;
use crate::servers::Servers;
use crate::stage::{Api, Binaries, Engine, Stage};
use crate::workspace::Workspace;

/// Opens `/api/docs/`, logs in there and tries a call.
///
/// # Errors
/// At the first step that fails, with the end of the API's log.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries) -> Result<()> {
    eprintln!("xtask: /api/docs/ in a browser");
    programs::ensure_browser()?;
    Stage::set(servers, "browser", binaries, Engine::Sqlite)
        .and_then(|stage| stage.explain(play(&stage, workspace, servers)))
        .context("/api/docs/ in a browser")
}

fn play(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers) -> Result<()> {
    let api = stage.start_api(servers)?;
    let seen = see(stage, workspace, servers, &api);
    let stopped = stage.stop_api(servers, api);
    seen.and(stopped)
}

fn see(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers, api: &Api) -> Result<()> {
    let mut script = Command::new("python3");
    script
        .args(["-B", "docs.py"])
        .current_dir(workspace.root().join("tests/browser"))
        .env("BASE_URL", format!("http://{}", api.address()))
        .env("OUTBOX", stage.outbox());
    let status = servers.run(&mut script)?;
    if !status.success() {
        bail!("docs.py: {status}");
    }
    Ok(())
}
