//! The tax register by the rules.

use infra::{
    db::Reader,
    proof::{self, TaxRow},
};
use tds::{FinancialYear, Quarter};

use super::{Findings, each};
use crate::Result;

/// Every row stands in the year and quarter of its day, in its member's name, with the amounts of its payout.
pub(super) fn check_register(reader: &mut Reader, found: &mut Findings) -> Result<()> {
    each(
        reader,
        proof::taxes_after,
        |row| row.id,
        |row| {
            if row.user_id != row.payout_user_id {
                found.add("register_rule", format!("tax row {}: it is in another member's name", row.id));
            }
            let year = FinancialYear::of(row.business_date).to_string();
            let quarter = Quarter::of(row.business_date);
            if row.financial_year != year || row.quarter != i32::from(quarter.number()) {
                let text = format!("tax row {}: {} is in {year} {quarter}", row.id, row.business_date);
                found.add("register_rule", text);
            }
            if !has_amounts_of_payout(&row)? {
                let text = format!(
                    "tax row {}: {} of {} is not the payout's {} of {}",
                    row.id, row.tds_deducted, row.total_payout, row.tds_amount, row.requested_amount
                );
                found.add("register_rule", text);
            }
            Ok(())
        },
    )
}

/// Deducted, or returned with both amounts below 0.00.
fn has_amounts_of_payout(row: &TaxRow) -> Result<bool> {
    let deducted = (row.requested_amount, row.tds_amount);
    let returned = (deducted.0.checked_neg()?, deducted.1.checked_neg()?);
    let stored = (row.total_payout, row.tds_deducted);
    Ok(stored == deducted || stored == returned)
}
