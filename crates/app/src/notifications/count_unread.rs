//! How many notifications a member has not read.

use infra::notifications;

use super::objects::Unread;
use crate::{App, Call, Error, Result};

/// Counts the caller's.
///
/// # Errors
/// What the database says.
pub async fn count_unread(app: &App, call: &Call) -> Result<Unread> {
    let user = call.actor.id;
    let unread_count =
        app.db.read(move |reader| Ok::<_, Error>(notifications::unread(reader, user)?)).await?;
    Ok(Unread { unread_count })
}
