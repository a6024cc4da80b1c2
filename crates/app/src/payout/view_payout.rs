//! One payout.

use infra::payouts;

use super::{objects::Payout, steps};
use crate::{App, Call, Done, Error, Result};

/// The payout with its whole account number, for its member and for admins.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_payout(app: &App, call: &Call, payout: i64) -> Result<Payout> {
    let keys = app.keys.clone();
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let row = payouts::find(reader, payout)?
                .filter(|row| actor.may_see(row.user_id))
                .ok_or(Error::NotFound)?;
            let value = steps::show(reader, vec![row])?.pop().ok_or(Error::NotFound)?;
            Ok(steps::reveal(reader, &keys, Done { value, replayed: false })?.value)
        })
        .await
}
