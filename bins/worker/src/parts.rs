//! What a worker does at once.

use std::net::TcpListener;

use app::App;
use infra::config::{BrokerConfig, ServerConfig};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

use crate::figures;

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
        if let Some(broker) = broker.filter(|_| consumes) {
            app::tasks::consume(app, broker, stopped).await;
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
    while let Some(ended) = parts.join_next().await {
        ended?;
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
