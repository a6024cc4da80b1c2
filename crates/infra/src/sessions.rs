//! Sessions: each has one refresh token that is alive, and ends as a whole.

use diesel::prelude::*;
use wallet_rules::{calendar::Instant, people::Role};

use crate::{
    Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, last_insert_id},
    schema::{sessions, users},
};

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Its owner logged out.
    Logout,
    /// A refresh token of it was used twice: one of the two users stole it.
    Reuse,
    /// The account was disabled.
    Disabled,
}

impl SessionEnd {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Reuse => "reuse",
            Self::Disabled => "disabled",
        }
    }
}

/// A session as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// The refresh token that is alive.
    pub refresh_jti: String,
    /// When it ended.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub ended_at: Option<Instant>,
}

/// Begins a session and gives its key.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx,
    user_id: i64,
    refresh_jti: &str,
    expires_at: Instant,
    now: Instant,
) -> Result<i64> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user_id),
            sessions::refresh_jti.eq(refresh_jti),
            sessions::created_at.eq(now.utc()),
            sessions::refreshed_at.eq(now.utc()),
            sessions::expires_at.eq(expires_at.utc()),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// Puts the next refresh token in the place of the one that is alive; false when `alive` is not, any more.
///
/// # Errors
/// What the database says.
pub fn rotate(
    tx: &mut Tx,
    (id, user_id): (i64, i64),
    alive: &str,
    next: &str,
    expires_at: Instant,
    now: Instant,
) -> Result<bool> {
    let rotated = diesel::update(sessions::table.find(id))
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::refresh_jti.eq(alive))
        .filter(sessions::ended_at.is_null())
        .set((
            sessions::refresh_jti.eq(next),
            sessions::refreshed_at.eq(now.utc()),
            sessions::expires_at.eq(expires_at.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(rotated == 1)
}

/// Ends a session of this user; false when it had ended, or is not theirs.
///
/// # Errors
/// What the database says.
pub fn end(tx: &mut Tx, (id, user_id): (i64, i64), because: SessionEnd, now: Instant) -> Result<bool> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::ended_at.is_null())
        .set((sessions::ended_at.eq(Some(now.utc())), sessions::ended_because.eq(Some(because.as_str()))))
        .prepared()
        .execute(tx.connection())?;
    Ok(ended == 1)
}

/// Ends every session of this user and gives how many ended.
///
/// # Errors
/// What the database says.
pub fn end_all(tx: &mut Tx, user_id: i64, because: SessionEnd, now: Instant) -> Result<usize> {
    Ok(diesel::update(sessions::table.filter(sessions::user_id.eq(user_id)))
        .filter(sessions::ended_at.is_null())
        .set((sessions::ended_at.eq(Some(now.utc())), sessions::ended_because.eq(Some(because.as_str()))))
        .prepared()
        .execute(tx.connection())?)
}

/// Notes that the second factor was shown in a session of this user.
///
/// # Errors
/// What the database says.
pub fn show_second_factor(tx: &mut Tx, (id, user_id): (i64, i64), now: Instant) -> Result<()> {
    diesel::update(sessions::table.find(id))
        .filter(sessions::user_id.eq(user_id))
        .set(sessions::second_factor_at.eq(Some(now.utc())))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// The session with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Session>> {
    Ok(sessions::table.find(id).select(Session::as_select()).first(reader.connection()).optional()?)
}

/// How an account stands, and the session that a token names.
#[derive(Clone, Debug, Queryable)]
pub struct Standing {
    /// What the account may do.
    #[diesel(deserialize_as = Column<Role>)]
    pub role: Role,
    /// Made by `manage createsuperuser`.
    pub is_superuser: bool,
    /// Can log in.
    pub is_active: bool,
    /// The session, when it is this account's and has not ended.
    pub live_session: Option<i64>,
    /// When the second factor was shown in it.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub second_factor_at: Option<Instant>,
    /// Tokens without a session of ours are dead that were issued up to then.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub tokens_from: Option<Instant>,
}

/// How the account stands, in one read; none when there is none.
///
/// # Errors
/// What the database says.
pub fn standing(reader: &mut Reader, user_id: i64, session: Option<i64>) -> Result<Option<Standing>> {
    // no session has the key 0
    let named = sessions::id
        .eq(session.unwrap_or(0))
        .and(sessions::user_id.eq(users::id))
        .and(sessions::ended_at.is_null());
    Ok(users::table
        .left_join(sessions::table.on(named))
        .filter(users::id.eq(user_id))
        .select((
            users::role,
            users::is_superuser,
            users::is_active,
            sessions::id.nullable(),
            sessions::second_factor_at.nullable(),
            users::tokens_from,
        ))
        .first(reader.connection())
        .optional()?)
}

/// Forgets the sessions that were over before `before`.
///
/// # Errors
/// What the database says.
pub fn purge(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(before.utc())))
        .execute(tx.connection())?)
}
