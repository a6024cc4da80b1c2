//! Documents that members send in beside their KYC, and staff verify.

use diesel::prelude::*;
use wallet_rules::{calendar::Instant, people::DocumentType};

use crate::{
    Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, last_insert_id},
    paging::{Rows, Slice},
    schema::compliance_documents,
};

/// A document as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = compliance_documents)]
pub struct ComplianceDocument {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// What it is.
    #[diesel(deserialize_as = Column<DocumentType>)]
    pub document_type: DocumentType,
    /// What its owner calls it.
    pub title: String,
    /// What its owner says of it.
    pub description: String,
    /// The file.
    pub file_id: i64,
    /// When it was sent in.
    #[diesel(deserialize_as = Column<Instant>)]
    pub uploaded_at: Instant,
    /// When it was verified.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub verified_at: Option<Instant>,
    /// Who verified it.
    pub verified_by: Option<i64>,
}

/// A document to be stored.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Whose it is.
    pub user_id: i64,
    /// What it is.
    pub document_type: DocumentType,
    /// What its owner calls it.
    pub title: String,
    /// What its owner says of it.
    pub description: String,
    /// The file.
    pub file_id: i64,
}

/// Inserts a document and gives its key.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, new: &NewDocument, now: Instant) -> Result<i64> {
    diesel::insert_into(compliance_documents::table)
        .values((
            compliance_documents::user_id.eq(new.user_id),
            compliance_documents::document_type.eq(new.document_type.as_str()),
            compliance_documents::title.eq(&new.title),
            compliance_documents::description.eq(&new.description),
            compliance_documents::file_id.eq(new.file_id),
            compliance_documents::uploaded_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// Notes who verified a document; false when it is verified already.
///
/// # Errors
/// What the database says.
pub fn verify(tx: &mut Tx, id: i64, reviewer: i64, now: Instant) -> Result<bool> {
    let verified = diesel::update(compliance_documents::table.find(id))
        .filter(compliance_documents::verified_at.is_null())
        .set((
            compliance_documents::verified_at.eq(Some(now.utc())),
            compliance_documents::verified_by.eq(Some(reviewer)),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(verified == 1)
}

/// Removes a document that nobody has verified; false when it is verified, or gone.
///
/// # Errors
/// What the database says.
pub fn remove_unverified(tx: &mut Tx, id: i64) -> Result<bool> {
    let removed = diesel::delete(compliance_documents::table.find(id))
        .filter(compliance_documents::verified_at.is_null())
        .execute(tx.connection())?;
    Ok(removed == 1)
}

/// Removes every document of a member, verified or not; their files have no row of theirs any more.
///
/// # Errors
/// What the database says.
pub fn remove_of_user(tx: &mut Tx, user_id: i64) -> Result<()> {
    diesel::delete(compliance_documents::table.filter(compliance_documents::user_id.eq(user_id)))
        .execute(tx.connection())?;
    Ok(())
}

/// The document with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<ComplianceDocument>> {
    Ok(compliance_documents::table
        .find(id)
        .select(ComplianceDocument::as_select())
        .first(reader.connection())
        .optional()?)
}

/// Documents, newest first; everyone's, or one member's (index `ix_compliance_documents_user`).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<ComplianceDocument>> {
    let matching = || {
        let mut query = compliance_documents::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(compliance_documents::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(compliance_documents::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(ComplianceDocument::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
