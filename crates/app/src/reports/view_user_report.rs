//! What one member has done here.

use infra::{ledger, reports, users};

use super::objects::{ReportedUser, UserReport};
use crate::{App, Call, Error, Result};

/// The caller's figures; another's for an admin, whoever else asks sees their own. Read at one moment.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub async fn view_user_report(app: &App, call: &Call, user: Option<i64>) -> Result<UserReport> {
    let user = call.actor.sees_only().or(user).unwrap_or(call.actor.id);
    app.db
        .snapshot(move |reader| {
            let row = users::find(reader, user)?.ok_or(Error::NotFound)?;
            let counts = reports::user_counts(reader, user)?;
            Ok(UserReport {
                user: ReportedUser {
                    id: row.id,
                    username: row.username,
                    email: row.email.unwrap_or_default(),
                    is_active_buyer: row.is_active_buyer,
                },
                bookings: counts.bookings,
                total_paid: counts.total_paid,
                wallet_balance: ledger::balances(reader, user)?.wallet,
                binary_pairs: counts.binary_pairs,
                payouts: counts.payouts,
            })
        })
        .await
}
