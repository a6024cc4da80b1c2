//! One task, run once: the only function that runs tasks, whoever calls it.

use chrono::TimeDelta;
use infra::{
    db::Tx,
    outbox::{self, Task},
};
use wallet_rules::calendar::Instant;

use super::{TaskKind, apply_reserve, post_bonus, post_pair, recheck_wallet, send_message};
use crate::{App, Error, Result};

/// How long nobody else sends a message that is being sent: longer than a provider may take to answer.
const SENDING: TimeDelta = TimeDelta::seconds(60);

fn is_message(task: &Task) -> bool {
    TaskKind::parse(&task.kind).is_some_and(TaskKind::is_message)
}

/// What became of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It took effect now.
    Done,
    /// It was not due, or done before; nothing happened.
    NotDue,
}

/// Runs the task with this key, if it is due. The try is counted before it is made; the effect and its
/// `done_at` are one transaction, so that it takes effect once. A failure is recorded in the row, and
/// the task is due again after its back-off, until it is given up.
///
/// # Errors
/// What the task's effect gives, after it is recorded; what the database says.
pub async fn run(app: &App, id: i64) -> Result<Ran> {
    let now = app.clock.now();
    let claimed = app.db.write(move |tx| {
        let claimed = outbox::claim(tx, id, now)?;
        if claimed.as_ref().is_some_and(is_message) {
            outbox::postpone(tx, id, now.plus(SENDING))?;
        }
        Ok::<_, Error>(claimed)
    });
    match claimed.await? {
        Some(task) => run_claimed(app, task).await,
        None => Ok(Ran::NotDue),
    }
}

/// Claims in one transaction what is tried for the first time and takes effect in the database alone; messages
/// take longer than the first back-off, so each is claimed when it is sent.
///
/// # Errors
/// What the database says.
pub(super) async fn claim_first_tries(app: &App, ids: Vec<i64>) -> Result<Vec<Task>> {
    let now = app.clock.now();
    let kinds = TaskKind::ALL.into_iter().filter(|kind| !kind.is_message()).map(TaskKind::as_str);
    let kinds: Vec<_> = kinds.collect();
    app.db.write(move |tx| Ok(outbox::claim_first_tries(tx, &ids, &kinds, now)?)).await
}

/// Runs a task whose try is counted.
///
/// # Errors
/// As [`run`].
pub(super) async fn run_claimed(app: &App, task: Task) -> Result<Ran> {
    let (id, now) = (task.id, app.clock.now());
    let outcome = match TaskKind::parse(&task.kind) {
        Some(kind) if kind.is_message() => send_and_finish(app, kind, &task, now).await,
        Some(kind) => take_effect(app, kind, &task, now).await,
        None => Err(Error::internal(format!("there is no task called {}", task.kind))),
    };
    app.metrics.task_run(&task.kind, outcome.is_ok());
    if let Err(error) = &outcome {
        tracing::warn!(task = id, kind = task.kind, attempt = task.attempts, %error, "a task failed");
        let (text, failed_at) = (error.to_string(), app.clock.now());
        let again = is_message(&task).then(|| failed_at.plus(outbox::backoff_after(task.attempts)));
        let recorded = app.db.write(move |tx| {
            if let Some(again) = again {
                outbox::postpone(tx, id, again)?;
            }
            Ok::<_, Error>(outbox::record_failure(tx, id, &text, failed_at)?)
        });
        recorded.await?;
    }
    outcome
}

async fn take_effect(app: &App, kind: TaskKind, task: &Task, now: Instant) -> Result<Ran> {
    let (id, subject) = (task.id, task.subject_id);
    let cause = format!("task {id} after {}", task.caused_by);
    let cause: String = cause.chars().take(100).collect();
    let ran = app
        .db
        .write(move |tx| {
            if !outbox::finish(tx, id, now)? {
                return Ok(Ran::NotDue);
            }
            effect(tx, kind, subject, &cause, now)?;
            Ok::<_, Error>(Ran::Done)
        })
        .await?;
    app.signals.committed();
    Ok(ran)
}

fn effect(tx: &mut Tx, kind: TaskKind, subject: i64, cause: &str, now: Instant) -> Result<()> {
    match kind {
        TaskKind::PaymentCompleted => post_bonus::post_bonus(tx, subject, cause, now),
        TaskKind::PairMatched => post_pair::post_pair(tx, subject, cause, now),
        TaskKind::EmiAutofill => apply_reserve::apply_reserve(tx, subject, cause, now),
        TaskKind::WalletUpdate => recheck_wallet::recheck_wallet(tx, subject),
        TaskKind::Mail | TaskKind::Sms => Err(Error::internal("messages are sent outside transactions")),
    }
}

/// Messages go out at least once: sent first, outside any transaction, then marked done.
async fn send_and_finish(app: &App, kind: TaskKind, task: &Task, now: Instant) -> Result<Ran> {
    let id = task.id;
    send_message::send(app, kind, task).await?;
    let finished = app.db.write(move |tx| Ok::<_, Error>(outbox::finish(tx, id, now)?)).await?;
    Ok(if finished { Ran::Done } else { Ran::NotDue })
}
