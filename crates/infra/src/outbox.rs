//! Work that follows from a commit: a row in that commit, run afterwards until it is done.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    broker::Outgoing,
    columns::{Column, Nullable},
    db::{AnyConnection, PreparedOnce as _, ROWS_PER_STATEMENT, Reader, Tx},
    schema::outbox,
};

/// How often a task is tried before a person has to look at it.
pub const MAX_ATTEMPTS: u32 = 12;
/// The wait after the first failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
/// The longest wait between two tries.
const LONGEST_BACKOFF: Duration = Duration::from_secs(600);

/// A task as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Task {
    /// Key.
    pub id: i64,
    /// What is to be done; `app::tasks` knows the names.
    pub kind: String,
    /// What makes it one and the same task.
    pub task_key: String,
    /// The row that it is about.
    pub subject_id: i64,
    /// What else it needs; sealed where it holds a secret.
    pub payload: String,
    /// How often it was begun.
    #[diesel(deserialize_as = Column<u32>)]
    pub attempts: u32,
    /// When it is due; none once it is done or given up.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub next_at: Option<Instant>,
    /// When it was done.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub done_at: Option<Instant>,
    /// When it was given up.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub gave_up_at: Option<Instant>,
    /// What the last failure said.
    pub last_error: String,
    /// The request, actor or task that it follows from.
    pub caused_by: String,
    /// When it was announced.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
}

/// A task to be announced.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    /// What is to be done.
    pub kind: &'a str,
    /// What makes it one and the same task.
    pub task_key: String,
    /// The row that it is about.
    pub subject_id: i64,
    /// What else it needs.
    pub payload: String,
    /// The request, actor or task that it follows from.
    pub caused_by: &'a str,
}

/// Announces a task, due at once.
///
/// # Errors
/// [`Error::Duplicate`] when the same task was announced before.
pub fn announce(tx: &mut Tx, new: &NewTask<'_>, now: Instant) -> Result<()> {
    diesel::insert_into(outbox::table).values(&NewRow::of(new, now)).execute(tx.connection())?;
    Ok(())
}

/// Announces a task, due at `due`, and gives its key.
///
/// # Errors
/// As [`announce`].
pub fn announce_for(tx: &mut Tx, new: &NewTask<'_>, due: Instant, now: Instant) -> Result<i64> {
    let row = NewRow { next_at: Some(due.utc()), ..NewRow::of(new, now) };
    diesel::insert_into(outbox::table).values(&row).execute(tx.connection())?;
    find_by_key(tx, &new.task_key)?.ok_or_else(|| Error::corrupt("a task that was just announced is missing"))
}

/// The task with this task key.
///
/// # Errors
/// What the database says.
pub fn find_by_key(reader: &mut Reader, task_key: &str) -> Result<Option<i64>> {
    let found = outbox::table.filter(outbox::task_key.eq(task_key)).select(outbox::id);
    Ok(found.first(reader.connection()).optional()?)
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
#[diesel(treat_none_as_default_value = false)]
struct NewRow<'a> {
    kind: &'a str,
    task_key: &'a str,
    subject_id: i64,
    payload: &'a str,
    attempts: i32,
    next_at: Option<chrono::NaiveDateTime>,
    last_error: &'a str,
    caused_by: &'a str,
    created_at: chrono::NaiveDateTime,
}

impl<'a> NewRow<'a> {
    fn of(new: &'a NewTask<'_>, now: Instant) -> Self {
        Self {
            kind: new.kind,
            task_key: &new.task_key,
            subject_id: new.subject_id,
            payload: &new.payload,
            attempts: 0,
            next_at: Some(now.utc()),
            last_error: "",
            caused_by: new.caused_by,
            created_at: now.utc(),
        }
    }
}

/// Announces tasks, due at once.
///
/// # Errors
/// As [`announce`].
pub fn announce_all(tx: &mut Tx, new: &[NewTask<'_>], now: Instant) -> Result<()> {
    let rows: Vec<NewRow<'_>> = new.iter().map(|new| NewRow::of(new, now)).collect();
    match tx.connection() {
        AnyConnection::Sqlite(c) => {
            for row in &rows {
                diesel::insert_into(outbox::table).values(row).execute(c)?;
            }
        }
        // a server is a round trip away
        AnyConnection::Mysql(c) => {
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                diesel::insert_into(outbox::table).values(rows).execute(c)?;
            }
        }
    }
    Ok(())
}

/// The keys of tasks that are due, the longest due first (index `ix_outbox_next_at`).
///
/// # Errors
/// What the database says.
pub fn due(reader: &mut Reader, now: Instant, limit: i64) -> Result<Vec<i64>> {
    Ok(due_to_send(reader, now, limit)?.into_iter().map(|task| task.row).collect())
}

/// As [`due`], with what a message about each says.
///
/// # Errors
/// What the database says.
pub fn due_to_send(reader: &mut Reader, now: Instant, limit: i64) -> Result<Vec<Outgoing>> {
    let rows: Vec<(i64, String, i64)> = outbox::table
        .filter(outbox::next_at.le(Some(now.utc())))
        .order((outbox::next_at.asc(), outbox::id.asc()))
        .limit(limit)
        .select((outbox::id, outbox::kind, outbox::subject_id))
        .load(reader.connection())?;
    Ok(rows.into_iter().map(|(row, kind, subject)| Outgoing { row, kind, subject }).collect())
}

/// The task with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Task>> {
    Ok(outbox::table.find(id).select(Task::as_select()).first(reader.connection()).optional()?)
}

/// Counts a try before it is made, so that a task that kills its process is counted too: `attempts + 1`,
/// due again after the back-off. Gives the task, or none when it is not due any more.
///
/// # Errors
/// What the database says.
pub fn claim(tx: &mut Tx, id: i64, now: Instant) -> Result<Option<Task>> {
    let Some(task) = find(tx, id)? else { return Ok(None) };
    if task.attempts >= MAX_ATTEMPTS {
        give_up(tx, &task, now)?;
        return Ok(None);
    }
    let again = now.plus(backoff_after(task.attempts.saturating_add(1)));
    let claimed = diesel::update(outbox::table.find(id))
        .filter(outbox::next_at.le(Some(now.utc())))
        .filter(outbox::attempts.eq(i32::try_from(task.attempts).map_err(Error::corrupt)?))
        .set((outbox::attempts.eq(outbox::attempts + 1), outbox::next_at.eq(Some(again.utc()))))
        .prepared()
        .execute(tx.connection())?;
    let claimed_now = Task { attempts: task.attempts.saturating_add(1), next_at: Some(again), ..task };
    Ok((claimed == 1).then_some(claimed_now))
}

/// Counts the first try of those of these tasks that are due, of these kinds and were never tried, before it is
/// made, and gives them. A task that is tried again is claimed alone: one that kills its process takes only first
/// tries of others along.
///
/// # Errors
/// [`Error::Contended`] when another process claims some of them at the same time; what the database says.
pub fn claim_first_tries(tx: &mut Tx, ids: &[i64], kinds: &[&str], now: Instant) -> Result<Vec<Task>> {
    let untried = || outbox::attempts.eq(0).and(outbox::next_at.le(Some(now.utc())));
    let mut tasks: Vec<Task> = outbox::table
        .filter(outbox::id.eq_any(ids))
        .filter(outbox::kind.eq_any(kinds))
        .filter(untried())
        .select(Task::as_select())
        .load(tx.connection())?;
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let (again, found) = (now.plus(backoff_after(1)), tasks.iter().map(|task| task.id));
    let claimed = diesel::update(outbox::table.filter(outbox::id.eq_any(found)))
        .filter(untried())
        .set((outbox::attempts.eq(1), outbox::next_at.eq(Some(again.utc()))))
        .execute(tx.connection())?;
    if claimed != tasks.len() {
        return Err(Error::Contended("others claim the same tasks".to_owned()));
    }
    for task in &mut tasks {
        (task.attempts, task.next_at) = (1, Some(again));
    }
    Ok(tasks)
}

/// Makes a task that is not done due at `until`.
///
/// # Errors
/// What the database says.
pub fn postpone(tx: &mut Tx, id: i64, until: Instant) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .filter(outbox::next_at.is_not_null())
        .set(outbox::next_at.eq(Some(until.utc())))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// Gives a due task up whose last try never came to its end.
fn give_up(tx: &mut Tx, task: &Task, now: Instant) -> Result<()> {
    let told = if task.last_error.is_empty() { "no try came to its end" } else { &task.last_error };
    diesel::update(outbox::table.find(task.id))
        .filter(outbox::next_at.le(Some(now.utc())))
        .filter(outbox::attempts.eq(i32::try_from(task.attempts).map_err(Error::corrupt)?))
        .set((
            outbox::gave_up_at.eq(Some(now.utc())),
            outbox::next_at.eq(None::<chrono::NaiveDateTime>),
            outbox::last_error.eq(told),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// How long a task waits after this many tries.
pub fn backoff_after(attempts: u32) -> TimeDelta {
    let doubled = FIRST_BACKOFF.saturating_mul(2u32.saturating_pow(attempts.saturating_sub(1)));
    TimeDelta::from_std(doubled.min(LONGEST_BACKOFF)).unwrap_or(TimeDelta::MAX)
}

/// Takes the task's row lock and marks it done; false when it is done or given up already.
///
/// # Errors
/// What the database says.
pub fn finish(tx: &mut Tx, id: i64, now: Instant) -> Result<bool> {
    let finished = diesel::update(outbox::table.find(id))
        .filter(outbox::next_at.is_not_null())
        .set((outbox::done_at.eq(Some(now.utc())), outbox::next_at.eq(None::<chrono::NaiveDateTime>)))
        .prepared()
        .execute(tx.connection())?;
    Ok(finished == 1)
}

/// Records a failure; after the last try the task is given up and waits for a person.
///
/// # Errors
/// What the database says.
pub fn record_failure(tx: &mut Tx, id: i64, error: &str, now: Instant) -> Result<()> {
    let text: String = error.chars().take(500).collect();
    diesel::update(outbox::table.find(id))
        .filter(outbox::next_at.is_not_null())
        .set(outbox::last_error.eq(text))
        .prepared()
        .execute(tx.connection())?;
    let limit = i32::try_from(MAX_ATTEMPTS).map_err(Error::corrupt)?;
    diesel::update(outbox::table.find(id))
        .filter(outbox::next_at.is_not_null())
        .filter(outbox::attempts.ge(limit))
        .set((outbox::gave_up_at.eq(Some(now.utc())), outbox::next_at.eq(None::<chrono::NaiveDateTime>)))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// Makes a task that is not done due now, with its tries forgotten; false when it is done.
///
/// # Errors
/// What the database says.
pub fn revive(tx: &mut Tx, id: i64, now: Instant) -> Result<bool> {
    let revived = diesel::update(outbox::table.find(id))
        .filter(outbox::done_at.is_null())
        .set((
            outbox::gave_up_at.eq(None::<chrono::NaiveDateTime>),
            outbox::next_at.eq(Some(now.utc())),
            outbox::attempts.eq(0),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(revived == 1)
}

/// Forgets tasks that were done before `before`.
///
/// # Errors
/// What the database says.
pub fn purge_done(tx: &mut Tx, before: Instant) -> Result<usize> {
    Ok(diesel::delete(outbox::table)
        .filter(outbox::done_at.lt(Some(before.utc())))
        .execute(tx.connection())?)
}

/// How the outbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When the longest due task was due.
    pub oldest_due: Option<Instant>,
    /// Tasks that wait for a person.
    pub given_up: i64,
}

/// How the outbox stands at `now`.
///
/// # Errors
/// What the database says.
pub fn standing(reader: &mut Reader, now: Instant) -> Result<Standing> {
    let oldest: Option<Option<chrono::NaiveDateTime>> = outbox::table
        .filter(outbox::next_at.le(Some(now.utc())))
        .order(outbox::next_at.asc())
        .select(outbox::next_at)
        .first(reader.connection())
        .optional()?;
    let given_up =
        outbox::table.filter(outbox::gave_up_at.is_not_null()).count().get_result(reader.connection())?;
    Ok(Standing { oldest_due: oldest.flatten().map(Instant::from_utc), given_up })
}

/// Tasks that are not done, the ones given up first.
///
/// # Errors
/// What the database says.
pub fn unfinished(reader: &mut Reader, limit: i64) -> Result<Vec<Task>> {
    Ok(outbox::table
        .filter(outbox::done_at.is_null())
        .order((outbox::next_at.is_not_null().asc(), outbox::id.asc()))
        .limit(limit)
        .select(Task::as_select())
        .load(reader.connection())?)
}
