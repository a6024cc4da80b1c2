//! Staff reject a KYC.

use wallet_rules::people::KycStatus;

use super::{
    objects::Reviewed,
    steps::{CheckedFields, review_kyc},
};
use crate::{App, Call, Error, Result};

/// The longest reason, in characters (`VARCHAR(500)`).
const REASON_CHARS: usize = 500;

/// Rejects another's pending record, for a reason that its owner sees.
///
/// # Errors
/// As [`super::approve_kyc`]; a field error on `reason`.
pub async fn reject_kyc(app: &App, call: &Call, kyc: i64, reason: &str) -> Result<Reviewed> {
    if !call.actor.is_staff() {
        return Err(Error::Forbidden);
    }
    let mut fields = CheckedFields::default();
    // a reason may have several lines
    let reason = fields.line("reason", &reason.replace(['\r', '\n', '\t'], " "), REASON_CHARS);
    if reason.is_empty() {
        fields.refuse("reason", "This field is required.");
    }
    fields.check()?;
    let now = app.clock.now();
    let call = call.clone();
    app.db.write(move |tx| review_kyc(tx, &call, kyc, KycStatus::Rejected, &reason, now)).await
}
