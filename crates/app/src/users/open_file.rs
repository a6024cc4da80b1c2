//! A private file is opened by its short-lived link.

use infra::stored_files;

use super::steps::read_file_link;
use crate::{App, Error, Result};

/// A private file.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedFile {
    /// What it is, by its content, as it was stored.
    pub content_type: String,
    /// All of it.
    pub content: Vec<u8>,
}

/// Opens the file of a link, `/media/{token}`: whoever has the link has been allowed to see the file.
///
/// # Errors
/// [`Error::NotFound`] when the link is not ours or its time is over.
pub async fn open_file(app: &App, token: &str) -> Result<OpenedFile> {
    let file = read_file_link(&app.keys, token, app.clock.now())?.ok_or(Error::NotFound)?;
    let row = app.db.read(move |reader| stored_files::find(reader, file)).await?.ok_or(Error::NotFound)?;
    let content = app
        .files
        .read(&row.storage_name)
        .await?
        .ok_or_else(|| Error::internal(format!("the content of file {file} is gone")))?;
    Ok(OpenedFile { content_type: row.content_type, content })
}
