//! Documents, newest first.

use infra::compliance_documents;

use super::objects::ComplianceDocument;
use crate::{App, Call, Listed, Page, Result};

/// The caller's own documents, or everyone's for staff.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_documents(app: &App, call: &Call, page: Page) -> Result<Listed<ComplianceDocument>> {
    let whose = (!call.actor.is_staff()).then_some(call.actor.id);
    let rows = app.db.read(move |reader| compliance_documents::list(reader, whose, page.slice())).await?;
    let now = app.clock.now();
    Listed::of(page, rows.try_map(|row| ComplianceDocument::of(row, &app.keys, now))?)
}
