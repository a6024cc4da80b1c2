//! What a worker does at once.

use std::{net::TcpListener, time::Duration};

use app::App;
use infra::config::{BrokerConfig, ServerConfig};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

use crate::figures;

/// How long what is under way may take to end, the tasks first and then the other parts. Whatever is cut off is due in the
/// database, and whoever comes next runs it.
const GRACE: Duration = Duration::from_secs(10);

/// Works until SIGTERM or Ctrl-C, and finishes what is under way. With a broker, tasks travel through it, and `consumes`
/// says whether this process takes any; the one that leads sends them. The schedule and the matcher have leaders of
/// their own in the database. With a `listener` it shows its figures there.
///
/// # Errors
/// When a part ends by itself.
pub async fn run(
    app: App,
    broker: Option<BrokerConfig>,
    consumes: bool,
    listener: Option<(ServerConfig, TcpListener)>,
) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let mut parts = JoinSet::new();
    parts.spawn(app::schedule::scheduler(app.clone(), stopped.clone()));
    parts.spawn(app::tree::matcher::run(app.clone(), stopped.clone()));
    if let Some((config, listener)) = listener {
        let server = figures::server(app.clone(), config, listener)?;
        parts.spawn(figures::serve(server, stopped.clone()));
    }
    match &broker {
        Some(broker) => _ = parts.spawn(app::tasks::relay(app.clone(), broker.clone(), stopped.clone())),
        None => _ = parts.spawn(app::tasks::runner(app.clone(), stopped.clone())),
    }
    tracing::info!(database = %app.db.address(), broker = broker.is_some(), consumes, "the worker is at work");
    // it stays on this thread, so it is no part like the others
    let consuming = async {
        let Some(broker) = broker.filter(|_| consumes) else { return };
        let mut told = stopped.clone();
        let patience = async {
            drop(told.wait_for(|stop| *stop).await);
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = app::tasks::consume(app, broker, stopped) => {}
            () = patience => tracing::warn!("tasks that don't end are left to whoever comes next"),
        }
    };
    let waiting = async {
        let told = tokio::select! {
            told = told_to_end() => told,
            Some(ended) = parts.join_next() => Err(anyhow::anyhow!("a part of the worker ended: {ended:?}")),
        };
        stop.send_replace(true);
        told
    };
    let (told, ()) = tokio::join!(waiting, consuming);
    let ended = async {
        while let Some(ended) = parts.join_next().await {
            ended?;
        }
        anyhow::Ok(())
    };
    match tokio::time::timeout(GRACE, ended).await {
        Ok(ended) => ended?,
        Err(_) => tracing::warn!("a part of the worker doesn't end, and is cut off"),
    }
    told
}

/// Waits for SIGTERM or Ctrl-C.
async fn told_to_end() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
