//! A member has read all of their notifications.

use infra::notifications;

use super::objects::Unread;
use crate::{App, Call, Error, Result};

/// Marks all of the caller's notifications as read, and says how many are not: those that came meanwhile.
///
/// # Errors
/// What the database says.
pub async fn mark_all_read(app: &App, call: &Call) -> Result<Unread> {
    let (user, now) = (call.actor.id, app.clock.now());
    let unread_count = app
        .db
        .write(move |tx| {
            notifications::mark_all_read(tx, user, now)?;
            Ok::<_, Error>(notifications::unread(tx, user)?)
        })
        .await?;
    Ok(Unread { unread_count })
}
