//! Accounts, newest first.

use infra::users;

use super::objects::User;
use crate::{App, Call, Listed, Page, Result};

/// The caller's own account, or everyone's for an admin; only where a name, e-mail, mobile or referral code holds
/// `search`.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_users(app: &App, call: &Call, search: Option<String>, page: Page) -> Result<Listed<User>> {
    let filter = users::Filter { id: call.actor.sees_only(), search };
    let rows = app.db.read(move |reader| users::list(reader, &filter, page.slice())).await?;
    Listed::of(page, rows.try_map(|row| Ok::<_, crate::Error>(User::from(row)))?)
}
