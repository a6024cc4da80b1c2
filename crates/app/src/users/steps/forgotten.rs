//! Documents that nothing names any more: the row goes in the transaction, the content after its commit.

use infra::{db::Tx, files::FileStore, stored_files};

use crate::Result;

/// Forgets a document's row and gives the name of its content, which [`remove_content`] removes once this is committed.
///
/// # Errors
/// What the database says.
pub(crate) fn forget_file(tx: &mut Tx, file: Option<i64>) -> Result<Option<String>> {
    let Some(file) = file else { return Ok(None) };
    Ok(stored_files::remove(tx, file)?)
}

/// Removes the content of a document that was forgotten. Where the disk doesn't let it go it stays in the private folder
/// under a name that nobody knows, which an operator is told.
pub(crate) async fn remove_content(files: &FileStore, forgotten: Option<String>) {
    let Some(name) = forgotten else { return };
    if let Err(error) = files.remove(&name).await {
        tracing::error!(%error, name, "a document that was removed stays in the folder");
    }
}
