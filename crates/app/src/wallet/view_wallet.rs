//! One wallet.

use infra::wallets;

use super::{objects::Wallet, steps};
use crate::{App, Call, Error, Result};

/// The wallet with this key, for its member and for admins.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_wallet(app: &App, call: &Call, id: i64) -> Result<Wallet> {
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let row = wallets::find(reader, id)?.filter(|row| actor.may_see(row.user_id));
            steps::show_wallets(reader, vec![row.ok_or(Error::NotFound)?])?.pop().ok_or(Error::NotFound)
        })
        .await
}
