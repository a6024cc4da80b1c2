//! A statement line in words and facts.

use infra::{bookings, buyers, db::Reader, payments, payouts, plans, statements::Line};
use wallet_rules::{
    identity::mask_identifier,
    ledger::{Account, StatementType},
    payout::PayoutStatus,
    plan::PlanVersion,
    why::PayoutWhy,
};

use super::explain_pair::{explain_deduction, explain_pair};
use crate::{Error, Result, wallet::objects::Explanation};

/// Explains a line by what was stored when it was decided.
///
/// # Errors
/// [`Error::Internal`] when what it refers to is missing; what the database says.
pub(in crate::wallet) fn explain(reader: &mut Reader, line: &Line) -> Result<Explanation> {
    let mut why = Explanation::default();
    why.fact("transaction_type", line.statement_type.as_str());
    why.fact("reference_type", line.reference_type.as_str());
    why.fact("reference_id", line.reference_id);
    why.amount("amount", line.amount);
    match line.statement_type {
        StatementType::ReferralBonus => explain_bonus(reader, line, &mut why)?,
        StatementType::BinaryPair => explain_pair(reader, line, &mut why)?,
        StatementType::EmiDeduction | StatementType::ReserveDeduction => {
            explain_deduction(reader, line, &mut why)?;
        }
        StatementType::Payout => explain_payout(reader, line, &mut why)?,
        StatementType::Refund => explain_refund(reader, line, &mut why)?,
        StatementType::BookingPayment => explain_booking_payment(reader, line, &mut why)?,
        StatementType::Deposit => why.say(format!("{} was put into the wallet.", line.amount.indian())),
    }
    Ok(why)
}

/// The plan version that decided something.
pub(super) fn version_of(reader: &mut Reader, number: i32) -> Result<PlanVersion> {
    let number = u32::try_from(number).map_err(Error::internal)?;
    let book = plans::book(reader)?;
    let version = book.as_ref().and_then(|book| book.version(number)).cloned();
    version.ok_or_else(|| Error::internal(format!("plan version {number} is missing")))
}

/// What a member sees of another.
pub(super) fn masked(reader: &mut Reader, user: i64) -> Result<String> {
    let contact = buyers::contact(reader, user)?.unwrap_or_default();
    Ok(mask_identifier(&contact.email.or(contact.mobile).unwrap_or_default()))
}

/// A booking's number.
pub(super) fn booking_number(reader: &mut Reader, id: i64) -> Result<String> {
    Ok(bookings::numbers(reader, &[id])?.remove(&id).unwrap_or_default())
}

fn payment_of(reader: &mut Reader, line: &Line) -> Result<payments::Payment> {
    payments::find(reader, line.reference_id)?.ok_or_else(|| Error::internal("a posted payment is missing"))
}

fn payout_of(reader: &mut Reader, line: &Line) -> Result<payouts::Payout> {
    payouts::find(reader, line.reference_id)?.ok_or_else(|| Error::internal("a posted payout is missing"))
}

fn explain_bonus(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let payment = payment_of(reader, line)?;
    let payer = masked(reader, payment.user_id)?;
    let version = version_of(reader, payment.plan_version)?;
    let rate = version.plan.referral_bonus_percentage;
    let day = payment.completed_at.unwrap_or(payment.payment_date).ist_date();
    why.say(format!("{payer}, whom you brought in, paid {} on {day}.", payment.amount.indian()));
    why.say(format!(
        "Plan version {} gives the sponsor {rate} % of every completed payment, from the one that confirms the booking onwards: {}.",
        version.version,
        payment.referral_bonus.indian()
    ));
    why.fact("payment", payment.id);
    why.fact("payer", payer);
    why.amount("payment_amount", payment.amount);
    why.fact("rate", rate.to_string());
    why.amount("bonus", payment.referral_bonus);
    why.fact("plan_version", version.version);
    Ok(())
}

fn explain_booking_payment(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let payment = payment_of(reader, line)?;
    let number = booking_number(reader, payment.booking_id)?;
    why.say(format!("You paid {} on booking {number} out of your wallet.", payment.amount.indian()));
    why.fact("payment", payment.id);
    why.fact("booking", payment.booking_id);
    why.fact("booking_number", number);
    Ok(())
}

fn explain_payout(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let payout = payout_of(reader, line)?;
    let version = version_of(reader, payout.plan_version)?;
    why.say(format!(
        "You asked for a payout of {} on {}; the whole amount left the wallet at once, so that it can't be spent twice.",
        payout.requested_amount.indian(),
        payout.created_at.ist_date()
    ));
    let quote = payouts::quote(reader, &payout)?;
    for sentence in PayoutWhy::of(&version, &quote)?.sentences() {
        why.say(sentence);
    }
    why.say(format!("The payout is {}.", payout.status));
    facts_of(&payout, why);
    why.fact("tds_rate", version.plan.tds_percentage.to_string());
    why.amount("tds_ceiling", version.plan.tds_ceiling);
    why.fact("tds_ceiling_period", version.plan.tds_ceiling_period.as_str());
    let parts = quote.parts.iter().map(|part| {
        serde_json::json!({"booking": part.booking, "number": part.number, "amount": part.amount.to_string()})
    });
    why.fact("instalments", parts.collect::<Vec<_>>());
    Ok(())
}

fn explain_refund(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let payout = payout_of(reader, line)?;
    let reason = &payout.rejection_reason;
    match payout.status {
        PayoutStatus::Cancelled => why.say(format!(
            "You cancelled the payout of {}; the whole amount is back in the wallet.",
            payout.requested_amount.indian()
        )),
        PayoutStatus::Failed => {
            why.say(format!(
                "The bank could not pay the payout of {}: {reason}.",
                payout.requested_amount.indian()
            ));
            let part = if line.counter == Account::TdsPayable { "tax" } else { "net" };
            why.say(format!("Its {part} of {} is back in the wallet.", line.amount.indian()));
            if payout.emi_amount.is_positive() {
                why.say(format!("The {} that paid your instalments stay paid.", payout.emi_amount.indian()));
            }
        }
        PayoutStatus::Pending
        | PayoutStatus::Processing
        | PayoutStatus::Completed
        | PayoutStatus::Rejected => why.say(format!(
            "The payout of {} was rejected: {reason}. The whole amount is back in the wallet.",
            payout.requested_amount.indian()
        )),
    }
    facts_of(&payout, why);
    why.fact("reason", reason.as_str());
    Ok(())
}

fn facts_of(payout: &payouts::Payout, why: &mut Explanation) {
    why.fact("payout", payout.id);
    why.fact("status", payout.status.as_str());
    why.amount("requested_amount", payout.requested_amount);
    why.amount("tds_amount", payout.tds_amount);
    why.amount("emi_amount", payout.emi_amount);
    why.amount("net_amount", payout.net_amount);
    why.fact("plan_version", payout.plan_version);
}
