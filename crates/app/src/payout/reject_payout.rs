//! An admin turns a payout down.

use infra::{
    db::Tx,
    payouts::{self, Step},
};
use wallet_rules::{calendar::Instant, ledger::Posting, payout::PayoutEvent};

use super::{objects::Payout, steps};
use crate::{App, Call, Done, Error, Result, audit::AuditAction, idempotency::once};

/// Letters of a reason at most.
const LONGEST_REASON: usize = 500;

/// Rejects somebody else's pending payout; the hold returns to the wallet.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own; a field error without a reason;
/// `invalid_state` when it is not pending.
pub async fn reject_payout(app: &App, call: &Call, payout: i64, reason: String) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| reject(tx, &call, payout, &reason, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn reject(tx: &mut Tx, call: &Call, id: i64, reason: &str, now: Instant) -> Result<Payout> {
    let seen = steps::for_admin(tx, call, id)?;
    let reason = steps::required_text("reason", reason, LONGEST_REASON)?;
    let payout = steps::lock(tx, &seen)?;
    let next = steps::next_state(&payout, PayoutEvent::Reject)?;
    let step = Step::Refuse { by: call.actor.id, reason: &reason };
    steps::advance(tx, &payout, next, &step, now)?;
    let posting = Posting::payout_returned(id, payout.user_id, payout.requested_amount)?;
    steps::post(tx, &posting, &call.cause(), now)?;
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::record_step(tx, call, AuditAction::PayoutReject, (&payout, &stored), now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}
