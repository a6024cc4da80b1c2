//! Moves of payouts' money, newest first.

use infra::{
    bookings,
    db::Reader,
    paging::Rows,
    statements::{self, PayoutLine},
};
use wallet_rules::ledger::Account;

use super::objects::PayoutTransaction;
use crate::{App, Call, Listed, Page, Result};

/// The moves of the caller's payouts, or of everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_payout_transactions(
    app: &App,
    call: &Call,
    page: Page,
) -> Result<Listed<PayoutTransaction>> {
    let user = call.actor.sees_only();
    app.db
        .read(move |reader| {
            let Rows { rows, count } = statements::payout_lines(reader, user, None, page.slice())?;
            Listed::of(page, Rows { rows: show(reader, rows)?, count })
        })
        .await
}

/// The moves, with the numbers of the bookings they go to.
pub(super) fn show(reader: &mut Reader, lines: Vec<PayoutLine>) -> Result<Vec<PayoutTransaction>> {
    let booking_of = |line: &PayoutLine| match line.destination {
        Account::Booking(id) => Some(id),
        _ => None,
    };
    let ids: Vec<i64> = lines.iter().filter_map(booking_of).collect();
    let numbers = bookings::numbers(reader, &ids)?;
    let shown = |line: PayoutLine| {
        let number = booking_of(&line).and_then(|id| numbers.get(&id)).map(String::as_str);
        PayoutTransaction::of(line, number)
    };
    Ok(lines.into_iter().map(shown).collect())
}
