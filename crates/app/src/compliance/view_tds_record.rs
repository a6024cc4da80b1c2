//! One row of the tax register.

use infra::tds_register;

use super::{objects::TdsRecord, steps};
use crate::{App, Call, Error, Result};

/// The row with this key, for its member and for admins.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_tds_record(app: &App, call: &Call, id: i64) -> Result<TdsRecord> {
    let (actor, keys, now) = (call.actor.clone(), app.keys.clone(), app.clock.now());
    app.db
        .read(move |reader| {
            let row = tds_register::find(reader, id)?;
            let mine = row.filter(|row| actor.may_see(row.user_id)).ok_or(Error::NotFound)?;
            steps::show_records(reader, vec![mine], &keys, now)?.pop().ok_or(Error::NotFound)
        })
        .await
}
