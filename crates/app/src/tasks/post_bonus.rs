//! `payment_completed(payment)`: the sponsor's bonus, as it was decided with the payment (rule 8).

use infra::{
    buyers,
    db::Tx,
    ledger::{self, Posted},
    notifications, payments, wallets,
};
use wallet_rules::{booking::PaymentStatus, calendar::Instant, ledger::Posting, occasion::Occasion};

use crate::{Error, Result};

/// Posts the bonus once (key `referral:{payment}`) and tells the sponsor; a payment that earned none is a no-op.
pub(super) fn post_bonus(tx: &mut Tx, payment: i64, cause: &str, now: Instant) -> Result<()> {
    let Some(payment) = payments::find(tx, payment)? else { return Ok(()) };
    if payment.status != PaymentStatus::Completed || !payment.referral_bonus.is_positive() {
        return Ok(());
    }
    let sponsor = buyers::sponsor_of(tx, payment.user_id)?
        .ok_or_else(|| Error::internal(format!("payment {} has a bonus and no sponsor", payment.id)))?;
    let posting = Posting::referral_bonus(payment.id, sponsor, payment.referral_bonus)?;
    match ledger::post(tx, &posting, cause, now)? {
        Posted::New { .. } => {
            wallets::add_earned(tx, sponsor, payment.referral_bonus, now)?;
            let (paid, bonus) = (payment.amount, payment.referral_bonus);
            let occasion = Occasion::Bonus { payment: payment.id, paid, bonus };
            Ok(notifications::insert(tx, sponsor, &occasion, now)?)
        }
        Posted::Already { .. } | Posted::Empty => Ok(()),
        Posted::Insufficient(account) => Err(Error::internal(format!("{account} would fall below zero"))),
    }
}
