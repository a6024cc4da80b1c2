//! One move of a payout's money.

use infra::{paging::Slice, statements};

use super::{list_payout_transactions::show, objects::PayoutTransaction};
use crate::{App, Call, Error, Result};

/// The move with this key, for its member and for admins.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_payout_transaction(app: &App, call: &Call, id: i64) -> Result<PayoutTransaction> {
    let user = call.actor.sees_only();
    app.db
        .read(move |reader| {
            let one = Slice { offset: 0, limit: 1 };
            let rows = statements::payout_lines(reader, user, Some(id), one)?;
            show(reader, rows.rows)?.pop().ok_or(Error::NotFound)
        })
        .await
}
