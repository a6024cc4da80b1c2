//! A payment takes effect on its booking: the only writer of `total_paid`.

use infra::{
    bookings::{self, Booking},
    buyers::{self, Buyer},
    db::Tx,
    notifications,
    payments::{self, Decision, Payment},
    tree_events::{self, TreeEvent},
};
use wallet_rules::{
    active_buyer::is_active_buyer,
    booking::Applied,
    calendar::Instant,
    occasion::Occasion,
    plan::{Plan, PlanVersion},
    why::BonusWhy,
};

use super::complete_payment::refused_payment;
use crate::{
    Error, Result,
    booking::objects::state_of,
    tasks::{self, TaskKind},
};

/// A pending payment whose money is moved in this transaction, with the rows that it touches, locked.
pub(crate) struct PaymentToApply<'a> {
    /// The payer.
    pub(crate) buyer: &'a Buyer,
    /// What is paid.
    pub(crate) booking: &'a Booking,
    /// The payment.
    pub(crate) payment: &'a Payment,
    /// What completes it.
    pub(crate) decision: &'a Decision,
    /// The plan in force.
    pub(crate) version: &'a PlanVersion,
    /// What it is caused by.
    pub(crate) caused_by: &'a str,
}

/// Completes the payment, raises the booking, settles what follows for the payer (rules 3, 5, 8 and 11),
/// announces the sponsor's bonus, tells the payer, and gives the payment as it is then. The money itself is moved by the caller,
/// in the same transaction.
///
/// # Errors
/// `exceeds_remaining` and `booking_closed` as [`refused_payment`] gives them; a conflict when the payment is
/// pending no more.
pub(crate) fn apply_payment(tx: &mut Tx, this: &PaymentToApply<'_>, now: Instant) -> Result<Payment> {
    let PaymentToApply { buyer, booking, payment, decision, version, caused_by } = *this;
    let applied = state_of(booking).apply(payment.amount).map_err(refused_payment)?;
    // decided here, with the plan of this moment, and posted from the payment's row
    let has_sponsor = buyer.sponsor_id.is_some();
    let bonus = BonusWhy::decide(&version.plan, payment.amount, applied.earns_bonus, has_sponsor)?.bonus();
    let number = i32::try_from(version.version).map_err(Error::internal)?;
    let completed = payments::set_completed(tx, payment, bonus, number, decision, now)?
        .ok_or_else(|| Error::conflict("invalid_state", "The payment is not pending any more."))?;
    bookings::set_paid(tx, booking, applied.total_paid, applied.status, now)?;
    settle_buyer(tx, buyer, &applied, &version.plan, caused_by, now)?;
    if bonus.is_positive() {
        let nothing = String::new();
        tasks::announce(tx, TaskKind::PaymentCompleted, payment.id, "", nothing, caused_by, now)?;
    }
    tell_payer(tx, booking, &completed, &applied, now)?;
    Ok(completed)
}

/// Tells the payer of the payment, or of what it did to the booking. A part of a pair or of a payout that did nothing to it
/// is told of with that.
fn tell_payer(
    tx: &mut Tx,
    booking: &Booking,
    payment: &Payment,
    applied: &Applied,
    now: Instant,
) -> Result<()> {
    let moved_to = (applied.confirmed_now || applied.completed_now).then_some(applied.status);
    if moved_to.is_none() && (payment.pair_id.is_some() || payment.payout_id.is_some()) {
        return Ok(());
    }
    let occasion = Occasion::Payment {
        payment: payment.id,
        amount: payment.amount,
        method: payment.payment_method,
        booking: booking.id,
        booking_number: &booking.booking_number,
        remaining: booking.total_amount.checked_sub(applied.total_paid)?,
        moved_to,
    };
    Ok(notifications::insert(tx, booking.user_id, &occasion, now)?)
}

/// Qualification and Active Buyer, in the order in which the tree's log keeps them.
fn settle_buyer(
    tx: &mut Tx,
    buyer: &Buyer,
    applied: &Applied,
    plan: &Plan,
    caused_by: &str,
    now: Instant,
) -> Result<()> {
    let mut events = Vec::new();
    if applied.confirmed_now && buyer.qualified_at.is_none() {
        buyers::set_qualified(tx, buyer.id, now)?;
        events.push(TreeEvent::Qualify { member: buyer.id });
    }
    let active = is_active_buyer(plan, bookings::paid_by_user(tx, buyer.id)?);
    if active != buyer.active_buyer_since.is_some() {
        buyers::set_active_buyer(tx, buyer.id, active.then_some(now))?;
        events.push(TreeEvent::ActiveBuyer { member: buyer.id, active });
    }
    if !events.is_empty() && buyers::has_place(tx, buyer.id)? {
        for event in events {
            tree_events::append(tx, event, now, caused_by)?;
        }
    }
    Ok(())
}
