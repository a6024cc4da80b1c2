//! The bank could not pay a payout.

use infra::{
    db::Tx,
    payouts::{self, Step},
};
use wallet_rules::{calendar::Instant, ledger::Posting, payout::PayoutEvent};

use super::{
    objects::Payout,
    steps::{self, Direction},
};
use crate::{App, Call, Done, Error, Result, audit::AuditAction, idempotency::once};

/// Letters of a reason at most.
const LONGEST_REASON: usize = 500;

/// Fails somebody else's processed payout: net and tax return to the wallet, its instalments stay paid.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own; a field error without a reason;
/// `invalid_state` when it is not processing.
pub async fn fail_payout(app: &App, call: &Call, payout: i64, reason: String) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| fail(tx, &call, payout, &reason, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn fail(tx: &mut Tx, call: &Call, id: i64, reason: &str, now: Instant) -> Result<Payout> {
    let seen = steps::for_admin(tx, call, id)?;
    let reason = steps::required_text("reason", reason, LONGEST_REASON)?;
    let payout = steps::lock(tx, &seen)?;
    let next = steps::next_state(&payout, PayoutEvent::Fail)?;
    let step = Step::Refuse { by: call.actor.id, reason: &reason };
    steps::advance(tx, &payout, next, &step, now)?;
    let posting = Posting::payout_failed(id, payout.user_id, payout.net_amount, payout.tds_amount)?;
    let transaction = steps::post(tx, &posting, &call.cause(), now)?;
    steps::record_tax(tx, &payout, Direction::Returned, transaction, now)?;
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::record_step(tx, call, AuditAction::PayoutFail, (&payout, &stored), now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}
