//! A session's tokens.

use infra::{
    secrets::random_token,
    tokens::{Claims, TokenType},
};
use wallet_rules::calendar::Instant;

use crate::{App, Result, auth::objects::Tokens};

/// Letters of a token's id: 190 bits.
const TOKEN_ID_LENGTH: usize = 32;

/// What makes a token one and the same.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the machine gives no random bytes.
pub(crate) fn new_token_id() -> Result<String> {
    Ok(random_token(TOKEN_ID_LENGTH)?)
}

/// Whose tokens to issue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IssuedTokens<'a> {
    /// The account.
    pub(crate) user: i64,
    /// Its session.
    pub(crate) session: i64,
    /// The id of the refresh token, which the session's row holds.
    pub(crate) refresh_id: &'a str,
}

/// Signs a pair of tokens for a session that is committed.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the machine gives no random bytes.
pub(crate) fn issue_tokens(app: &App, of: IssuedTokens<'_>, now: Instant) -> Result<Tokens> {
    let seconds = |instant: Instant| instant.utc().and_utc().timestamp();
    let sign = |token_type, lifetime, jti: &str| {
        app.tokens.sign(&Claims {
            token_type,
            exp: seconds(now.plus(lifetime)),
            iat: seconds(now),
            jti: jti.to_owned(),
            user_id: of.user,
            sid: Some(of.session),
        })
    };
    Ok(Tokens {
        refresh: sign(TokenType::Refresh, app.lifetimes.refresh_lifetime, of.refresh_id)?,
        access: sign(TokenType::Access, app.lifetimes.access_lifetime, &new_token_id()?)?,
    })
}
