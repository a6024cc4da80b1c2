//! Runs what the broker brings.

use std::sync::Arc;

use futures_util::{FutureExt as _, future::BoxFuture};
use infra::{
    broker::{self, Kind, Letter, Received, Registry, Taken, Trouble, Work},
    config::BrokerConfig,
    dead_letters,
};
use tokio::sync::watch;

use super::{TaskKind, run, take_in};
use crate::{App, Error};

/// Runs what the broker brings until `shutdown` says so; what is in hand is finished. The future stays on its thread.
pub async fn consume(app: App, config: BrokerConfig, shutdown: watch::Receiver<bool>) {
    broker::consume(&config, registry(), Arc::new(Tasks(app)), shutdown).await;
}

/// The kind at this place of [`TaskKind::ALL`]: the broker knows kinds by their types.
struct At<const PLACE: usize>;

impl<const PLACE: usize> Kind for At<PLACE> {
    const NAME: &'static str = TaskKind::ALL[PLACE].as_str();
    const ARGUMENT: &'static str = TaskKind::ALL[PLACE].argument();
}

fn registry() -> Registry {
    const { assert!(TaskKind::ALL.len() == 6, "each kind is registered below") };
    Registry::default()
        .with::<At<0>>()
        .with::<At<1>>()
        .with::<At<2>>()
        .with::<At<3>>()
        .with::<At<4>>()
        .with::<At<5>>()
}

struct Tasks(App);

impl Work for Tasks {
    fn take_in<'a>(&'a self, task: &'a Received) -> BoxFuture<'a, Result<Taken, Trouble>> {
        take_in(&self.0, task).map(|taken| taken.map_err(trouble)).boxed()
    }

    fn run(&self, row: i64) -> BoxFuture<'_, Result<(), String>> {
        run(&self.0, row).map(|ran| ran.map(drop).map_err(|error| error.to_string())).boxed()
    }

    fn bury(&self, letter: Letter) -> BoxFuture<'_, Result<(), Trouble>> {
        let now = self.0.clock.now();
        let kept = self.0.db.write(move |tx| Ok::<_, Error>(dead_letters::keep(tx, &letter, now)?));
        kept.map(|kept| kept.map_err(trouble)).boxed()
    }
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Unavailable(error) => Trouble::Away(error.to_string()),
        other => Trouble::Refused(other.to_string()),
    }
}
