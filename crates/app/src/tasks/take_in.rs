//! A task that somebody else sent through the broker.

use infra::{
    Unique,
    broker::{Received, Taken},
    db::Tx,
    dead_letters,
    outbox::{self, NewTask},
    pairs, payments, users,
};
use wallet_rules::calendar::Instant;

use super::TaskKind;
use crate::{App, Error, Result};

/// Announces it as a task of ours, once for each id that its sender gave it, so that it is counted, tried again and
/// listed as any other. It can't do more than one that we announced: what has no cause in the database is a no-op.
/// One that names nothing in the database is kept as a dead letter.
///
/// # Errors
/// What the database says.
pub async fn take_in(app: &App, task: &Received) -> Result<Taken> {
    let (now, task) = (app.clock.now(), task.clone());
    app.db
        .write(move |tx| match missing(tx, &task)? {
            Some(reason) => {
                dead_letters::keep(tx, &task.letter(reason), now)?;
                Ok(Taken::Buried)
            }
            None => announce(tx, &task, now),
        })
        .await
}

/// What the task names and the database does not have.
fn missing(tx: &mut Tx, task: &Received) -> Result<Option<String>> {
    let subject = task.subject;
    let (what, is_there) = match TaskKind::parse(&task.kind) {
        Some(TaskKind::PaymentCompleted) => ("payment", payments::find(tx, subject)?.is_some()),
        Some(TaskKind::PairMatched) => ("pair", pairs::find(tx, subject)?.is_some()),
        Some(TaskKind::EmiAutofill | TaskKind::WalletUpdate) => ("user", users::find(tx, subject)?.is_some()),
        // its text is in the outbox row that announces it
        Some(TaskKind::Mail | TaskKind::Sms) | None => ("announced task of this name about", false),
    };
    Ok((!is_there).then(|| format!("there is no {what} {subject}")))
}

fn announce(tx: &mut Tx, task: &Received, now: Instant) -> Result<Taken> {
    let task_key = format!("{}:{}:celery:{}", task.kind, task.subject, task.task_id);
    let due = task.eta.map_or(now, |eta| now.max(Instant::from_utc(eta.naive_utc())));
    let caused_by = format!("celery {}", task.task_id);
    let (kind, subject_id) = (task.kind.as_str(), task.subject);
    let new = NewTask { kind, task_key, subject_id, payload: String::new(), caused_by: &caused_by };
    let row = match outbox::announce_for(tx, &new, due, now) {
        // its double was faster
        Err(infra::Error::Duplicate(Unique::OutboxKey)) => outbox::find_by_key(tx, &new.task_key)?,
        announced => Some(announced?),
    };
    row.map(Taken::Row).ok_or_else(|| Error::internal("a task that stands in the way is missing"))
}
