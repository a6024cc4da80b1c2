//! A session ends.

use infra::{
    dead_tokens,
    sessions::{self, SessionEnd},
    tokens::TokenType,
};

use super::objects::Message;
use crate::{App, Call, Result};

/// Ends the caller's session, and the one of the refresh token that came along, should it be another of
/// theirs: their tokens are dead at once. A token that is no good ends nothing.
///
/// # Errors
/// What the database says.
pub async fn logout(app: &App, call: &Call, refresh: Option<&str>) -> Result<Message> {
    let now = app.clock.now();
    let user = call.actor.id;
    let named = refresh
        .and_then(|token| app.tokens.read(token.trim(), TokenType::Refresh, now).ok())
        .filter(|claims| claims.user_id == user)
        .and_then(|claims| claims.sid);
    let mut ending: Vec<i64> = call.actor.session.into_iter().chain(named).collect();
    // always in the same order, so that two logouts don't wait for each other
    ending.sort_unstable();
    ending.dedup();
    let foreign = call.actor.foreign_token.clone();
    app.db
        .write(move |tx| {
            if let Some(token) = &foreign {
                dead_tokens::insert(tx, &token.jti_hash, token.expires_at, now)?;
            }
            for &session in &ending {
                sessions::end(tx, (session, user), SessionEnd::Logout, now)?;
            }
            Ok::<_, crate::Error>(())
        })
        .await?;
    Ok(Message { message: "Logged out.".to_owned() })
}
