//! Staff verify a document.

use infra::{compliance_documents, users};

use super::objects::ComplianceDocument;
use crate::{App, Call, Error, Result};

/// Notes that the caller has verified another's document.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not staff, and for one's own document; [`Error::NotFound`]; a conflict,
/// `already_verified`.
pub async fn verify_document(app: &App, call: &Call, id: i64) -> Result<ComplianceDocument> {
    let (actor, keys, now) = (call.actor.clone(), app.keys.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            if !actor.is_staff() {
                return Err(Error::Forbidden);
            }
            let owner = compliance_documents::find(tx, id)?.ok_or(Error::NotFound)?.user_id;
            actor.check_anothers(owner)?;
            users::lock(tx, owner)?;
            let is_verified = compliance_documents::verify(tx, id, actor.id, now)?;
            let row = compliance_documents::find(tx, id)?.ok_or(Error::NotFound)?;
            if !is_verified {
                return Err(Error::conflict("already_verified", "This document is verified already."));
            }
            ComplianceDocument::of(row, &keys, now)
        })
        .await
}
