//! A member takes a payout back.

use infra::{
    db::Tx,
    payouts::{self, Step},
};
use wallet_rules::{calendar::Instant, ledger::Posting, payout::PayoutEvent};

use super::{objects::Payout, steps};
use crate::{App, Call, Done, Error, Result, idempotency::once};

/// Cancels the caller's pending payout; the hold returns to the wallet.
///
/// # Errors
/// [`Error::NotFound`] for another's; `invalid_state` when it is not pending.
pub async fn cancel_payout(app: &App, call: &Call, payout: i64) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| cancel(tx, &call, payout, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn cancel(tx: &mut Tx, call: &Call, id: i64, now: Instant) -> Result<Payout> {
    let seen = steps::for_owner(tx, call, id)?;
    let payout = steps::lock(tx, &seen)?;
    let next = steps::next_state(&payout, PayoutEvent::Cancel)?;
    steps::advance(tx, &payout, next, &Step::Cancel { by: call.actor.id }, now)?;
    let posting = Posting::payout_returned(id, payout.user_id, payout.requested_amount)?;
    steps::post(tx, &posting, &call.cause(), now)?;
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}
