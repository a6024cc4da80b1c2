//! Who writes the tree, and how far the log is written: one row.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    columns::Column,
    db::{PreparedOnce as _, Reader, Tx},
    schema::matcher,
};

/// The one row's key.
const ROW: i32 = 1;

/// How far the log is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The place of the last event that was taken up.
    pub seq: i64,
    /// 0 when it is applied whole; else it is a month's beginning, and the owner who joined as number
    /// `part - 1` (counted from 0) is the next to be gone over.
    pub part: i64,
}

/// The matcher's seat.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = matcher)]
pub struct Seat {
    /// See [`Cursor::seq`].
    pub seq: i64,
    /// See [`Cursor::part`].
    pub part: i64,
    /// Rises each time somebody takes the seat.
    pub epoch: i64,
    /// Who sits on it.
    pub lease_owner: String,
    /// Until when, unless it is renewed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub lease_until: Instant,
}

impl Seat {
    /// How far the log is applied.
    pub const fn cursor(&self) -> Cursor {
        Cursor { seq: self.seq, part: self.part }
    }
}

/// The seat as it is.
///
/// # Errors
/// What the database says.
pub fn seat(reader: &mut Reader) -> Result<Seat> {
    matcher::table
        .find(ROW)
        .select(Seat::as_select())
        .first(reader.connection())
        .optional()?
        .ok_or_else(|| Error::corrupt("the matcher has no seat"))
}

/// Takes the seat, where it is free, its lease has run out, or it was `owner`'s before; the epoch rises, so
/// that nothing computed before can be committed. False while another sits on it.
///
/// # Errors
/// What the database says.
pub fn take_seat(tx: &mut Tx, owner: &str, now: Instant, until: Instant) -> Result<bool> {
    let taken = diesel::update(matcher::table.find(ROW))
        .filter(matcher::lease_until.le(now.utc()).or(matcher::lease_owner.eq(owner)))
        .set((
            matcher::epoch.eq(matcher::epoch + 1),
            matcher::lease_owner.eq(owner),
            matcher::lease_until.eq(until.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(taken == 1)
}

/// Stays on the seat; false when another has taken it.
///
/// # Errors
/// What the database says.
pub fn renew_seat(tx: &mut Tx, epoch: i64, until: Instant) -> Result<bool> {
    let renewed = diesel::update(matcher::table.find(ROW))
        .filter(matcher::epoch.eq(epoch))
        .set(matcher::lease_until.eq(until.utc()))
        .prepared()
        .execute(tx.connection())?;
    Ok(renewed == 1)
}

/// Leaves the seat, so that another need not wait for the lease to run out.
///
/// # Errors
/// What the database says.
pub fn leave_seat(tx: &mut Tx, epoch: i64, now: Instant) -> Result<()> {
    diesel::update(matcher::table.find(ROW))
        .filter(matcher::epoch.eq(epoch))
        .set(matcher::lease_until.eq(now.utc()))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// Frees the seat, whoever sits on it: for a process that knows to be alone.
///
/// # Errors
/// What the database says.
pub fn vacate_seat(tx: &mut Tx, now: Instant) -> Result<()> {
    diesel::update(matcher::table.find(ROW))
        .set(matcher::lease_until.eq(now.utc()))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// Moves the cursor, stays on the seat until then, and takes the row's lock: the first statement of every
/// step. False when another step, or another matcher, came first; then nothing of the step may be written.
///
/// # Errors
/// What the database says.
pub fn advance(tx: &mut Tx, epoch: i64, from: Cursor, to: Cursor, until: Instant) -> Result<bool> {
    let advanced = diesel::update(matcher::table.find(ROW))
        .filter(matcher::seq.eq(from.seq))
        .filter(matcher::part.eq(from.part))
        .filter(matcher::epoch.eq(epoch))
        .set((matcher::seq.eq(to.seq), matcher::part.eq(to.part), matcher::lease_until.eq(until.utc())))
        .prepared()
        .execute(tx.connection())?;
    Ok(advanced == 1)
}
