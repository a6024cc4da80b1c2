//! The acceptance story: the real programs on an empty database, driven by a client over HTTP.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::restore;
use crate::servers::Servers;
use crate::stage::{ADMIN_EMAIL, Binaries, Engine, Stage};
use crate::workspace::Workspace;

/// Plays the story on an empty database and asks `manage verify` at the end, and of a backup that was restored.
///
/// # Errors
/// At the first step that fails, with the end of the API's log.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries, engine: Engine) -> Result<()> {
    eprintln!("xtask: the acceptance story on {engine}");
    Stage::set(servers, &format!("story-{engine}"), binaries, engine)
        .and_then(|stage| stage.explain(play(&stage, workspace, servers, engine)))
        .with_context(|| format!("the acceptance story on {engine}"))
}

/// The same on MariaDB, with a worker that the tasks reach through RabbitMQ.
///
/// # Errors
/// As [`run`].
pub fn run_with_broker(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries) -> Result<()> {
    eprintln!("xtask: the acceptance story on mysql with a broker");
    Stage::set_with_broker(servers, "story-broker", binaries)
        .and_then(|stage| {
            let played = stage.start_worker(servers, &[]).and_then(|worker| {
                let played = play_with_broker(&stage, workspace, servers);
                let stopped = stage.stop_worker(servers, worker);
                played.and(stopped)
            });
            stage.explain(played)
        })
        .context("the acceptance story on mysql with a broker")
}

fn play_with_broker(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers) -> Result<()> {
    let api = stage.start_api(servers)?;
    let told = tell(stage, workspace, servers, api.address());
    let stopped = stage.stop_api(servers, api);
    told.and(stopped)?;
    stage.manage(servers, &["verify"])
}

fn play(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers, engine: Engine) -> Result<()> {
    let api = stage.start_api(servers)?;
    let told = tell(stage, workspace, servers, api.address());
    let restored = told.and_then(|()| restore::restored(stage, workspace, servers, engine));
    let stopped = stage.stop_api(servers, api);
    let restored = restored?;
    stopped?;
    stage.manage(servers, &["verify"])?;
    restore::check(stage, &restored, servers, engine).context("the restored backup")
}

/// Plays the story once against whoever answers for the stage there.
///
/// # Errors
/// When a step failed.
pub fn tell(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers, host: SocketAddr) -> Result<()> {
    let mut story = Command::new("python3");
    story
        .args(["-B", "story.py"])
        .current_dir(workspace.root().join("tests/acceptance"))
        .env("BASE_URL", format!("http://{host}"))
        .env("OUTBOX", stage.outbox())
        .env("ADMIN_EMAIL", ADMIN_EMAIL);
    let status = servers.run(&mut story)?;
    if !status.success() {
        bail!("story.py: {status}");
    }
    Ok(())
}
