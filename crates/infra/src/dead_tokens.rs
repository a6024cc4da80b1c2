//! Access tokens without a session of ours that were ended before their time.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result, Unique,
    db::{Reader, Tx},
    schema::dead_tokens,
};

/// Ends a token, known by the keyed hash of its id, until it would have ended by itself; once more changes nothing.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, jti_hash: &str, expires_at: Instant, now: Instant) -> Result<()> {
    let inserted = diesel::insert_into(dead_tokens::table)
        .values((
            dead_tokens::jti_hash.eq(jti_hash),
            dead_tokens::expires_at.eq(expires_at.utc()),
            dead_tokens::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())
        .map_err(Error::from);
    match inserted {
        Ok(_) | Err(Error::Duplicate(Unique::DeadTokensJtiHash)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// True for a token that was ended (index `uq_dead_tokens_jti_hash`).
///
/// # Errors
/// What the database says.
pub fn is_dead(reader: &mut Reader, jti_hash: &str) -> Result<bool> {
    let dead = dead_tokens::table.filter(dead_tokens::jti_hash.eq(jti_hash));
    Ok(diesel::select(diesel::dsl::exists(dead)).get_result(reader.connection())?)
}

/// Forgets the tokens whose time was over before `before`.
///
/// # Errors
/// What the database says.
pub fn purge(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(dead_tokens::table.filter(dead_tokens::expires_at.lt(before.utc())))
        .execute(tx.connection())?)
}
