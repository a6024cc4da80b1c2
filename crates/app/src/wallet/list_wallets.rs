//! Wallets.

use infra::{paging::Rows, wallets};

use super::{objects::Wallet, steps};
use crate::{App, Call, Listed, Page, Result};

/// The caller's wallet, or everyone's for an admin, newest first.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_wallets(app: &App, call: &Call, page: Page) -> Result<Listed<Wallet>> {
    let user = call.actor.sees_only();
    app.db
        .read(move |reader| {
            let Rows { rows, count } = wallets::list(reader, user, page.slice())?;
            Listed::of(page, Rows { rows: steps::show_wallets(reader, rows)?, count })
        })
        .await
}
