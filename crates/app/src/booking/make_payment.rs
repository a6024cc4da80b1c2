//! A buyer pays a part of a booking.

use infra::{
    bookings::{self, Booking},
    buyers,
    db::Tx,
    outsiders::Capture,
    payments::{self, Decision},
    plans,
};
use money::Paise;
use wallet_rules::{booking::PaymentMethod, calendar::Instant, ledger::OutsideKind, plan::PlanVersion};

use super::{
    objects::{Payment, state_of},
    steps::{Funding, PaymentToApply, complete_payment, refused_payment},
};
use crate::{App, Call, Done, Error, Result, idempotency::once};

/// What a buyer pays.
#[derive(Clone, Copy, Debug)]
pub struct NewPayment {
    /// How much.
    pub amount: Paise,
    /// Where the money comes from.
    pub method: PaymentMethod,
}

/// Makes a payment of the caller's booking. `wallet` and what the gateway captures at once complete here;
/// `bank_transfer` and `cash` wait for an admin.
///
/// # Errors
/// [`Error::NotFound`] for another's booking; `exceeds_remaining`, `insufficient_balance`, `booking_closed`;
/// a field error below the least payment, or for a method that only the platform uses.
pub async fn make_payment(app: &App, call: &Call, booking: i64, new: NewPayment) -> Result<Done<Payment>> {
    let now = app.clock.now();
    let capture = match new.method {
        PaymentMethod::Online => app.gateway.capture_at_once()?,
        _ => None,
    };
    let (call, offers_online) = (call.clone(), app.gateway.offers_online());
    let done = app
        .db
        .write(move |tx| {
            once(tx, &call, now, |tx| pay(tx, &call, booking, new, (offers_online, capture.as_ref()), now))
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn pay(
    tx: &mut Tx,
    call: &Call,
    booking: i64,
    new: NewPayment,
    (offers_online, capture): (bool, Option<&Capture>),
    now: Instant,
) -> Result<Payment> {
    let user = call.actor.id;
    let buyer = buyers::lock(tx, user)?.ok_or(Error::NotFound)?;
    let booking = bookings::lock(tx, booking)?.ok_or(Error::NotFound)?;
    call.actor.check_own(booking.user_id)?;
    if new.method.is_made_by_platform() {
        return Err(Error::invalid("payment_method", "Only the platform pays like this."));
    }
    if new.method == PaymentMethod::Online && !offers_online {
        return Err(Error::invalid("payment_method", "Online payments are not offered here."));
    }
    state_of(&booking).check_payment(new.amount).map_err(refused_payment)?;
    let version = plans::at(tx, now)?;
    let mut payment = insert_pending(tx, &booking, new, &version, now)?;
    let completes = match new.method {
        PaymentMethod::Wallet => Some((Funding::Wallet, Decision::default())),
        PaymentMethod::Online => capture.map(|capture| {
            let decision = Decision {
                gateway_reference: Some(capture.reference.clone()),
                transaction_id: capture.reference.clone(),
                ..Decision::default()
            };
            (Funding::Outside(OutsideKind::Online), decision)
        }),
        PaymentMethod::BankTransfer | PaymentMethod::Cash => None,
        PaymentMethod::EmiAutoFill | PaymentMethod::EmiDeduction => None,
    };
    if let Some((funding, decision)) = completes {
        let this = PaymentToApply {
            buyer: &buyer,
            booking: &booking,
            payment: &payment,
            decision: &decision,
            version: &version,
            caused_by: &call.cause(),
        };
        payment = complete_payment(tx, &this, funding, now)?;
    }
    Ok(Payment::of(payment, booking.booking_number))
}

fn insert_pending(
    tx: &mut Tx,
    booking: &Booking,
    new: NewPayment,
    version: &PlanVersion,
    now: Instant,
) -> Result<payments::Payment> {
    let row = payments::NewPayment {
        booking_id: booking.id,
        user_id: booking.user_id,
        amount: new.amount,
        method: new.method,
        plan_version: i32::try_from(version.version).map_err(Error::internal)?,
        payout_id: None,
        pair_id: None,
        now,
    };
    Ok(payments::insert(tx, &row)?)
}
