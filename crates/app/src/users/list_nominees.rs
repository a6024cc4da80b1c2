//! Nominees, newest first.

use infra::nominees;

use super::objects::Nominee;
use crate::{App, Call, Listed, Page, Result};

/// The caller's own nominee, or everyone's for staff; of others' proofs the list shows the last characters.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_nominees(app: &App, call: &Call, page: Page) -> Result<Listed<Nominee>> {
    let me = call.actor.id;
    let whose = (!call.actor.is_staff()).then_some(me);
    let rows = app.db.read(move |reader| nominees::list(reader, whose, page.slice())).await?;
    let now = app.clock.now();
    let shown = rows.try_map(|row| {
        if row.user_id == me {
            Nominee::whole(row, &app.keys, now)
        } else {
            Nominee::masked(row, &app.keys, now)
        }
    });
    Listed::of(page, shown?)
}
