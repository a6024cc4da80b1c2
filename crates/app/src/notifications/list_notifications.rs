//! Notifications, newest first.

use infra::{notifications, paging::Rows};

use super::objects::Notification;
use crate::{App, Call, Listed, Page, Result};

/// The caller's own, whoever they are; only those that are read, or not, where it is asked.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_notifications(
    app: &App,
    call: &Call,
    is_read: Option<bool>,
    page: Page,
) -> Result<Listed<Notification>> {
    let user = call.actor.id;
    app.db
        .read(move |reader| {
            let Rows { rows, count } = notifications::list(reader, user, is_read, page.slice())?;
            Listed::of(page, Rows { rows: rows.into_iter().map(Notification::from).collect(), count })
        })
        .await
}
