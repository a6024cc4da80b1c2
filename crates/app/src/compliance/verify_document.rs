//! Staff verify a document.

use infra::{compliance_documents, users};
use serde_json::json;

use super::objects::ComplianceDocument;
use crate::{
    App, Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
};

/// Notes that the caller has verified another's document.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not staff, and for one's own document; [`Error::NotFound`]; a conflict,
/// `already_verified`.
pub async fn verify_document(app: &App, call: &Call, id: i64) -> Result<ComplianceDocument> {
    let (call, keys, now) = (call.clone(), app.keys.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            let actor = &call.actor;
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
            let deed = Deed {
                action: AuditAction::DocumentVerify,
                subject: Some(owner),
                row: Some(id),
                before: json!({ "is_verified": false }),
                after: json!({ "is_verified": true }),
            };
            record(tx, &call, &deed, now)?;
            ComplianceDocument::of(row, &keys, now)
        })
        .await
}
