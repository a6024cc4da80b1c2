//! What went through wallets.

use infra::reports::{self, Days};
use money::Paise;

use super::objects::{TypeSum, WalletReport};
use crate::{App, Call, Error, Result};

/// The rows of the caller's statement of these days, by type; everyone's, or one member's, for an admin.
///
/// # Errors
/// What the database says.
pub async fn view_wallet_report(
    app: &App,
    call: &Call,
    user: Option<i64>,
    days: Days,
) -> Result<WalletReport> {
    let user = call.actor.sees_only().or(user);
    let sums =
        app.db.read(move |reader| Ok::<_, Error>(reports::statement_sums(reader, user, days)?)).await?;
    let total = Paise::checked_sum(sums.iter().map(|sum| sum.total))?;
    let total_credit = Paise::checked_sum(sums.iter().map(|sum| sum.credit))?;
    Ok(WalletReport {
        total_transactions: sums.iter().map(|sum| sum.count).sum(),
        total_credit,
        total_debit: total_credit.checked_sub(total)?,
        by_type: sums
            .iter()
            .map(|sum| TypeSum { transaction_type: sum.statement_type, count: sum.count, total: sum.total })
            .collect(),
    })
}
