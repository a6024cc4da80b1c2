//! Messages that nobody can run, as an operator handles them.

use infra::dead_letters::{self, DeadLetter};
use serde_json::json;

use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
};

/// Messages listed at most.
const MOST: i64 = 1000;

/// The messages that are kept, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn letters(app: &App) -> Result<Vec<DeadLetter>> {
    app.db.read(|reader| Ok::<_, Error>(dead_letters::list(reader, MOST)?)).await
}

/// Forgets one; false when it is not there.
///
/// # Errors
/// What the database says.
pub async fn forget_letter(app: &App, id: i64) -> Result<bool> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let forgotten = dead_letters::forget(tx, id)?;
            if forgotten {
                let deed = Deed {
                    action: AuditAction::LetterForget,
                    subject: None,
                    row: Some(id),
                    before: json!({}),
                    after: json!({}),
                };
                record(tx, COMMAND_LINE, &deed, now)?;
            }
            Ok::<_, Error>(forgotten)
        })
        .await
}
