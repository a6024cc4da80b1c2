//! Staff approve a KYC.

use wallet_rules::people::KycStatus;

use super::{objects::Reviewed, steps::review_kyc};
use crate::{App, Call, Result};

/// Approves another's pending record.
///
/// # Errors
/// [`crate::Error::Forbidden`] for whoever is not staff, and for one's own record;
/// [`crate::Error::NotFound`]; a conflict, `already_reviewed`.
pub async fn approve_kyc(app: &App, call: &Call, kyc: i64) -> Result<Reviewed> {
    let now = app.clock.now();
    let call = call.clone();
    app.db.write(move |tx| review_kyc(tx, &call, kyc, KycStatus::Approved, "", now)).await
}
