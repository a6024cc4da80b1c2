//! A member sends in a document.

use infra::{
    compliance_documents::{self, NewDocument},
    users,
};
use wallet_rules::people::DocumentType;

use super::objects::ComplianceDocument;
use crate::{
    App, Call, Error, Result,
    users::steps::{CheckedFields, Uploads},
};

/// The longest title, in characters (`VARCHAR(200)`).
const TITLE_CHARS: usize = 200;
/// The longest description, in characters (`VARCHAR(1000)`).
const DESCRIPTION_CHARS: usize = 1_000;

/// What a member sends in.
#[derive(Clone)]
pub struct DocumentInput {
    /// What it is.
    pub document_type: DocumentType,
    /// What they call it.
    pub title: String,
    /// What they say of it.
    pub description: String,
    /// Its content.
    pub file: Vec<u8>,
}

/// Shows nothing of it.
impl std::fmt::Debug for DocumentInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocumentInput(…)")
    }
}

/// Stores the caller's document, which nobody has verified yet.
///
/// # Errors
/// Field errors.
pub async fn upload_document(app: &App, call: &Call, input: DocumentInput) -> Result<ComplianceDocument> {
    let now = app.clock.now();
    let mut fields = CheckedFields::default();
    let title = fields.line("title", &input.title, TITLE_CHARS);
    if title.is_empty() {
        fields.refuse("title", "This field may not be blank.");
    }
    let description = input.description.trim().to_owned();
    if description.chars().count() > DESCRIPTION_CHARS {
        fields.refuse("description", format!("At most {DESCRIPTION_CHARS} characters."));
    }
    let documents = vec![("file", Some(input.file))];
    Uploads::look_at(&documents, &mut fields);
    fields.check()?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (user, document_type, noted, keys) =
        (call.actor.id, input.document_type, uploads.clone(), app.keys.clone());
    let outcome = app
        .db
        .write(move |tx| {
            users::lock(tx, user)?.ok_or(Error::NotFound)?;
            let file_id = noted.note(tx, "file", user, now)?;
            let new = NewDocument {
                user_id: user,
                document_type,
                title: title.clone(),
                description: description.clone(),
                file_id: file_id.ok_or_else(|| Error::internal("a document without its file"))?,
            };
            let id = compliance_documents::insert(tx, &new, now)?;
            let row = compliance_documents::find(tx, id)?.ok_or(Error::NotFound)?;
            ComplianceDocument::of(row, &keys, now)
        })
        .await;
    uploads.settle(&app.files, outcome).await
}
