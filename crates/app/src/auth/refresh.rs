//! A refresh token gives the next pair, once.

use infra::{
    db::Tx,
    sessions::{self, SessionEnd},
    tokens::{Claims, TokenFault, TokenType},
};
use wallet_rules::calendar::Instant;

use super::{
    AuthFault,
    objects::Tokens,
    steps::{IssuedTokens, issue_tokens, new_token_id},
};
use crate::{App, Error, Result};

/// What the transaction leaves behind.
enum Outcome {
    Rotated,
    /// The token was dead: one of its two users has stolen it, so the session ends for both.
    Reused,
}

/// Gives a new pair of tokens for a refresh token, which dies. Using a dead one ends its whole session.
///
/// # Errors
/// [`Error::Unauthorized`] for every token that is no good.
pub async fn refresh(app: &App, token: &str) -> Result<Tokens> {
    let now = app.clock.now();
    let refused = |fault| Error::Unauthorized(AuthFault::Token(TokenType::Refresh, fault));
    let claims = app.tokens.read(token.trim(), TokenType::Refresh, now).map_err(refused)?;
    let session = claims.sid.ok_or_else(|| refused(TokenFault::Malformed))?;
    let user = claims.user_id;
    let next = new_token_id()?;
    let expires_at = now.plus(app.lifetimes.refresh_lifetime);
    let refresh_id = next.clone();
    let outcome = app.db.write(move |tx| rotate(tx, &claims, session, (&next, expires_at), now)).await?;
    match outcome {
        Outcome::Rotated => issue_tokens(app, IssuedTokens { user, session, refresh_id: &refresh_id }, now),
        Outcome::Reused => Err(Error::Unauthorized(AuthFault::SessionOver(TokenType::Refresh))),
    }
}

fn rotate(
    tx: &mut Tx,
    claims: &Claims,
    session: i64,
    (next, expires_at): (&str, Instant),
    now: Instant,
) -> Result<Outcome> {
    let refused = |fault| Err(Error::Unauthorized(fault));
    let Some(standing) = sessions::standing(tx, claims.user_id, Some(session))? else {
        return refused(AuthFault::UserNotFound);
    };
    if !standing.is_active {
        return refused(AuthFault::UserInactive);
    }
    if standing.live_session.is_none() {
        return refused(AuthFault::SessionOver(TokenType::Refresh));
    }
    let whose = (session, claims.user_id);
    if sessions::rotate(tx, whose, &claims.jti, next, expires_at, now)? {
        return Ok(Outcome::Rotated);
    }
    sessions::end(tx, whose, SessionEnd::Reuse, now)?;
    Ok(Outcome::Reused)
}
