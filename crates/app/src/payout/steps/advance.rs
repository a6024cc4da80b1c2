//! Who may move a payout on, from where, and under which lock.

use infra::{
    buyers,
    db::Tx,
    ledger::{self, Posted},
    payouts::{self, Payout, Step},
};
use serde_json::json;
use wallet_rules::{
    calendar::Instant,
    ledger::Posting,
    payout::{PayoutEvent, PayoutStatus},
};

use crate::{
    Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
};

/// The payout, for an admin who decides about somebody else's.
///
/// # Errors
/// [`Error::Forbidden`], also for one's own; [`Error::NotFound`].
pub(in crate::payout) fn for_admin(tx: &mut Tx, call: &Call, id: i64) -> Result<Payout> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let payout = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    call.actor.check_anothers(payout.user_id)?;
    Ok(payout)
}

/// The payout, for the member whose it is.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub(in crate::payout) fn for_owner(tx: &mut Tx, call: &Call, id: i64) -> Result<Payout> {
    let payout = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    call.actor.check_own(payout.user_id)?;
    Ok(payout)
}

/// A text that must be given, trimmed.
///
/// # Errors
/// A field error when it is blank, or longer than its column.
pub(in crate::payout) fn required_text(field: &str, text: &str, longest: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "This field may not be blank."));
    }
    if text.chars().count() > longest {
        let limit = format!("Ensure this field has no more than {longest} characters.");
        return Err(Error::invalid(field, limit));
    }
    Ok(text.to_owned())
}

/// Takes the row lock of the payout's member, under which alone payouts move, and gives the payout as it is
/// then.
///
/// # Errors
/// What the database says.
pub(in crate::payout) fn lock(tx: &mut Tx, seen: &Payout) -> Result<Payout> {
    buyers::lock(tx, seen.user_id)?.ok_or(Error::NotFound)?;
    payouts::find(tx, seen.id)?.ok_or(Error::NotFound)
}

/// Where `event` takes the payout.
///
/// # Errors
/// `invalid_state` where there is no such arrow.
pub(in crate::payout) fn next_state(payout: &Payout, event: PayoutEvent) -> Result<PayoutStatus> {
    payout.status.next(event, payout.net_amount).ok_or_else(|| moved_on(payout.status))
}

/// Moves the payout's state on, by compare-and-set.
///
/// # Errors
/// `invalid_state` when it is not there any more.
pub(in crate::payout) fn advance(
    tx: &mut Tx,
    payout: &Payout,
    next: PayoutStatus,
    step: &Step<'_>,
    now: Instant,
) -> Result<()> {
    if payouts::advance(tx, payout, next, step, now)? { Ok(()) } else { Err(moved_on(payout.status)) }
}

/// Posts what follows from a payout's step, once; gives the ledger transaction, or none where nothing moves.
///
/// # Errors
/// [`Error::Internal`] when the step was posted before or the hold is short: the state stands against both.
pub(in crate::payout) fn post(
    tx: &mut Tx,
    posting: &Posting,
    caused_by: &str,
    now: Instant,
) -> Result<Option<i64>> {
    match ledger::post(tx, posting, caused_by, now)? {
        Posted::New { transaction } => Ok(Some(transaction)),
        Posted::Empty => Ok(None),
        Posted::Already { .. } => Err(Error::internal(format!("{} was posted before", posting.key))),
        Posted::Insufficient(account) => {
            Err(Error::internal(format!("{}: {account} would fall below zero", posting.key)))
        }
    }
}

/// What an admin did to the payout, for the audit.
///
/// # Errors
/// What the database says.
pub(in crate::payout) fn record_step(
    tx: &mut Tx,
    call: &Call,
    action: AuditAction,
    (before, after): (&Payout, &Payout),
    now: Instant,
) -> Result<()> {
    let deed = Deed {
        action,
        subject: Some(before.user_id),
        row: Some(before.id),
        before: json!({ "status": before.status }),
        after: json!({
            "status": after.status,
            "transaction_id": after.transaction_id,
            "reason": after.rejection_reason,
        }),
    };
    record(tx, call, &deed, now)
}

fn moved_on(status: PayoutStatus) -> Error {
    Error::conflict("invalid_state", format!("The payout is {status}."))
}
