//! Messages that nobody can run, kept for a person to look at.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    broker::Letter,
    columns::Column,
    db::{Reader, Tx},
    schema::dead_letters,
};

/// Most letters of a task's name or id.
const NAME_CHARS: usize = 100;
/// Most letters of a body: four bytes each fit in a TEXT of MySQL.
const BODY_CHARS: usize = 16_000;
/// Most letters of a reason.
const REASON_CHARS: usize = 300;

/// A kept message.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = dead_letters)]
pub struct DeadLetter {
    /// Key.
    pub id: i64,
    /// The task's name.
    pub task: String,
    /// The task's id at the one who sent it.
    pub task_id: String,
    /// Its arguments as they were sent.
    pub body: String,
    /// Why it can't be run.
    pub reason: String,
    /// When it came.
    #[diesel(deserialize_as = Column<Instant>)]
    pub received_at: Instant,
}

/// Keeps a message; what is longer than its column is cut off.
///
/// # Errors
/// What the database says.
pub fn keep(tx: &mut Tx, letter: &Letter, now: Instant) -> Result<()> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    diesel::insert_into(dead_letters::table)
        .values((
            dead_letters::task.eq(cut(&letter.task, NAME_CHARS)),
            dead_letters::task_id.eq(cut(&letter.task_id, NAME_CHARS)),
            dead_letters::body.eq(cut(&letter.body, BODY_CHARS)),
            dead_letters::reason.eq(cut(&letter.reason, REASON_CHARS)),
            dead_letters::received_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// The oldest kept messages.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, limit: i64) -> Result<Vec<DeadLetter>> {
    Ok(dead_letters::table
        .order(dead_letters::id.asc())
        .limit(limit)
        .select(DeadLetter::as_select())
        .load(reader.connection())?)
}

/// Forgets one; false when it is not there.
///
/// # Errors
/// What the database says.
pub fn forget(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(diesel::delete(dead_letters::table.find(id)).execute(tx.connection())? == 1)
}

/// Forgets those that came before `before`.
///
/// # Errors
/// What the database says.
pub fn purge(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(dead_letters::table)
        .filter(dead_letters::received_at.lt(before.utc()))
        .execute(tx.connection())?)
}
