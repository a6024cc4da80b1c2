//! Second factors: one secret for an account, known once its holder has shown a code of it.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    columns::Nullable,
    db::{PreparedOnce as _, Reader, Tx},
    schema::second_factors,
};

/// A second factor as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct SecondFactor {
    /// Its secret, sealed.
    pub secret_sealed: String,
    /// When its holder first showed a code of it.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub confirmed_at: Option<Instant>,
}

/// The account's second factor.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, user_id: i64) -> Result<Option<SecondFactor>> {
    Ok(second_factors::table
        .find(user_id)
        .select(SecondFactor::as_select())
        .first(reader.connection())
        .optional()?)
}

/// Stores a secret in place of one that nobody has confirmed. The caller holds the account's lock.
///
/// # Errors
/// What the database says.
pub fn put(tx: &mut Tx, user_id: i64, secret_sealed: &str, now: Instant) -> Result<()> {
    forget(tx, user_id)?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user_id),
            second_factors::secret_sealed.eq(secret_sealed),
            second_factors::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Uses up the code of a half minute, and with it every earlier one; false when it was used up before.
///
/// # Errors
/// What the database says.
pub fn use_up(tx: &mut Tx, user_id: i64, step: i64, confirmed_at: Instant) -> Result<bool> {
    let used = diesel::update(second_factors::table.find(user_id))
        .filter(second_factors::last_step.is_null().or(second_factors::last_step.lt(step)))
        .set((
            second_factors::last_step.eq(Some(step)),
            second_factors::confirmed_at.eq(Some(confirmed_at.utc())),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(used == 1)
}

/// Forgets the account's second factor; false when there is none.
///
/// # Errors
/// What the database says.
pub fn forget(tx: &mut Tx, user_id: i64) -> Result<bool> {
    Ok(diesel::delete(second_factors::table.find(user_id)).execute(tx.connection())? == 1)
}
