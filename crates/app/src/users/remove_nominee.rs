//! A member names nobody any more.

use infra::{nominees, users};

use super::steps::{forget_file, remove_content};
use crate::{App, Call, Error, Result};

/// Removes the caller's nominee, document and all.
///
/// # Errors
/// [`Error::NotFound`], also for another's, or [`Error::Forbidden`] where staff may see it.
pub async fn remove_nominee(app: &App, call: &Call, nominee: i64) -> Result<()> {
    let actor = call.actor.clone();
    let forgotten = app
        .db
        .write(move |tx| {
            users::lock(tx, actor.id)?.ok_or(Error::NotFound)?;
            let stored = nominees::find(tx, nominee)?.ok_or(Error::NotFound)?;
            if stored.user_id != actor.id {
                return Err(if actor.is_staff() { Error::Forbidden } else { Error::NotFound });
            }
            if !nominees::remove(tx, nominee)? {
                return Err(Error::NotFound);
            }
            forget_file(tx, stored.fields.id_proof_file_id)
        })
        .await?;
    remove_content(&app.files, forgotten).await;
    Ok(())
}
