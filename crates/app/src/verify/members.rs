//! Active Buyers by the rules.

use infra::{
    db::Reader,
    proof::{self, BuyerRow},
};
use money::Paise;
use wallet_rules::{
    active_buyer::is_active_buyer,
    plan::{Plan, PlanBook},
};

use super::{Findings, each, version};
use crate::Result;

/// Every member is an Active Buyer as rule 5 says, by the plan of the payment that was last to change it.
pub(super) fn check_active_buyers(reader: &mut Reader, book: &PlanBook, found: &mut Findings) -> Result<()> {
    let first = book.versions().next().map(|version| &version.plan);
    each(
        reader,
        proof::buyers_after,
        |row| row.id,
        |row| {
            let decided =
                row.plan_version.map_or(first, |number| version(book, number).map(|found| &found.plan));
            if decided.is_none_or(|plan| is_wrong(plan, &row)) {
                let is = if row.is_active_buyer { "an Active Buyer" } else { "no Active Buyer" };
                let paid = Paise::new(row.paid);
                found.add("active_buyer_rule", format!("user {}: {is} with {paid} paid", row.id));
            }
            Ok(())
        },
    )
}

fn is_wrong(plan: &Plan, row: &BuyerRow) -> bool {
    is_active_buyer(plan, Paise::new(row.paid)) != row.is_active_buyer
}
