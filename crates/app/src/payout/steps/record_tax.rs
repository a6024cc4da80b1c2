//! Every tax posting has its row in the register.

use infra::{
    db::Tx,
    payouts::Payout,
    tds_register::{self, NewTdsRow},
};
use tds::Posting;
use wallet_rules::calendar::Instant;

use crate::Result;

/// Which way the tax goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::payout) enum Direction {
    /// Off the payout.
    Deducted,
    /// Back into the wallet.
    Returned,
}

/// Adds the row of a tax posting, in the year and quarter of the Indian day on which it is posted (rule 21); a
/// payout without tax has none.
///
/// # Errors
/// What the database says.
pub(in crate::payout) fn record_tax(
    tx: &mut Tx,
    payout: &Payout,
    direction: Direction,
    transaction: Option<i64>,
    now: Instant,
) -> Result<()> {
    let Some(transaction_id) = transaction.filter(|_| payout.tds_amount.is_positive()) else {
        return Ok(());
    };
    let date = now.ist_date();
    let deducted = Posting {
        member: payout.user_id,
        date,
        payout_total: payout.requested_amount,
        tax: payout.tds_amount,
    };
    let posting = match direction {
        Direction::Deducted => deducted,
        Direction::Returned => deducted.returned_on(date)?,
    };
    let row = NewTdsRow {
        user_id: payout.user_id,
        payout_id: payout.id,
        transaction_id,
        pan_sealed: &payout.pan_sealed,
        financial_year: posting.financial_year().to_string(),
        quarter: posting.quarter().number(),
        total_payout: posting.payout_total,
        tds_deducted: posting.tax,
        business_date: date,
        created_at: now,
    };
    tds_register::insert(tx, &row)?;
    Ok(())
}
