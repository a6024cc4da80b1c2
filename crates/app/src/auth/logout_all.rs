//! Every session of somebody ends.

use infra::{
    sessions::{self, SessionEnd},
    users,
};

use super::objects::Message;
use crate::{App, Call, Result};

/// Ends every session of the caller's: all their tokens are dead at once, wherever they are.
///
/// # Errors
/// What the database says.
pub async fn logout_all(app: &App, call: &Call) -> Result<Message> {
    let (user, now) = (call.actor.id, app.clock.now());
    app.db
        .write(move |tx| {
            users::end_tokens(tx, user, now)?;
            sessions::end_all(tx, user, SessionEnd::Logout, now)?;
            Ok::<_, crate::Error>(())
        })
        .await?;
    Ok(Message { message: "Logged out everywhere.".to_owned() })
}
