//! A wallet's statement.

use chrono::NaiveDate;
use infra::{
    paging::Rows,
    statements::{self, Filter},
};
use wallet_rules::ledger::StatementType;

use super::{objects::WalletTransaction, steps};
use crate::{App, Call, Listed, Page, Result};

/// Which rows to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionFilter {
    /// Only those of this type.
    pub transaction_type: Option<StatementType>,
    /// Only from this Indian day on.
    pub start_date: Option<NaiveDate>,
    /// Only up to this Indian day, itself included.
    pub end_date: Option<NaiveDate>,
    /// Only this member's; for admins, others see their own whatever it says.
    pub user_id: Option<i64>,
}

/// The rows of the caller's statement, or of everyone's for an admin, newest first.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_transactions(
    app: &App,
    call: &Call,
    filter: TransactionFilter,
    page: Page,
) -> Result<Listed<WalletTransaction>> {
    let filter = Filter {
        user_id: call.actor.sees_only().or(filter.user_id),
        statement_type: filter.transaction_type,
        start_date: filter.start_date,
        end_date: filter.end_date,
    };
    app.db
        .read(move |reader| {
            let Rows { rows, count } = statements::list(reader, &filter, page.slice())?;
            Listed::of(page, Rows { rows: steps::show_lines(reader, rows)?, count })
        })
        .await
}
