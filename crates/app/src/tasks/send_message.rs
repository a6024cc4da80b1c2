//! Mail and SMS: sealed while they wait, opened only to be sent.

use infra::{
    db::Tx,
    outbox::Task,
    outsiders::Message,
    secrets::{Keys, Purpose},
};
use serde::{Deserialize, Serialize};
use wallet_rules::{calendar::Instant, identity::Identifier};

use super::{TaskKind, announce};
use crate::{App, Error, Result};

/// A message as it is sealed.
#[derive(Serialize, Deserialize)]
struct Payload {
    to: String,
    subject: String,
    body: String,
}

/// Announces a message to an address, by mail or SMS as the address is. `subject_row` and `occasion` name it
/// among its kind; the text may hold a secret and is sealed.
///
/// # Errors
/// [`Error::Internal`] when it can't be sealed, or was announced before.
pub(crate) fn announce_message(
    tx: &mut Tx,
    keys: &Keys,
    to: &Identifier,
    message: (&str, &str),
    (subject_row, occasion): (i64, &str),
    caused_by: &str,
    now: Instant,
) -> Result<()> {
    let kind = match to {
        Identifier::Email(_) => TaskKind::Mail,
        Identifier::Mobile(_) => TaskKind::Sms,
    };
    let (subject, body) = message;
    let payload = Payload { to: to.as_str().to_owned(), subject: subject.to_owned(), body: body.to_owned() };
    let text = serde_json::to_string(&payload).map_err(Error::internal)?;
    let sealed = keys.seal(Purpose::Message, &text)?;
    announce(tx, kind, subject_row, occasion, sealed, caused_by, now)
}

/// Sends a task's message. The task's key goes with it, so that a provider can tell a repetition.
pub(super) async fn send(app: &App, kind: TaskKind, task: &Task) -> Result<()> {
    let text = app.keys.open(Purpose::Message, &task.payload)?;
    let Payload { to, subject, body } = serde_json::from_str(&text).map_err(Error::internal)?;
    let message = Message { to, subject, body };
    match kind {
        TaskKind::Mail => app.mailer.send(&message, &task.task_key).await?,
        _ => app.sms.send(&message, &task.task_key).await?,
    }
    Ok(())
}
