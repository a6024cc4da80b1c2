//! Tasks as an operator handles them.

use infra::outbox::{self, Task};
use serde_json::json;

use super::{Ran, run};
use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
};

/// Tasks listed at most.
const MOST: i64 = 1000;

/// Tasks that are not done, the ones that were given up first.
///
/// # Errors
/// What the database says.
pub async fn list(app: &App) -> Result<Vec<Task>> {
    app.db.read(|reader| Ok::<_, Error>(outbox::unfinished(reader, MOST)?)).await
}

/// Runs a task now, whenever it would be due; one that was given up begins again.
///
/// # Errors
/// What the task gives; what the database says.
pub async fn retry(app: &App, id: i64) -> Result<Ran> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            if !outbox::revive(tx, id, now)? {
                return Ok(());
            }
            let deed = Deed {
                action: AuditAction::TaskRetry,
                subject: None,
                row: Some(id),
                before: json!({}),
                after: json!({}),
            };
            record(tx, COMMAND_LINE, &deed, now)
        })
        .await?;
    run(app, id).await
}
