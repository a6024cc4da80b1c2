//! The rows of uploaded documents; their contents are in [`crate::files`].

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    db::{Reader, Tx, last_insert_id},
    schema::{files, tds_certificates},
};

/// An uploaded document.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct StoredFile {
    /// Key.
    pub id: i64,
    /// Who sent it.
    pub user_id: i64,
    /// The name of its content in the private folder.
    pub storage_name: String,
    /// What it is, by its content.
    pub content_type: String,
    /// How long it is.
    pub bytes: i64,
}

/// A document to be noted; its content is stored already.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The name of its content in the private folder.
    pub storage_name: String,
    /// What it is, by its content.
    pub content_type: &'static str,
    /// How long it is.
    pub bytes: usize,
}

/// Notes a document and gives its key.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, user_id: i64, new: &NewFile, now: Instant) -> Result<i64> {
    diesel::insert_into(files::table)
        .values((
            files::user_id.eq(user_id),
            files::storage_name.eq(&new.storage_name),
            files::content_type.eq(new.content_type),
            files::bytes.eq(i64::try_from(new.bytes).map_err(Error::corrupt)?),
            files::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// The keys of a member's documents (index `ix_files_user`), but for the certificates of their tax.
///
/// # Errors
/// What the database says.
pub fn ids_of_user(reader: &mut Reader, user_id: i64) -> Result<Vec<i64>> {
    let certificates = tds_certificates::table
        .filter(tds_certificates::user_id.eq(user_id))
        .select(tds_certificates::file_id);
    Ok(files::table
        .filter(files::user_id.eq(user_id))
        .filter(files::id.ne_all(certificates))
        .order(files::id.asc())
        .select(files::id)
        .load(reader.connection())?)
}

/// The document with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<StoredFile>> {
    Ok(files::table.find(id).select(StoredFile::as_select()).first(reader.connection()).optional()?)
}

/// Forgets a document that no row names any more and gives the name of its content; none when it is not there.
///
/// # Errors
/// What the database says, also where a row names it still.
pub fn remove(tx: &mut Tx, id: i64) -> Result<Option<String>> {
    let found = find(tx, id)?;
    diesel::delete(files::table.find(id)).execute(tx.connection())?;
    Ok(found.map(|file| file.storage_name))
}
