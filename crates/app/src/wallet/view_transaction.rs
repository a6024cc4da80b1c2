//! One row of a wallet's statement.

use infra::statements;

use super::{objects::WalletTransaction, steps};
use crate::{App, Call, Error, Result};

/// The row with this key, for its member and for admins.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_transaction(app: &App, call: &Call, id: i64) -> Result<WalletTransaction> {
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let line = statements::find(reader, id)?.filter(|line| actor.may_see(line.user_id));
            steps::show_lines(reader, vec![line.ok_or(Error::NotFound)?])?.pop().ok_or(Error::NotFound)
        })
        .await
}
