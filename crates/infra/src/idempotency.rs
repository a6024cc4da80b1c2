//! Replies that took effect, by the caller's `Idempotency-Key`.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result, Unique,
    db::{PreparedOnce as _, Tx},
    schema::idempotency_keys,
};

/// What names a request that may be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose request.
    pub user_id: i64,
    /// Its path.
    pub path: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of its body, in hex.
    pub body_hash: String,
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: it is ours to do.
    Never,
    /// It took effect with this reply.
    Before(String),
    /// The caller's key was used with another body.
    Otherwise,
}

/// Takes the key; a second request with the same one waits here until the first has ended.
///
/// # Errors
/// What the database says.
pub fn begin(tx: &mut Tx, request: &RequestKey, now: Instant) -> Result<Seen> {
    let inserted = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::user_id.eq(request.user_id),
            idempotency_keys::path.eq(&request.path),
            idempotency_keys::idem_key.eq(&request.key),
            idempotency_keys::body_hash.eq(&request.body_hash),
            idempotency_keys::reply.eq(""),
            idempotency_keys::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())
        .map_err(Error::from);
    match inserted {
        Ok(_) => Ok(Seen::Never),
        Err(Error::Duplicate(Unique::IdempotencyKeys)) => {
            let stored: Option<(String, String)> = idempotency_keys::table
                .filter(idempotency_keys::user_id.eq(request.user_id))
                .filter(idempotency_keys::path.eq(&request.path))
                .filter(idempotency_keys::idem_key.eq(&request.key))
                .select((idempotency_keys::body_hash, idempotency_keys::reply))
                .first(tx.connection())
                .optional()?;
            match stored {
                Some((hash, reply)) if hash == request.body_hash => Ok(Seen::Before(reply)),
                Some(_) => Ok(Seen::Otherwise),
                // purged between the two statements
                None => Err(Error::Contended("an idempotency key went away".to_owned())),
            }
        }
        Err(error) => Err(error),
    }
}

/// Stores the reply of a request that takes effect with this transaction.
///
/// # Errors
/// [`Error::Contended`] when the key of this very transaction is gone: a node of a cluster has rolled it back without a
/// word, and nothing of it may stay. What the database says.
pub fn keep(tx: &mut Tx, request: &RequestKey, reply: &str) -> Result<()> {
    let updated = diesel::update(idempotency_keys::table)
        .filter(idempotency_keys::user_id.eq(request.user_id))
        .filter(idempotency_keys::path.eq(&request.path))
        .filter(idempotency_keys::idem_key.eq(&request.key))
        .set(idempotency_keys::reply.eq(reply))
        .prepared()
        .execute(tx.connection())?;
    if updated == 1 { Ok(()) } else { Err(Error::Contended("an idempotency key is gone".to_owned())) }
}

/// Forgets the keys from before `before`.
///
/// # Errors
/// What the database says.
pub fn purge(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(idempotency_keys::table)
        .filter(idempotency_keys::created_at.lt(before.utc()))
        .execute(tx.connection())?)
}
