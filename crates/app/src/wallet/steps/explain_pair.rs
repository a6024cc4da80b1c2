//! A pair's earning and its deductions in words and facts.

use infra::{
    db::Reader,
    pairs::{self, Pair},
    statements::{self, Line},
};
use wallet_rules::ledger::{Account, StatementType};

use super::explain::{booking_number, masked, version_of};
use crate::{Error, Result, wallet::objects::Explanation};

fn pair_of(reader: &mut Reader, line: &Line) -> Result<Pair> {
    pairs::find(reader, line.reference_id)?.ok_or_else(|| Error::internal("a posted pair is missing"))
}

/// The gross of a pair: who made it, when, and what of it goes where.
pub(super) fn explain_pair(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let pair = pair_of(reader, line)?;
    tell_pair(reader, &pair, why)?;
    let version = version_of(reader, pair.plan_version)?;
    for sentence in pair.why(&version).sentences() {
        why.say(sentence);
    }
    Ok(())
}

/// A deduction: from which pair, and where it went.
pub(super) fn explain_deduction(reader: &mut Reader, line: &Line, why: &mut Explanation) -> Result<()> {
    let pair = pair_of(reader, line)?;
    let version = version_of(reader, pair.plan_version)?;
    tell_pair(reader, &pair, why)?;
    let taken = line.amount.checked_neg()?;
    let (rate, whole) = match line.statement_type {
        StatementType::ReserveDeduction => (version.plan.reserve_deduction_percentage, pair.reserve_deducted),
        _ => (version.plan.emi_deduction_percentage, pair.emi_deducted),
    };
    let (gross, whole, taken) = (pair.earning_amount.indian(), whole.indian(), taken.indian());
    why.say(format!("{rate} % of its {gross} are taken off: {whole}."));
    why.fact("rate", rate.to_string());
    match line.counter {
        Account::Booking(booking) => {
            let number = booking_number(reader, booking)?;
            why.say(format!("{taken} of it paid your booking {number}, the oldest that was open."));
            why.fact("booking", booking);
            why.fact("booking_number", number);
            why.fact("went_to", "booking");
        }
        Account::EmiReserve(_) => {
            why.say(format!("{taken} of it wait in your EMI reserve and pay your next booking."));
            why.fact("went_to", "emi_reserve");
        }
        _ => {
            why.say(format!("{taken} are in your reserve, which stays yours."));
            why.fact("went_to", "reserve");
        }
    }
    Ok(())
}

/// The pair itself: its members, its moment, its place, and what its owner was then.
fn tell_pair(reader: &mut Reader, pair: &Pair, why: &mut Explanation) -> Result<()> {
    let number = pair.pair_number.ok_or_else(|| Error::internal("a posted pair has no number"))?;
    let left = masked(reader, pair.left_user_id)?;
    let right = masked(reader, pair.right_user_id)?;
    let month = (pair.pair_year, pair.pair_month);
    let place = statements::place_in_month(reader, pair.user_id, month, number)?;
    let day = pair.matched_at.ist_date();
    why.say(format!("Pair {number} matches {left} of your left leg with {right} of your right leg."));
    why.say(format!(
        "It formed on {day}, as number {place} of your pairs in {:04}-{:02}.",
        pair.pair_year, pair.pair_month
    ));
    why.fact("pair", pair.id);
    why.fact("pair_number", number);
    why.fact("left_user", left);
    why.fact("right_user", right);
    why.fact("number_in_month", place);
    why.fact("active_buyer", pair.active_buyer);
    why.fact("plan_version", pair.plan_version);
    why.amount("gross", pair.earning_amount);
    why.amount("emi_deducted", pair.emi_deducted);
    why.amount("reserve_deducted", pair.reserve_deducted);
    why.amount("net", pair.net_amount);
    Ok(())
}
