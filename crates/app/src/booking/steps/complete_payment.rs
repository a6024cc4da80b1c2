//! A payment of its own ledger transaction is completed: its effect and its money together.

use infra::{
    db::Tx,
    ledger::{self, Posted},
    payments::Payment,
};
use wallet_rules::{
    booking::PaymentRefusal,
    calendar::Instant,
    ledger::{OutsideKind, Posting},
};

use super::{PaymentToApply, apply_payment};
use crate::{Error, Result};

/// Where a payment's money comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Funding {
    /// From outside the platform.
    Outside(OutsideKind),
    /// Out of the payer's wallet.
    Wallet,
    /// Out of the payer's EMI reserve.
    EmiReserve,
}

/// Completes a pending payment, moves its money, once (key `payment:{id}`), and gives it as it is then.
///
/// # Errors
/// `exceeds_remaining`, `booking_closed`, `insufficient_balance`; a conflict when it is pending no more.
pub(crate) fn complete_payment(
    tx: &mut Tx,
    this: &PaymentToApply<'_>,
    funding: Funding,
    now: Instant,
) -> Result<Payment> {
    let completed = apply_payment(tx, this, now)?;
    let (id, booking, user, amount) = (this.payment.id, this.booking.id, this.buyer.id, this.payment.amount);
    let posting = match funding {
        Funding::Outside(outside) => Posting::payment_from_outside(id, outside, booking, amount)?,
        Funding::Wallet => Posting::payment_from_wallet(id, user, booking, amount)?,
        Funding::EmiReserve => Posting::emi_reserve_applied(id, user, booking, amount)?,
    };
    match ledger::post(tx, &posting, this.caused_by, now)? {
        Posted::New { .. } => Ok(completed),
        Posted::Insufficient(_) => {
            let balance = ledger::balances(tx, user)?.wallet;
            Err(refused_payment(PaymentRefusal::InsufficientBalance { balance }))
        }
        Posted::Already { .. } | Posted::Empty => {
            Err(Error::internal(format!("payment {id} was posted before it was completed")))
        }
    }
}

/// A refused payment on the wire.
pub(crate) fn refused_payment(refusal: PaymentRefusal) -> Error {
    match (refusal.code(), refusal) {
        (_, PaymentRefusal::Money(cause)) => Error::internal(cause),
        (Some(code), _) => Error::rejected(code, format!("{}.", capitalised(&refusal.to_string()))),
        (None, _) => Error::invalid("amount", format!("{}.", capitalised(&refusal.to_string()))),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
