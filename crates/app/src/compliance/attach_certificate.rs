//! An operator attaches the certificate of a member's tax.

use infra::{
    db::Tx,
    tds_certificates::{self, Quarter},
    users,
};
use serde_json::json;
use wallet_rules::calendar::Instant;

use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
    users::steps::{CheckedFields, Uploads, forget_file, remove_content},
};

/// The longest number of a certificate, in characters (`VARCHAR(32)`).
const NUMBER_CHARS: usize = 32;

/// A certificate to be attached.
#[derive(Clone, Debug)]
pub struct NewCertificate {
    /// Whose tax of which quarter it is about.
    pub quarter: Quarter,
    /// The number it was given.
    pub number: String,
    /// Its content: PDF, JPEG, PNG or WebP.
    pub file: Vec<u8>,
}

/// Attaches a certificate to a quarter in which tax was taken; another one takes the place of the first.
///
/// # Errors
/// Field errors, also when the register has no tax of that quarter.
pub async fn attach_certificate(app: &App, new: NewCertificate) -> Result<()> {
    let now = app.clock.now();
    let mut fields = CheckedFields::default();
    let number = fields.line("number", &new.number, NUMBER_CHARS);
    if number.is_empty() {
        fields.refuse("number", "This field may not be blank.");
    }
    let documents = vec![("file", Some(new.file))];
    Uploads::look_at(&documents, &mut fields);
    fields.check()?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (quarter, noted) = (new.quarter, uploads.clone());
    let outcome = app.db.write(move |tx| attach(tx, &quarter, &number, &noted, now)).await;
    let forgotten = uploads.settle(&app.files, outcome).await?;
    remove_content(&app.files, forgotten).await;
    Ok(())
}

fn attach(
    tx: &mut Tx,
    quarter: &Quarter,
    number: &str,
    uploads: &Uploads,
    now: Instant,
) -> Result<Option<String>> {
    let user = quarter.user_id;
    users::lock(tx, user)?.ok_or_else(|| Error::invalid("user", "There is no such account."))?;
    if !tds_certificates::has_tax(tx, quarter)? {
        return Err(Error::invalid("quarter", "No tax of this quarter stands in the register."));
    }
    let file = uploads.note(tx, "file", user, now)?;
    let file = file.ok_or_else(|| Error::internal("a certificate without its file"))?;
    let deed = Deed {
        action: AuditAction::CertificateAttach,
        subject: Some(user),
        row: None,
        before: json!({}),
        after: json!({ "financial_year": quarter.financial_year, "quarter": quarter.quarter }),
    };
    record(tx, COMMAND_LINE, &deed, now)?;
    match tds_certificates::find(tx, quarter)? {
        Some(before) => {
            tds_certificates::replace(tx, before.id, number, file, now)?;
            forget_file(tx, Some(before.file_id))
        }
        None => {
            tds_certificates::insert(tx, quarter, number, file, now)?;
            Ok(None)
        }
    }
}
