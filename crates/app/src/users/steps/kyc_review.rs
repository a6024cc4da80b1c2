//! A review of a KYC.

use infra::{db::Tx, kycs, notifications, users};
use serde_json::json;
use wallet_rules::{
    calendar::Instant,
    occasion::{Occasion, Subject},
    people::KycStatus,
};

use crate::{
    Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
    users::objects::Reviewed,
};

/// Moves a pending record to the outcome of its review, and tells its owner.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not staff, and for one's own record; [`Error::NotFound`]; a conflict,
/// `already_reviewed`.
pub(crate) fn review_kyc(
    tx: &mut Tx,
    call: &Call,
    id: i64,
    outcome: KycStatus,
    reason: &str,
    now: Instant,
) -> Result<Reviewed> {
    let reviewer = &call.actor;
    if !reviewer.is_staff() {
        return Err(Error::Forbidden);
    }
    let owner = kycs::find(tx, id)?.ok_or(Error::NotFound)?.user_id;
    reviewer.check_anothers(owner)?;
    // its owner's changes and payouts hold this lock too
    users::lock(tx, owner)?;
    if !kycs::review(tx, id, outcome, (reviewer.id, reason), now)? {
        return Err(Error::conflict("already_reviewed", "This KYC is not waiting for a review."));
    }
    let review = notifications::count_about(tx, owner, Subject::Kyc, id)?.saturating_add(1);
    notifications::insert(tx, owner, &Occasion::Kyc { kyc: id, review, status: outcome, reason }, now)?;
    let deed = Deed {
        action: match outcome {
            KycStatus::Approved => AuditAction::KycApprove,
            KycStatus::Pending | KycStatus::Rejected => AuditAction::KycReject,
        },
        subject: Some(owner),
        row: Some(id),
        before: json!({ "status": KycStatus::Pending }),
        after: json!({ "status": outcome, "reason": reason }),
    };
    record(tx, call, &deed, now)?;
    Ok(Reviewed { status: outcome })
}
