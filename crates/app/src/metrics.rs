//! How the platform does, in figures for Prometheus.

use infra::{house, metrics::Gauges, outbox};
use money::Paise;
use wallet_rules::ledger::AccountKind;

use crate::{App, Error, Result, tree};

/// Prometheus's name for its text format.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The name under which the ledger shows what all members' accounts hold together.
const MEMBERS: &str = "members";

/// What this process counted and how the platform stands now, in Prometheus's text format. While the database
/// does not answer, its figures are left out and `database_up` is 0.
///
/// # Errors
/// [`Error::Internal`] never in practice.
pub async fn text(app: &App) -> Result<String> {
    let mut gauges = Gauges::default();
    let loads = app.db.loads();
    let of_each =
        |figure: fn(&infra::db::Load) -> i64| loads.map(|(kind, load)| (kind.to_owned(), figure(&load)));
    let callers = of_each(|load| i64::try_from(load.callers).unwrap_or(i64::MAX));
    gauges.add_each(
        "database_callers",
        "Work that the database does now or that waits for it",
        "kind",
        &callers,
    );
    let connections = of_each(|load| load.connections.into());
    gauges.add_each("database_connections", "Connections that are open", "kind", &connections);
    let stored = add_stored(app, &mut gauges).await;
    if let Err(error) = &stored {
        tracing::warn!(%error, "the database gives no figures");
    }
    gauges.add("database_up", "1 while the database answers", stored.is_ok().into());
    Ok(app.metrics.text(gauges)?)
}

async fn add_stored(app: &App, gauges: &mut Gauges) -> Result<()> {
    let now = app.clock.now();
    let (tasks, ledger) = app
        .db
        .snapshot(move |reader| Ok::<_, Error>((outbox::standing(reader, now)?, ledger_totals(reader)?)))
        .await?;
    let matcher = tree::matcher_health(app).await?;
    let age_s = tasks.oldest_due.map_or(0, |due| now.since(due).num_seconds());
    gauges.add("outbox_oldest_due_age_seconds", "How long the task that is due longest has been due", age_s);
    gauges.add("outbox_given_up_tasks", "Tasks that wait for a person", tasks.given_up);
    gauges.add("matcher_waiting_events", "Events that have no place in the tree's log", matcher.waiting);
    gauges.add("matcher_lag_seconds", "How long the oldest of them waits", matcher.lag_s);
    gauges.add("tree_loaded", "1 once this process has the trees in memory", matcher.loaded.into());
    let help = "What an account of the house holds, in paise, and what all accounts of members hold together";
    gauges.add_each("ledger_balance_paise", help, "account", &ledger);
    Ok(())
}

/// What each account of the house holds, by its sealed checkpoint; all moves sum to zero, so members hold what the
/// house lacks.
fn ledger_totals(reader: &mut infra::db::Reader) -> Result<Vec<(String, i64)>> {
    let (mut totals, mut members) = (Vec::new(), Paise::ZERO);
    for kind in AccountKind::ALL.iter().filter(|kind| kind.is_house()) {
        let balance = house::balance(reader, *kind)?;
        members = members.checked_sub(balance)?;
        totals.push((kind.as_str().to_owned(), balance.get()));
    }
    totals.push((MEMBERS.to_owned(), members.get()));
    Ok(totals)
}
