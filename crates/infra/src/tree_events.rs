//! The tree's log: what happened, in the order in which the matcher found it.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, ROWS_PER_STATEMENT, Reader, Tx, execute_with_rows, expect_all, expect_one},
    paging::{Rows, Slice},
    schema::tree_events,
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeEvent {
    /// A member is to be placed.
    Join {
        /// Who.
        member: i64,
        /// Below whom; none: the root of a tree of their own.
        sponsor: Option<i64>,
        /// The sponsor's direct side that is asked for.
        side: Option<binary_tree::Side>,
    },
    /// A member's first booking is confirmed.
    Qualify {
        /// Who.
        member: i64,
    },
    /// A member became an Active Buyer, or is none any more.
    ActiveBuyer {
        /// Who.
        member: i64,
        /// Is one from now on.
        active: bool,
    },
    /// A plan version takes effect.
    Plan {
        /// Which.
        version: i32,
    },
    /// A month begins.
    Month {
        /// `Month::index` of it.
        month: u32,
    },
}

impl TreeEvent {
    /// How the kind is stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Join { .. } => "join",
            Self::Qualify { .. } => "qualify",
            Self::ActiveBuyer { .. } => "active_buyer",
            Self::Plan { .. } => "plan",
            Self::Month { .. } => "month",
        }
    }
}

/// Appends an event, unsequenced: the matcher gives it its place.
///
/// # Errors
/// What the database says.
pub fn append(tx: &mut Tx, event: TreeEvent, at: Instant, caused_by: &str) -> Result<()> {
    let (member, sponsor, side, active, version, month) = match event {
        TreeEvent::Join { member, sponsor, side } => (Some(member), sponsor, side, None, None, None),
        TreeEvent::Qualify { member } => (Some(member), None, None, None, None, None),
        TreeEvent::ActiveBuyer { member, active } => (Some(member), None, None, Some(active), None, None),
        TreeEvent::Plan { version } => (None, None, None, None, Some(version), None),
        TreeEvent::Month { month } => {
            (None, None, None, None, None, Some(i32::try_from(month).map_err(Error::corrupt)?))
        }
    };
    diesel::insert_into(tree_events::table)
        .values((
            tree_events::kind.eq(event.kind()),
            tree_events::member_id.eq(member),
            tree_events::sponsor_id.eq(sponsor),
            tree_events::side.eq(side.map(binary_tree::Side::as_str)),
            tree_events::active.eq(active),
            tree_events::plan_version.eq(version),
            tree_events::month.eq(month),
            tree_events::at.eq(at.utc()),
            tree_events::caused_by.eq(caused_by),
            tree_events::created_at.eq(at.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Key; rises in the order in which events were appended, not committed.
    pub id: i64,
    /// What happened.
    pub event: TreeEvent,
    /// When.
    pub at: Instant,
    /// Its place in the log; none while it waits.
    pub seq: Option<i64>,
    /// When, as the log tells it: never before the event before it.
    pub effective_at: Option<Instant>,
    /// Why it changed nothing.
    pub refused: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tree_events)]
struct Row {
    id: i64,
    seq: Option<i64>,
    kind: String,
    member_id: Option<i64>,
    sponsor_id: Option<i64>,
    #[diesel(deserialize_as = Nullable<binary_tree::Side>)]
    side: Option<binary_tree::Side>,
    active: Option<bool>,
    plan_version: Option<i32>,
    #[diesel(deserialize_as = Nullable<u32>)]
    month: Option<u32>,
    #[diesel(deserialize_as = Column<Instant>)]
    at: Instant,
    #[diesel(deserialize_as = Nullable<Instant>)]
    effective_at: Option<Instant>,
    refused: Option<String>,
}

impl Row {
    fn stored(self) -> Result<StoredEvent> {
        let event = match (self.kind.as_str(), self.member_id) {
            ("join", Some(member)) => TreeEvent::Join { member, sponsor: self.sponsor_id, side: self.side },
            ("qualify", Some(member)) => TreeEvent::Qualify { member },
            ("active_buyer", Some(member)) => {
                let active = self.active.ok_or_else(|| Error::corrupt("an event without its flag"))?;
                TreeEvent::ActiveBuyer { member, active }
            }
            ("plan", _) => {
                let version = self.plan_version.ok_or_else(|| Error::corrupt("an event without its plan"))?;
                TreeEvent::Plan { version }
            }
            ("month", _) => {
                let month = self.month.ok_or_else(|| Error::corrupt("an event without its month"))?;
                TreeEvent::Month { month }
            }
            (kind, _) => return Err(Error::corrupt(format!("tree event {}: kind {kind}", self.id))),
        };
        let (id, at, seq) = (self.id, self.at, self.seq);
        Ok(StoredEvent { id, event, at, seq, effective_at: self.effective_at, refused: self.refused })
    }
}

fn stored(rows: Vec<Row>) -> Result<Vec<StoredEvent>> {
    rows.into_iter().map(Row::stored).collect()
}

/// Unsequenced events with keys above `after`, by key (index `uq_tree_events_seq`).
///
/// # Errors
/// What the database says.
pub fn waiting(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<StoredEvent>> {
    if !reader.connection().is_mysql() {
        let rows = tree_events::table
            .filter(tree_events::seq.is_null())
            .filter(tree_events::id.gt(after))
            .order(tree_events::id.asc())
            .limit(limit)
            .select(Row::as_select())
            .load(reader.connection())?;
        return stored(rows);
    }
    // by `id + 0`, since a server that orders by the key walks through the whole log to find what waits
    let key = tree_events::id + 0i64;
    let ids: Vec<i64> = tree_events::table
        .filter(tree_events::seq.is_null())
        .filter(key.gt(after))
        .order(key.asc())
        .limit(limit)
        .select(tree_events::id)
        .load(reader.connection())?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tree_events::table
        .filter(tree_events::id.eq_any(ids))
        .order(tree_events::id.asc())
        .select(Row::as_select())
        .load(reader.connection())?;
    // another matcher may have come in between; its step is then the one that counts
    Ok(stored(rows)?.into_iter().filter(|event| event.seq.is_none()).collect())
}

/// Unsequenced `plan` events up to an instant, by instant.
///
/// # Errors
/// What the database says.
pub fn waiting_plans(reader: &mut Reader, until: Instant) -> Result<Vec<StoredEvent>> {
    let rows = tree_events::table
        .filter(tree_events::seq.is_null())
        .filter(tree_events::kind.eq("plan"))
        .filter(tree_events::at.le(until.utc()))
        .order((tree_events::at.asc(), tree_events::id.asc()))
        .select(Row::as_select())
        .load(reader.connection())?;
    stored(rows)
}

/// Those of the members whose joining is not sequenced yet (index `ix_tree_events_member`).
///
/// # Errors
/// What the database says.
pub fn joins_waiting(reader: &mut Reader, members: &[i64]) -> Result<HashSet<i64>> {
    if members.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Option<i64>> = tree_events::table
        .filter(tree_events::member_id.eq_any(members))
        .filter(tree_events::kind.eq("join"))
        .filter(tree_events::seq.is_null())
        .select(tree_events::member_id)
        .load(reader.connection())?;
    Ok(rows.into_iter().flatten().collect())
}

/// Sequenced events with places above `after` up to `through`, in the log's order.
///
/// # Errors
/// What the database says.
pub fn sequenced(reader: &mut Reader, after: i64, through: i64, limit: i64) -> Result<Vec<StoredEvent>> {
    let rows = tree_events::table
        .filter(tree_events::seq.gt(Some(after)))
        .filter(tree_events::seq.le(Some(through)))
        .order(tree_events::seq.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(reader.connection())?;
    stored(rows)
}

/// The event with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<StoredEvent>> {
    let row = tree_events::table.find(id).select(Row::as_select()).first(reader.connection()).optional()?;
    row.map(Row::stored).transpose()
}

/// The event at this place in the log.
///
/// # Errors
/// What the database says.
pub fn at_seq(reader: &mut Reader, seq: i64) -> Result<Option<StoredEvent>> {
    let row: Option<Row> = tree_events::table
        .filter(tree_events::seq.eq(Some(seq)))
        .select(Row::as_select())
        .first(reader.connection())
        .optional()?;
    row.map(Row::stored).transpose()
}

/// The month that began last, as `Month::index` (index `ix_tree_events_member`: months and plans have no member).
///
/// # Errors
/// What the database says.
pub fn last_month(reader: &mut Reader) -> Result<Option<u32>> {
    let months: Vec<(Option<i64>, Option<i32>)> = tree_events::table
        .filter(tree_events::member_id.is_null())
        .filter(tree_events::month.is_not_null())
        .filter(tree_events::seq.is_not_null())
        .filter(tree_events::refused.is_null())
        .select((tree_events::seq, tree_events::month))
        .load(reader.connection())?;
    let last = months.into_iter().max_by_key(|&(seq, _)| seq).and_then(|(_, month)| month);
    last.map(u32::try_from).transpose().map_err(Error::corrupt)
}

/// The plan version that the log named last (index `ix_tree_events_member`).
///
/// # Errors
/// What the database says.
pub fn last_plan(reader: &mut Reader) -> Result<Option<i32>> {
    let versions: Vec<(Option<i64>, Option<i32>)> = tree_events::table
        .filter(tree_events::member_id.is_null())
        .filter(tree_events::plan_version.is_not_null())
        .filter(tree_events::seq.is_not_null())
        .filter(tree_events::refused.is_null())
        .select((tree_events::seq, tree_events::plan_version))
        .load(reader.connection())?;
    Ok(versions.into_iter().max_by_key(|&(seq, _)| seq).and_then(|(_, version)| version))
}

/// The highest key; 0 before the first event.
///
/// # Errors
/// What the database says.
pub fn last_id(reader: &mut Reader) -> Result<i64> {
    let last: Option<i64> =
        tree_events::table.select(diesel::dsl::max(tree_events::id)).first(reader.connection())?;
    Ok(last.unwrap_or(0))
}

/// True while an event with a key up to `through`, of an instant up to `until`, has no place in the log
/// (index `uq_tree_events_seq`; for `id + 0` see [`waiting`]).
///
/// # Errors
/// What the database says.
pub fn any_waiting(reader: &mut Reader, through: i64, until: Instant) -> Result<bool> {
    let events = tree_events::table
        .filter(tree_events::seq.is_null())
        .filter((tree_events::id + 0i64).le(through))
        .filter(tree_events::at.le(until.utc()));
    Ok(diesel::select(diesel::dsl::exists(events)).get_result(reader.connection())?)
}

/// How many events of instants up to `until` wait, and the oldest one's instant.
///
/// # Errors
/// What the database says.
pub fn backlog(reader: &mut Reader, until: Instant) -> Result<(i64, Option<Instant>)> {
    use diesel::dsl::{count_star, min};
    let (count, oldest): (i64, Option<NaiveDateTime>) = tree_events::table
        .filter(tree_events::seq.is_null())
        .filter(tree_events::at.le(until.utc()))
        .select((count_star(), min(tree_events::at)))
        .first(reader.connection())?;
    Ok((count, oldest.map(Instant::from_utc)))
}

/// Events that changed nothing, newest first.
///
/// # Errors
/// What the database says.
pub fn refused(reader: &mut Reader, slice: Slice) -> Result<Rows<StoredEvent>> {
    let count = tree_events::table
        .filter(tree_events::refused.is_not_null())
        .count()
        .get_result(reader.connection())?;
    let rows = tree_events::table
        .filter(tree_events::refused.is_not_null())
        .order(tree_events::seq.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Row::as_select())
        .load(reader.connection())?;
    Ok(Rows { rows: stored(rows)?, count })
}

/// A waiting event's place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequencing {
    /// The event's key.
    pub id: i64,
    /// Its place.
    pub seq: i64,
    /// Its instant as the log tells it.
    pub effective_at: Instant,
    /// Why it changed nothing.
    pub refused: Option<&'static str>,
}

/// Gives waiting events their places in the log, for ever.
///
/// # Errors
/// [`Error::Corrupt`] when one has its place already; what the database says.
pub fn sequence(tx: &mut Tx, events: &[Sequencing]) -> Result<()> {
    if tx.connection().is_mysql() {
        return events.chunks(ROWS_PER_STATEMENT).try_for_each(|events| sequence_at_once(tx, events));
    }
    events.iter().try_for_each(|event| sequence_one(tx, event))
}

fn sequence_one(tx: &mut Tx, event: &Sequencing) -> Result<()> {
    let updated = diesel::update(tree_events::table.find(event.id))
        .filter(tree_events::seq.is_null())
        .set((
            tree_events::seq.eq(Some(event.seq)),
            tree_events::effective_at.eq(Some(event.effective_at.utc())),
            tree_events::refused.eq(event.refused),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, SEQUENCED_TWICE)
}

/// As [`sequence_one`] of each, in one round trip to a server.
fn sequence_at_once(tx: &mut Tx, events: &[Sequencing]) -> Result<()> {
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            let at = event.effective_at.utc().format("%F %T%.6f").to_string();
            (event.id, event.seq, at, event.refused)
        })
        .collect();
    let statement = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]',
            effective_at DATETIME(6) PATH '$[2]', refused VARCHAR(100) PATH '$[3]')) AS placed
        STRAIGHT_JOIN tree_events ON tree_events.id = placed.id
        SET tree_events.seq = placed.seq, tree_events.effective_at = placed.effective_at,
            tree_events.refused = placed.refused
        WHERE tree_events.seq IS NULL";
    expect_all(execute_with_rows(tx, statement, &rows)?, rows.len(), SEQUENCED_TWICE)
}

const SEQUENCED_TWICE: &str = "a tree event was sequenced twice";

/// Writes down a month's beginning at its place in the log.
///
/// # Errors
/// [`Error::Duplicate`] when the place is taken; what the database says.
pub fn insert_month(tx: &mut Tx, month: u32, seq: i64, effective_at: Instant, now: Instant) -> Result<()> {
    diesel::insert_into(tree_events::table)
        .values((
            tree_events::seq.eq(Some(seq)),
            tree_events::kind.eq("month"),
            tree_events::month.eq(Some(i32::try_from(month).map_err(Error::corrupt)?)),
            tree_events::at.eq(effective_at.utc()),
            tree_events::effective_at.eq(Some(effective_at.utc())),
            tree_events::caused_by.eq("the matcher"),
            tree_events::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}
