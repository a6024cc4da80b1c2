//! `emi_autofill(user)`: the EMI reserve pays what is open (rule 14).

use infra::{
    bookings, buyers,
    db::Tx,
    ledger,
    payments::{self, Decision},
    plans,
};
use wallet_rules::{booking::PaymentMethod, calendar::Instant};

use crate::{
    Error, Result,
    booking::{
        objects::state_of,
        steps::{Funding, PaymentToApply, complete_payment},
    },
};

/// Applies the reserve to the member's open bookings, oldest first, whole, up to what remains of each; with
/// nothing in the reserve, or nothing open, it is a no-op.
pub(super) fn apply_reserve(tx: &mut Tx, user: i64, cause: &str, now: Instant) -> Result<()> {
    if buyers::lock(tx, user)?.is_none() {
        return Ok(());
    }
    for open in bookings::open_of_user(tx, user)? {
        let reserve = ledger::balances(tx, user)?.emi_reserve;
        if !reserve.is_positive() {
            break;
        }
        // each payment may change the buyer, so the next one sees the row anew
        let buyer = buyers::lock(tx, user)?.ok_or(Error::NotFound)?;
        let booking = bookings::lock(tx, open.id)?.ok_or(Error::NotFound)?;
        let version = plans::at(tx, now)?;
        let row = payments::NewPayment {
            booking_id: booking.id,
            user_id: user,
            amount: reserve.min(state_of(&booking).remaining()),
            method: PaymentMethod::EmiDeduction,
            plan_version: i32::try_from(version.version).map_err(Error::internal)?,
            payout_id: None,
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
            version: &version,
            caused_by: cause,
        };
        complete_payment(tx, &this, Funding::EmiReserve, now)?;
    }
    Ok(())
}
