//! `pair_matched(pair)`: a pair's earning, posted from its stored split (rules 14 and 15).

use infra::{
    bookings::{self, Booking},
    buyers,
    db::Tx,
    ledger::{self, Posted},
    notifications,
    pairs::{self, Pair},
    payments::{self, Decision, Payment},
    plans, wallets,
};
use money::Paise;
use wallet_rules::{
    booking::PaymentMethod,
    calendar::Instant,
    earning::{PairStatus, Spread, spread_emi},
    ledger::Posting,
    occasion::Occasion,
};

use crate::{
    Error, Result,
    booking::{
        objects::state_of,
        steps::{PaymentToApply, apply_payment},
    },
};

/// Posts the earning once (key `pair:{id}`) and tells its owner; its EMI part pays the owner's oldest open bookings, and what
/// those can't take waits in the EMI reserve.
pub(super) fn post_pair(tx: &mut Tx, pair: i64, cause: &str, now: Instant) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair)? else { return Ok(()) };
    if pair.status != PairStatus::Matched {
        return Ok(());
    }
    buyers::lock(tx, pair.user_id)?.ok_or_else(|| Error::internal("a pair's owner is gone"))?;
    let split = pair.split();
    let spread = pay_bookings(tx, &pair, split.emi, cause, now)?;
    let posting = Posting::pair_earning(pair.id, pair.user_id, &split, &spread)?;
    match ledger::post(tx, &posting, cause, now)? {
        Posted::New { .. } | Posted::Empty => {}
        Posted::Already { .. } => return Err(Error::internal("a pair was posted before it was processed")),
        Posted::Insufficient(account) => {
            return Err(Error::internal(format!("{account} would fall below zero")));
        }
    }
    wallets::add_earned(tx, pair.user_id, split.gross, now)?;
    if !pairs::set_processed(tx, pair.id, now)? {
        return Err(Error::internal("a pair moved under its owner's lock"));
    }
    let number = pair.pair_number.ok_or_else(|| Error::internal("a matched pair has no number"))?;
    let occasion = Occasion::Pair { pair: pair.id, number, split };
    Ok(notifications::insert(tx, pair.user_id, &occasion, now)?)
}

/// Records the EMI part as payments of the bookings that take it; the money moves with the pair's posting.
fn pay_bookings(tx: &mut Tx, pair: &Pair, emi: Paise, cause: &str, now: Instant) -> Result<Spread<i64>> {
    let open = if emi.is_positive() { bookings::open_of_user(tx, pair.user_id)? } else { Vec::new() };
    let spread = spread_emi(emi, open.iter().map(|booking| (booking.id, state_of(booking).remaining())));
    for &(booking, part) in &spread.parts {
        // each payment may change the buyer, so the next one sees the row anew
        let buyer = buyers::lock(tx, pair.user_id)?.ok_or(Error::NotFound)?;
        let booking = bookings::lock(tx, booking)?.ok_or(Error::NotFound)?;
        let payment = insert_part(tx, pair, &booking, part, now)?;
        let decision = Decision::default();
        let this = PaymentToApply {
            buyer: &buyer,
            booking: &booking,
            payment: &payment,
            decision: &decision,
            version: &plans::at(tx, now)?,
            caused_by: cause,
        };
        apply_payment(tx, &this, now)?;
    }
    Ok(spread)
}

fn insert_part(tx: &mut Tx, pair: &Pair, booking: &Booking, part: Paise, now: Instant) -> Result<Payment> {
    let row = payments::NewPayment {
        booking_id: booking.id,
        user_id: pair.user_id,
        amount: part,
        method: PaymentMethod::EmiDeduction,
        plan_version: pair.plan_version,
        payout_id: None,
        pair_id: Some(pair.id),
        now,
    };
    Ok(payments::insert(tx, &row)?)
}
