//! An access token shows who asks.

use infra::{
    dead_tokens,
    secrets::Purpose,
    sessions::{self, Standing},
    tokens::{Claims, TokenType},
};
use wallet_rules::calendar::Instant;

use super::AuthFault;
use crate::{Actor, App, Error, ForeignToken, Result};

/// Who holds this access token, as their account stands now. A token that names no session, or one that we never saw, is
/// another service's: it is good by its signature, its claims and its account, until it is ended.
///
/// # Errors
/// [`Error::Unauthorized`] for a token that is no good, a session or token that has ended, an account that is gone or
/// disabled.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Actor> {
    let now = app.clock.now();
    let claims = app
        .tokens
        .read(bearer, TokenType::Access, now)
        .map_err(|fault| Error::Unauthorized(AuthFault::Token(TokenType::Access, fault)))?;
    let (user, session) = (claims.user_id, claims.sid);
    let standing = app.db.read(move |reader| sessions::standing(reader, user, session)).await?;
    let standing = standing.ok_or(Error::Unauthorized(AuthFault::UserNotFound))?;
    if !standing.is_active {
        return Err(Error::Unauthorized(AuthFault::UserInactive));
    }
    let foreign_token = match standing.live_session {
        Some(_) => None,
        None => Some(check_foreign(app, &claims, &standing).await?),
    };
    Ok(Actor {
        id: user,
        role: standing.role,
        is_superuser: standing.is_superuser,
        session: standing.live_session,
        second_factor: standing.second_factor_at.is_some(),
        foreign_token,
    })
}

/// A token without a live session of ours, unless it was ended.
async fn check_foreign(app: &App, claims: &Claims, standing: &Standing) -> Result<ForeignToken> {
    let over = || Error::Unauthorized(AuthFault::SessionOver(TokenType::Access));
    // its claims are whole seconds
    let ended_at = standing.tokens_from.map(|from| from.utc().and_utc().timestamp());
    if ended_at.is_some_and(|ended| claims.iat <= ended) {
        return Err(over());
    }
    let jti_hash = app.keys.keyed_hash(Purpose::TokenId, &claims.jti)?;
    let (session, hash) = (claims.sid, jti_hash.clone());
    let is_over = app
        .db
        .read(move |reader| {
            let ours = match session {
                Some(session) => sessions::find(reader, session)?.is_some(),
                None => false,
            };
            Ok::<_, Error>(ours || dead_tokens::is_dead(reader, &hash)?)
        })
        .await?;
    if is_over {
        return Err(over());
    }
    let end = chrono::DateTime::from_timestamp(claims.exp, 0);
    let expires_at = end.map_or(Instant::MAX, |end| Instant::from_utc(end.naive_utc()));
    Ok(ForeignToken { jti_hash, expires_at })
}
