//! An admin processes a payout: tax and instalments are posted, the net waits for the bank.

use std::collections::BTreeSet;

use infra::{
    bookings, buyers,
    db::Tx,
    kycs,
    payments::{self, Decision},
    payouts::{self, Step},
    plans, wallets,
};
use wallet_rules::{
    booking::PaymentMethod,
    calendar::Instant,
    ledger::Posting,
    payout::{EmiPart, PayoutEvent, PayoutStatus},
    people::KycStatus,
};

use super::{
    objects::Payout,
    steps::{self, Direction},
};
use crate::{
    App, Call, Done, Error, Result,
    audit::AuditAction,
    booking::steps::{PaymentToApply, apply_payment},
    idempotency::once,
};

/// Processes somebody else's pending payout (rule 20); with nothing for the bank to pay it is completed.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own; conflicts: `invalid_state` when it is
/// not pending, `payout_stale` when its KYC is no longer approved or an instalment no longer fits.
pub async fn process_payout(app: &App, call: &Call, payout: i64) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| process(tx, &call, payout, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn process(tx: &mut Tx, call: &Call, id: i64, now: Instant) -> Result<Payout> {
    let seen = steps::for_admin(tx, call, id)?;
    let payout = steps::lock(tx, &seen)?;
    let next = steps::next_state(&payout, PayoutEvent::Process)?;
    check_kyc(tx, &payout)?;
    let quote = payouts::quote(tx, &payout)?;
    let touched: BTreeSet<i64> = quote.parts.iter().map(|part| part.booking).collect();
    for booking in touched {
        bookings::lock(tx, booking)?.ok_or_else(|| Error::internal("a payout's booking is gone"))?;
    }
    steps::advance(tx, &payout, next, &Step::Process { by: call.actor.id }, now)?;
    for part in &quote.parts {
        pay_instalment(tx, &payout, part, &call.cause(), now).map_err(stale)?;
    }
    let posting = Posting::payout_processed(id, &quote)?;
    let transaction = steps::post(tx, &posting, &call.cause(), now)?;
    steps::record_tax(tx, &payout, Direction::Deducted, transaction, now)?;
    if next == PayoutStatus::Completed {
        wallets::add_withdrawn(tx, payout.user_id, payout.requested_amount, now)?;
    }
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::record_step(tx, call, AuditAction::PayoutProcess, (&payout, &stored), now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}

/// What the request needed must still stand, as the plan of the request has it.
fn check_kyc(tx: &mut Tx, payout: &payouts::Payout) -> Result<()> {
    let number = u32::try_from(payout.plan_version).map_err(Error::internal)?;
    let book = plans::book(tx)?;
    let version = book.as_ref().and_then(|book| book.version(number));
    let version = version.ok_or_else(|| Error::internal("a payout's plan version is missing"))?;
    let approved =
        kycs::find_of_user(tx, payout.user_id)?.is_some_and(|payee| payee.status == KycStatus::Approved);
    if version.plan.payout_requires_kyc && !approved {
        return Err(Error::conflict("payout_stale", "The member's KYC is no longer approved; reject it."));
    }
    Ok(())
}

/// Makes a payment of the part; its money moves with the payout's posting.
fn pay_instalment(
    tx: &mut Tx,
    payout: &payouts::Payout,
    part: &EmiPart<i64>,
    caused_by: &str,
    now: Instant,
) -> Result<()> {
    // each payment may change the buyer and the booking, so the next one reads both anew, under their locks
    let buyer = buyers::lock(tx, payout.user_id)?.ok_or(Error::NotFound)?;
    let booking = bookings::find(tx, part.booking)?.ok_or(Error::NotFound)?;
    let row = payments::NewPayment {
        booking_id: booking.id,
        user_id: payout.user_id,
        amount: part.amount,
        method: PaymentMethod::EmiAutoFill,
        plan_version: payout.plan_version,
        payout_id: Some(payout.id),
        pair_id: None,
        now,
    };
    let payment = payments::insert(tx, &row)?;
    let decision = Decision::default();
    let this = PaymentToApply {
        buyer: &buyer,
        booking: &booking,
        payment: &payment,
        decision: &decision,
        version: &plans::at(tx, now)?,
        caused_by,
    };
    apply_payment(tx, &this, now).map(|_| ())
}

/// An instalment that was frozen with the request and can't be paid any more.
fn stale(error: Error) -> Error {
    match error {
        Error::Rejected { detail, .. } => Error::Conflict { code: "payout_stale", detail },
        other => other,
    }
}
