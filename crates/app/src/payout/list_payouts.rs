//! Payouts, newest first.

use chrono::NaiveDate;
use infra::{paging::Rows, payouts};
use wallet_rules::{
    calendar::{day_end_exclusive, day_start},
    payout::PayoutStatus,
};

use super::{objects::Payout, steps};
use crate::{App, Call, Listed, Page, Result};

/// Which payouts to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PayoutFilter {
    /// Only in this state.
    pub status: Option<PayoutStatus>,
    /// Only those asked for on this Indian day or later.
    pub start_date: Option<NaiveDate>,
    /// Only those asked for on this Indian day or earlier.
    pub end_date: Option<NaiveDate>,
}

/// The caller's payouts, or everyone's for an admin; of account numbers only the last four digits are shown.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_payouts(
    app: &App,
    call: &Call,
    filter: PayoutFilter,
    page: Page,
) -> Result<Listed<Payout>> {
    let filter = payouts::Filter {
        user_id: call.actor.sees_only(),
        status: filter.status,
        from: filter.start_date.map(day_start),
        before: filter.end_date.map(day_end_exclusive),
    };
    app.db
        .read(move |reader| {
            let Rows { rows, count } = payouts::list(reader, &filter, page.slice())?;
            Listed::of(page, Rows { rows: steps::show(reader, rows)?, count })
        })
        .await
}
