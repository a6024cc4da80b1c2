//! One account.

use infra::users;

use super::objects::User;
use crate::{App, Call, Error, Result};

/// The caller's own account, or anyone's for an admin.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_user(app: &App, call: &Call, user: i64) -> Result<User> {
    if !call.actor.may_see(user) {
        return Err(Error::NotFound);
    }
    let row = app.db.read(move |reader| users::find(reader, user)).await?;
    row.map(User::from).ok_or(Error::NotFound)
}
