//! The bank has paid a payout.

use infra::{
    db::Tx,
    payouts::{self, Step},
    wallets,
};
use wallet_rules::{calendar::Instant, ledger::Posting, payout::PayoutEvent};

use super::{objects::Payout, steps};
use crate::{App, Call, Done, Error, Result, audit::AuditAction, idempotency::once};

/// Letters of a bank's reference at most.
const LONGEST_REFERENCE: usize = 64;

/// Completes somebody else's processed payout with the bank's reference.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own; a field error without the reference;
/// `invalid_state` when it is not processing.
pub async fn complete_payout(
    app: &App,
    call: &Call,
    payout: i64,
    transaction_id: String,
) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| complete(tx, &call, payout, &transaction_id, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn complete(tx: &mut Tx, call: &Call, id: i64, reference: &str, now: Instant) -> Result<Payout> {
    let seen = steps::for_admin(tx, call, id)?;
    let reference = steps::required_text("transaction_id", reference, LONGEST_REFERENCE)?;
    let payout = steps::lock(tx, &seen)?;
    let next = steps::next_state(&payout, PayoutEvent::Complete)?;
    let step = Step::Complete { by: call.actor.id, transaction_id: &reference };
    steps::advance(tx, &payout, next, &step, now)?;
    let posting = Posting::payout_completed(id, payout.net_amount)?;
    steps::post(tx, &posting, &call.cause(), now)?;
    wallets::add_withdrawn(tx, payout.user_id, payout.requested_amount, now)?;
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::record_step(tx, call, AuditAction::PayoutComplete, (&payout, &stored), now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}
