//! An access token shows who asks.

use infra::{sessions, tokens::TokenType};

use super::AuthFault;
use crate::{Actor, App, Error, Result};

/// Who holds this access token, as their account stands now.
///
/// # Errors
/// [`Error::Unauthorized`] for a token that is no good, a session that has ended, an account that is gone or
/// disabled.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Actor> {
    let now = app.clock.now();
    let claims = app
        .tokens
        .read(bearer, TokenType::Access, now)
        .map_err(|fault| Error::Unauthorized(AuthFault::Token(TokenType::Access, fault)))?;
    let (user, session) = (claims.user_id, claims.sid);
    let standing = app.db.read(move |reader| sessions::standing(reader, user, session)).await?;
    let refused = |fault| Err(Error::Unauthorized(fault));
    match standing {
        None => refused(AuthFault::UserNotFound),
        Some(standing) if !standing.is_active => refused(AuthFault::UserInactive),
        // a token from before this platform names no session and lives until its time is over
        Some(standing) if session.is_some() && standing.live_session.is_none() => {
            refused(AuthFault::SessionOver(TokenType::Access))
        }
        Some(standing) => Ok(Actor {
            id: user,
            role: standing.role,
            is_superuser: standing.is_superuser,
            session,
            second_factor: standing.second_factor_at.is_some(),
        }),
    }
}
