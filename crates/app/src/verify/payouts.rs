//! A payout's tax by the rules.

use infra::{db::Reader, payouts::Payout, proof};
use money::{Paise, Rounding};
use wallet_rules::plan::{CeilingPeriod, PlanBook};

use super::{Findings, each, version};
use crate::Result;

/// Every payout's tax is what rule 17 says. Under a ceiling of a financial year what was posted before the request
/// decides too, so there only the bounds are told: from 0.00 to the whole share.
pub(super) fn check_tax(reader: &mut Reader, book: &PlanBook, found: &mut Findings) -> Result<()> {
    each(
        reader,
        proof::payouts_after,
        |payout| payout.id,
        |payout| {
            let Some((period, most)) = most_tax(book, &payout)? else {
                found.add("tax_rule", format!("payout {}: its plan version is missing", payout.id));
                return Ok(());
            };
            let right = match period {
                CeilingPeriod::Payout => payout.tds_amount == most,
                CeilingPeriod::FinancialYear => (Paise::ZERO..=most).contains(&payout.tds_amount),
            };
            if !right {
                let tax = payout.tds_amount;
                found.add("tax_rule", format!("payout {}: its tax is {tax}, by the rules {most}", payout.id));
            }
            Ok(())
        },
    )
}

/// The tax where nothing of the year counts against the ceiling.
fn most_tax(book: &PlanBook, payout: &Payout) -> Result<Option<(CeilingPeriod, Paise)>> {
    let Some(version) = version(book, payout.plan_version) else { return Ok(None) };
    let plan = &version.plan;
    let share = payout.requested_amount.percent(plan.tds_percentage, Rounding::HalfAwayFromZero)?;
    let most = match plan.tds_ceiling_period {
        CeilingPeriod::Payout => share.min(plan.tds_ceiling),
        // tax of the year before that was returned in this one makes room above the ceiling
        CeilingPeriod::FinancialYear => share,
    };
    Ok(Some((plan.tds_ceiling_period, most)))
}
