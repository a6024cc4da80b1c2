//! An admin notes that a bank transfer or cash has not come in.

use infra::{bookings, db::Tx, payments};
use wallet_rules::{booking::PaymentEvent, calendar::Instant};

use super::{
    confirm_payment::{Settlement, check_decidable, record_decision},
    objects::Payment,
};
use crate::{App, Call, Done, Error, Result, audit::AuditAction, idempotency::once};

/// Fails a pending `bank_transfer` or `cash` payment of somebody else; no money moves.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own payment; `invalid_state` when it is
/// decided already or not an admin's to decide.
pub async fn fail_payment(
    app: &App,
    call: &Call,
    payment: i64,
    settlement: Settlement,
) -> Result<Done<Payment>> {
    let now = app.clock.now();
    let call = call.clone();
    app.db.write(move |tx| once(tx, &call, now, |tx| fail(tx, &call, payment, &settlement, now))).await
}

fn fail(tx: &mut Tx, call: &Call, id: i64, settlement: &Settlement, now: Instant) -> Result<Payment> {
    let seen = check_decidable(tx, call, id, PaymentEvent::Fail)?;
    let booking = bookings::find(tx, seen.booking_id)?.ok_or(Error::NotFound)?;
    if !payments::set_failed(tx, id, &settlement.decided_by(call.actor.id))? {
        return Err(Error::conflict("invalid_state", "The payment is not pending any more."));
    }
    let stored = payments::find(tx, id)?.ok_or(Error::NotFound)?;
    record_decision(tx, call, AuditAction::PaymentFail, &seen, &stored, now)?;
    Ok(Payment::of(stored, booking.booking_number))
}
