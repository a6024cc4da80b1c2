//! An admin confirms that a bank transfer or cash has come in.

use infra::{
    bookings, buyers,
    db::Tx,
    payments::{self, Decision},
    plans,
};
use wallet_rules::{
    booking::{PaymentEvent, PaymentMethod},
    calendar::Instant,
    ledger::OutsideKind,
};

use serde_json::json;

use super::{
    objects::Payment,
    steps::{Funding, PaymentToApply, complete_payment},
};
use crate::{
    App, Call, Done, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
    idempotency::once,
};

/// What an admin says of a payment.
#[derive(Clone, Debug, Default)]
pub struct Settlement {
    /// The bank's reference.
    pub transaction_id: String,
    /// Remarks.
    pub notes: String,
}

impl Settlement {
    pub(super) fn decided_by(&self, admin: i64) -> Decision {
        Decision {
            gateway_reference: None,
            transaction_id: self.transaction_id.clone(),
            notes: self.notes.clone(),
            decided_by: Some(admin),
        }
    }
}

/// Completes a pending `bank_transfer` or `cash` payment of somebody else.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, and for one's own payment; conflicts: `invalid_state` when
/// it is decided already or not an admin's to decide, `exceeds_remaining` when it no longer fits.
pub async fn confirm_payment(
    app: &App,
    call: &Call,
    payment: i64,
    settlement: Settlement,
) -> Result<Done<Payment>> {
    let now = app.clock.now();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| once(tx, &call, now, |tx| confirm(tx, &call, payment, &settlement, now)))
        .await?;
    app.signals.committed();
    Ok(done)
}

fn confirm(tx: &mut Tx, call: &Call, id: i64, settlement: &Settlement, now: Instant) -> Result<Payment> {
    let seen = check_decidable(tx, call, id, PaymentEvent::Complete)?;
    let buyer = buyers::lock(tx, seen.user_id)?.ok_or(Error::NotFound)?;
    let booking = bookings::lock(tx, seen.booking_id)?.ok_or(Error::NotFound)?;
    let outside = match seen.payment_method {
        PaymentMethod::Cash => OutsideKind::Cash,
        _ => OutsideKind::BankTransfer,
    };
    let decision = settlement.decided_by(call.actor.id);
    let funding = Funding::Outside(outside);
    let this = PaymentToApply {
        buyer: &buyer,
        booking: &booking,
        payment: &seen,
        decision: &decision,
        version: &plans::at(tx, now)?,
        caused_by: &call.cause(),
    };
    let completed = complete_payment(tx, &this, funding, now).map_err(no_longer_fits)?;
    record_decision(tx, call, AuditAction::PaymentConfirm, &seen, &completed, now)?;
    Ok(Payment::of(completed, booking.booking_number))
}

/// At a confirmation, what remains has changed since the payment was made: a conflict of states.
fn no_longer_fits(error: Error) -> Error {
    match error {
        Error::Rejected { detail, .. } => Error::Conflict { code: "exceeds_remaining", detail },
        other => other,
    }
}

/// The payment, if the caller may decide it now.
pub(super) fn check_decidable(
    tx: &mut Tx,
    call: &Call,
    id: i64,
    event: PaymentEvent,
) -> Result<payments::Payment> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let payment = payments::find(tx, id)?.ok_or(Error::NotFound)?;
    call.actor.check_anothers(payment.user_id)?;
    if payment.status.next(event).is_none() {
        return Err(Error::conflict("invalid_state", format!("The payment is {}.", payment.status)));
    }
    if !payment.payment_method.is_confirmed_by_admin() {
        return Err(Error::conflict("invalid_state", "This payment is not an admin's to decide."));
    }
    Ok(payment)
}

/// What an admin decided of a payment, for the audit.
pub(super) fn record_decision(
    tx: &mut Tx,
    call: &Call,
    action: AuditAction,
    seen: &payments::Payment,
    decided: &payments::Payment,
    now: Instant,
) -> Result<()> {
    let deed = Deed {
        action,
        subject: Some(seen.user_id),
        row: Some(seen.id),
        before: json!({ "status": seen.status }),
        after: json!({ "status": decided.status, "transaction_id": decided.transaction_id }),
    };
    record(tx, call, &deed, now)
}
