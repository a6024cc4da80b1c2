//! One document.

use infra::compliance_documents;

use super::objects::ComplianceDocument;
use crate::{App, Call, Error, Result};

/// The caller's own document, or anyone's for staff.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_document(app: &App, call: &Call, id: i64) -> Result<ComplianceDocument> {
    let row =
        app.db.read(move |reader| compliance_documents::find(reader, id)).await?.ok_or(Error::NotFound)?;
    if row.user_id != call.actor.id && !call.actor.is_staff() {
        return Err(Error::NotFound);
    }
    ComplianceDocument::of(row, &app.keys, app.clock.now())
}
