//! One nominee.

use infra::nominees;

use super::objects::Nominee;
use crate::{App, Call, Error, Result};

/// The caller's own nominee, or anyone's for staff, with the whole number of its proof.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_nominee(app: &App, call: &Call, nominee: i64) -> Result<Nominee> {
    let row = app.db.read(move |reader| nominees::find(reader, nominee)).await?.ok_or(Error::NotFound)?;
    if row.user_id != call.actor.id && !call.actor.is_staff() {
        return Err(Error::NotFound);
    }
    Nominee::whole(row, &app.keys, app.clock.now())
}
