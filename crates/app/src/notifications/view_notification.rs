//! One notification.

use infra::notifications;

use super::objects::Notification;
use crate::{App, Call, Error, Result};

/// The caller's own notification with this key; looking at it doesn't mark it as read.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_notification(app: &App, call: &Call, id: i64) -> Result<Notification> {
    let row = app.db.read(move |reader| notifications::find(reader, id)).await?.ok_or(Error::NotFound)?;
    call.actor.check_own(row.user_id)?;
    Ok(row.into())
}
