//! A worker's consuming side: rusty-celery's loop on our own transport.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use celery::{Celery, CeleryBuilder, error::CeleryError};
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::{
    delivery::Known,
    events::Events,
    task::{Consumed, Kind, Work, known},
    transport::Transport,
    uri,
};
use crate::config::BrokerConfig;

/// How long to wait after the broker could not be reached.
const WAIT: Duration = Duration::from_secs(1);
/// The longest that rusty-celery's own first connection may take, seconds.
const CONNECT_S: u32 = 5;

/// The kinds of tasks that a worker runs.
#[derive(Default)]
pub struct Registry {
    known: BTreeMap<&'static str, Known>,
    register: Vec<Register>,
}

type Register = for<'a> fn(&'a Celery) -> BoxFuture<'a, Result<(), CeleryError>>;

impl Registry {
    /// With one kind more.
    #[must_use]
    pub fn with<K: Kind>(mut self) -> Self {
        self.known.insert(K::NAME, known::<K>());
        self.register.push(|app| Box::pin(app.register_task::<Consumed<K>>()));
        self
    }
}

/// What the tasks of a worker share.
pub(super) struct Shared {
    pub work: Arc<dyn Work>,
    pub known: BTreeMap<&'static str, Known>,
    pub time_limit: Duration,
    pub in_hand: Hands,
    pub events: Events,
}

/// The workers of this process. rusty-celery gives a task nothing of ours but the name of its app.
static WORKERS: LazyLock<Mutex<BTreeMap<String, Arc<Shared>>>> = LazyLock::new(Mutex::default);

pub(super) fn shared(app: &str) -> Option<Arc<Shared>> {
    WORKERS.lock().unwrap_or_else(PoisonError::into_inner).get(app).cloned()
}

/// Tells a process's workers apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A worker's place among [`WORKERS`], for as long as it runs.
struct Place(String);

impl Place {
    fn take(name: &str, shared: &Arc<Shared>) -> Self {
        WORKERS.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), shared.clone());
        Self(name.to_owned())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        WORKERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// How many messages are not acknowledged yet.
#[derive(Clone)]
pub(super) struct Hands(Arc<watch::Sender<usize>>);

/// One of them, until it is dropped.
pub(super) struct InHand(Hands);

impl Hands {
    pub fn one_more(&self) -> InHand {
        self.0.send_modify(|count| *count = count.saturating_add(1));
        InHand(self.clone())
    }

    async fn empty(&self) {
        // the sender is ours, so this ends with a count of none
        drop(self.0.subscribe().wait_for(|count| *count == 0).await);
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Takes tasks from the queue and has them run, until `shutdown` says so; what is in hand is finished, and given
/// back when it takes longer than a task may. A broker that is away is waited for. The future stays on its thread.
pub async fn consume(
    config: &BrokerConfig,
    registry: Registry,
    work: Arc<dyn Work>,
    mut shutdown: watch::Receiver<bool>,
) {
    let name = format!("ev-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let in_hand = Hands(Arc::new(watch::Sender::new(0)));
    let Registry { known, register } = registry;
    let (events, outbound) = Events::new();
    let shared = Arc::new(Shared { work, known, time_limit: config.time_limit, in_hand, events });
    let _place = Place::take(&name, &shared);
    let transport = Transport::new(config, shared.clone());
    let app = tokio::select! {
        app = build_until_it_can_be(config, &name, &register, &transport) => app,
        _ = shutdown.wait_for(|stop| *stop) => return,
    };
    let publishing = tokio::spawn(outbound.publish(config.clone(), app.hostname.clone()));
    let consuming = async {
        run(&app, &config.queue).await;
        std::future::pending().await
    };
    let ending = async {
        drop(shutdown.wait_for(|stop| *stop).await);
        transport.stop().await;
        if tokio::time::timeout(config.time_limit, shared.in_hand.empty()).await.is_err() {
            tracing::warn!("tasks take longer than they may; they are given back");
        }
        transport.end().await;
    };
    tokio::select! {
        () = consuming => {}
        () = ending => {}
    }
    drop(shared);
    publishing.abort();
}

/// rusty-celery's loop, which connects again by itself; it ends at SIGTERM, which it hears too, and takes no more then.
async fn run(app: &Arc<Celery>, queue: &str) {
    while let Err(error) = app.consume_from(&[queue]).await {
        tracing::warn!(%error, "rusty-celery's loop ended");
        tokio::time::sleep(WAIT).await;
    }
}

async fn build_until_it_can_be(
    config: &BrokerConfig,
    name: &str,
    register: &[Register],
    transport: &Transport,
) -> Arc<Celery> {
    loop {
        let patience = config.silence.saturating_add(Duration::from_secs(CONNECT_S.into()));
        match tokio::time::timeout(patience, build(config, name, register, transport)).await {
            Ok(Ok(app)) => return app,
            // its words may hold the password
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(host = config.host, port = config.port, "the broker does not answer")
            }
        }
        tokio::time::sleep(WAIT).await;
    }
}

/// rusty-celery can't be built without a connection of its own; that one is closed, and ours put in its place.
async fn build(
    config: &BrokerConfig,
    name: &str,
    register: &[Register],
    transport: &Transport,
) -> Result<Arc<Celery>, CeleryError> {
    let url = uri(config).to_string();
    let builder = CeleryBuilder::new(name, &url)
        .default_queue(&format!("{}.unused", config.queue))
        .broker_connection_timeout(CONNECT_S)
        .broker_connection_max_retries(1)
        .broker_connection_retry_delay(1);
    let mut app = builder.build().await?;
    let theirs = std::mem::replace(&mut app.broker, Box::new(transport.clone()));
    theirs.close().await?;
    for register in register {
        register(&app).await?;
    }
    Ok(Arc::new(app))
}
