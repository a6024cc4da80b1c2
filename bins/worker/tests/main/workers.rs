//! Workers in this process, each on a thread of its own.

use std::{
    future::Future,
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use app::App;
use infra::{
    broker::{Kind, Registry, Work},
    config::BrokerConfig,
};
use tokio::sync::watch;

/// Nothing takes so long but what is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something that runs until it is stopped.
pub struct Running {
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Running {
    fn start<F: Future<Output = ()>>(work: impl FnOnce(watch::Receiver<bool>) -> F + Send + 'static) -> Self {
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(work(stopped));
        });
        Self { stop, thread }
    }

    /// Takes what the broker brings for this work.
    pub fn consumer(config: &BrokerConfig, work: Arc<dyn Work>) -> Self {
        let config = config.clone();
        let registry = || Registry::default().with::<Payment>().with::<Wallet>();
        Self::start(move |stopped| async move {
            infra::broker::consume(&config, registry(), work, stopped).await;
        })
    }

    /// Runs the platform's tasks.
    pub fn worker(app: &App, config: &BrokerConfig) -> Self {
        let (app, config) = (app.clone(), config.clone());
        Self::start(move |stopped| app::tasks::consume(app, config, stopped))
    }

    /// Sends the platform's tasks.
    pub fn relay(app: &App, config: &BrokerConfig) -> Self {
        let (app, config) = (app.clone(), config.clone());
        Self::start(move |stopped| app::tasks::relay(app, config, stopped))
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(self) {
        self.stop.send_replace(true);
        let deadline = Instant::now() + PATIENCE;
        while !self.thread.is_finished() {
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        self.thread.join().expect("it ended without a panic");
    }
}

pub struct Payment;

impl Kind for Payment {
    const NAME: &'static str = "payment_completed";
    const ARGUMENT: &'static str = "payment_id";
}

pub struct Wallet;

impl Kind for Wallet {
    const NAME: &'static str = "wallet_update";
    const ARGUMENT: &'static str = "user_id";
}

/// Waits until it is so.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
