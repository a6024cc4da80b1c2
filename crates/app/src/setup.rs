//! What a new database needs before its first request.

use infra::{
    matcher, plans,
    tree_events::{self, TreeEvent},
};
use wallet_rules::plan::{Plan, PlanKey, PlanVersion};

use crate::{App, Error, Result};

/// Stores `configured` as plan version 1, in force from the beginning of this month, when the database has
/// no plan yet. Otherwise nothing changes: a plan is data, and the keys in which the configuration differs
/// from version 1 are given back, for a warning.
///
/// # Errors
/// What the database says.
pub async fn seed_plan(app: &App, configured: Plan) -> Result<Vec<PlanKey>> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            if let Some(book) = plans::book(tx)? {
                let first = book.version(1).ok_or_else(|| Error::internal("there is no plan version 1"))?;
                return Ok(first.plan.differing_keys(&configured));
            }
            let effective_from = now.month().first_instant();
            let version = PlanVersion { version: 1, effective_from, plan: configured.clone() };
            plans::insert(tx, &version, now)?;
            tree_events::append(tx, TreeEvent::Plan { version: 1 }, effective_from, "setup")?;
            Ok(Vec::new())
        })
        .await
}

/// Frees the matcher's seat, so that a process that was killed need not be waited for. Only for a process that
/// knows to be alone: the one that holds a SQLite file's lock.
///
/// # Errors
/// What the database says.
pub async fn vacate_seat(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.db.write(move |tx| Ok::<_, Error>(matcher::vacate_seat(tx, now)?)).await
}
