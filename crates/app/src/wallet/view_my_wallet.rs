//! The caller's wallet.

use infra::wallets;

use super::{objects::Wallet, steps};
use crate::{App, Call, Error, Result};

/// The caller's wallet.
///
/// # Errors
/// [`Error::NotFound`] for an account without one.
pub async fn view_my_wallet(app: &App, call: &Call) -> Result<Wallet> {
    let user = call.actor.id;
    app.db
        .read(move |reader| {
            let row = wallets::find_of_user(reader, user)?.ok_or(Error::NotFound)?;
            steps::show_wallets(reader, vec![row])?.pop().ok_or(Error::NotFound)
        })
        .await
}
