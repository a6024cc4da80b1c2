//! One-time codes: one live code per identifier and purpose, known only by its keyed hash.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result, Unique,
    db::{PreparedOnce as _, Tx, expect_one, last_insert_id},
    schema::otps,
};

/// How often a code can be tried.
pub const MAX_TRIES: i32 = 5;

/// What a code is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpPurpose {
    /// Shows that an identifier is the caller's: to log in, or to make it the account's own.
    Identifier,
}

impl OtpPurpose {
    /// How it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
        }
    }
}

/// A live code.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = otps)]
pub struct Otp {
    /// Key.
    pub id: i64,
    /// Its keyed hash.
    pub code_hash: String,
}

/// Stores a new code in place of the one before and gives the row's key.
///
/// # Errors
/// [`Error::Contended`] when two codes for one identifier are stored at once.
pub fn put(
    tx: &mut Tx,
    (identifier, purpose): (&str, OtpPurpose),
    code_hash: &str,
    expires_at: Instant,
    now: Instant,
) -> Result<i64> {
    let live = otps::table.filter(otps::identifier.eq(identifier)).filter(otps::purpose.eq(purpose.as_str()));
    let replaced = diesel::update(live)
        .set((
            otps::code_hash.eq(code_hash),
            otps::tries.eq(0),
            otps::expires_at.eq(expires_at.utc()),
            otps::created_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    if replaced > 0 {
        return Ok(live.select(otps::id).first(tx.connection())?);
    }
    let inserted = diesel::insert_into(otps::table)
        .values((
            otps::identifier.eq(identifier),
            otps::purpose.eq(purpose.as_str()),
            otps::code_hash.eq(code_hash),
            otps::tries.eq(0),
            otps::expires_at.eq(expires_at.utc()),
            otps::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())
        .map_err(Error::from);
    match inserted {
        Ok(_) => last_insert_id(tx),
        Err(Error::Duplicate(Unique::OtpsIdentifierPurpose)) => {
            Err(Error::Contended("two codes for one identifier".to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Counts a try of the live code, under its row lock until the transaction ends, and gives the code; none when
/// there is none, its time is over, or its tries are used up.
///
/// # Errors
/// What the database says.
pub fn count_try(
    tx: &mut Tx,
    (identifier, purpose): (&str, OtpPurpose),
    now: Instant,
) -> Result<Option<Otp>> {
    let code = otps::table.filter(otps::identifier.eq(identifier)).filter(otps::purpose.eq(purpose.as_str()));
    let live = code.filter(otps::tries.lt(MAX_TRIES)).filter(otps::expires_at.gt(now.utc()));
    let counted =
        diesel::update(live).set(otps::tries.eq(otps::tries + 1)).prepared().execute(tx.connection())?;
    if counted == 0 {
        return Ok(None);
    }
    Ok(code.select(Otp::as_select()).first(tx.connection()).optional()?)
}

/// Takes back the try that [`count_try`] counted in this transaction: the code was right, but it is not used.
///
/// # Errors
/// What the database says.
pub fn uncount_try(tx: &mut Tx, id: i64) -> Result<()> {
    let updated = diesel::update(otps::table.find(id))
        .set(otps::tries.eq(otps::tries - 1))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a code is gone under its lock")
}

/// Uses a code up.
///
/// # Errors
/// What the database says.
pub fn use_up(tx: &mut Tx, id: i64) -> Result<()> {
    let deleted = diesel::delete(otps::table.find(id)).execute(tx.connection())?;
    expect_one(deleted, "a code is gone under its lock")
}

/// Forgets the code of an identifier, should there be one.
///
/// # Errors
/// What the database says.
pub fn forget(tx: &mut Tx, identifier: &str) -> Result<()> {
    diesel::delete(otps::table.filter(otps::identifier.eq(identifier))).execute(tx.connection())?;
    Ok(())
}

/// Forgets the codes whose time was over before `before`.
///
/// # Errors
/// What the database says.
pub fn purge(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(otps::table.filter(otps::expires_at.lt(before.utc()))).execute(tx.connection())?)
}
