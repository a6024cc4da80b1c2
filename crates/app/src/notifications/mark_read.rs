//! A member has read a notification.

use infra::notifications;

use super::objects::Notification;
use crate::{App, Call, Error, Result};

/// Marks the caller's own notification as read; one that is read stays as it is.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn mark_read(app: &App, call: &Call, id: i64) -> Result<Notification> {
    let (actor, now) = (call.actor.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            let row = notifications::find(tx, id)?.ok_or(Error::NotFound)?;
            actor.check_own(row.user_id)?;
            notifications::mark_read(tx, id, now)?;
            Ok(notifications::find(tx, id)?.ok_or(Error::NotFound)?.into())
        })
        .await
}
