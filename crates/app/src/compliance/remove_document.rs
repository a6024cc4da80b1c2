//! A member takes a document back.

use infra::{compliance_documents, users};

use crate::{
    App, Call, Error, Result,
    users::steps::{forget_file, remove_content},
};

/// Removes the caller's own document with its file, while nobody has verified it.
///
/// # Errors
/// [`Error::NotFound`], also for another's, or [`Error::Forbidden`] where staff may see it; a conflict,
/// `already_verified`.
pub async fn remove_document(app: &App, call: &Call, id: i64) -> Result<()> {
    let actor = call.actor.clone();
    let forgotten = app
        .db
        .write(move |tx| {
            users::lock(tx, actor.id)?.ok_or(Error::NotFound)?;
            let row = compliance_documents::find(tx, id)?.ok_or(Error::NotFound)?;
            if row.user_id != actor.id {
                return Err(if actor.is_staff() { Error::Forbidden } else { Error::NotFound });
            }
            if !compliance_documents::remove_unverified(tx, id)? {
                return Err(Error::conflict("already_verified", "A document that was verified stays."));
            }
            forget_file(tx, Some(row.file_id))
        })
        .await?;
    remove_content(&app.files, forgotten).await;
    Ok(())
}
