//! The acceptance story: the real programs on an empty database, driven by a client over HTTP.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::servers::Servers;
use crate::stage::{ADMIN_EMAIL, Api, Binaries, Engine, Stage};
use crate::workspace::Workspace;

/// Plays the story on an empty database and asks `manage verify` at the end.
///
/// # Errors
/// At the first step that fails, with the end of the API's log.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries, engine: Engine) -> Result<()> {
    eprintln!("xtask: the acceptance story on {engine}");
    Stage::set(servers, &format!("story-{engine}"), binaries, engine)
        .and_then(|stage| stage.explain(play(&stage, workspace, servers)))
        .with_context(|| format!("the acceptance story on {engine}"))
}

fn play(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers) -> Result<()> {
    let api = stage.start_api(servers)?;
    let told = tell(stage, workspace, servers, &api);
    let stopped = stage.stop_api(servers, api);
    told?;
    stopped?;
    stage.manage(servers, &["verify"])
}

fn tell(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers, api: &Api) -> Result<()> {
    let mut story = Command::new("python3");
    story
        .args(["-B", "story.py"])
        .current_dir(workspace.root().join("tests/acceptance"))
        .env("BASE_URL", format!("http://{}", api.address()))
        .env("OUTBOX", stage.outbox())
        .env("ADMIN_EMAIL", ADMIN_EMAIL);
    let status = servers.run(&mut story)?;
    if !status.success() {
        bail!("story.py: {status}");
    }
    Ok(())
}
