//! Runs the platform's tasks, its schedule and the tree's matcher beside API processes, over MySQL.

use std::process::ExitCode;

use app::App;
use infra::{config::Config, db::Address};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

fn main() -> ExitCode {
    tracing_subscriber::fmt().init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let config = Config::load()?;
    if matches!(config.database.address, Address::Sqlite { .. }) {
        anyhow::bail!(
            "on SQLite the API process itself runs the tasks and the matcher, so there is nothing to do here"
        );
    }
    config.check_for_serving()?;
    let pending = infra::db::pending_migrations(&config.database.address)?;
    if let Some(first) = pending.first() {
        anyhow::bail!(
            "the schema is old ({} migrations are missing, from {first}): run `manage migrate`",
            pending.len()
        );
    }
    let app = App::open(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work(app.clone()))?;
    // the last connections are dropped where they may block
    drop(runtime);
    drop(app);
    Ok(())
}

/// Works until SIGTERM or Ctrl-C, and finishes what is under way.
async fn work(app: App) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let mut parts = tokio::task::JoinSet::new();
    parts.spawn(app::tasks::runner(app.clone(), stopped.clone()));
    parts.spawn(app::schedule::scheduler(app.clone(), stopped.clone()));
    parts.spawn(app::tree::matcher::run(app.clone(), stopped));
    tracing::info!(database = %app.db.address(), "the worker runs tasks, schedule and matcher");
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        Some(ended) = parts.join_next() => anyhow::bail!("a part of the worker ended: {ended:?}"),
    }
    stop.send_replace(true);
    while let Some(ended) = parts.join_next().await {
        ended?;
    }
    Ok(())
}
