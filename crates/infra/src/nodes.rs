//! Places in the trees. Leg counts are not stored: whoever shows them follows the log.

use std::collections::HashMap;

use binary_tree::Side;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{
        AnyConnection, PreparedOnce as _, ROWS_PER_STATEMENT, Reader, Tx, execute_with_rows, expect_all,
        expect_one,
    },
    paging::{Rows, Slice},
    schema::{nodes, users},
};

/// A place as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = nodes)]
pub struct Node {
    /// The member whose place it is; the key.
    pub user_id: i64,
    /// The member directly above; none for a root.
    pub parent_id: Option<i64>,
    /// The parent's side; none for a root.
    #[diesel(deserialize_as = Nullable<Side>)]
    pub side: Option<Side>,
    /// Steps down from the root.
    #[diesel(deserialize_as = Column<u64>)]
    pub level: u64,
    /// Index in its level's row; none past 2⁵³.
    #[diesel(deserialize_as = Nullable<u64>)]
    pub position: Option<u64>,
    /// The joining's place in the log.
    pub joined_seq: i64,
    /// The qualification's place in the log.
    pub qualified_seq: Option<i64>,
    /// An Active Buyer at this place in the log.
    pub active_buyer: bool,
    /// Pairs formed over a lifetime.
    #[diesel(deserialize_as = Column<u64>)]
    pub formed: u64,
    /// Matches flushed over a lifetime.
    #[diesel(deserialize_as = Column<u64>)]
    pub flushed: u64,
    /// `Month::index` of the month in which the member last formed a pair; 0 before the first.
    #[diesel(deserialize_as = Column<u32>)]
    pub month: u32,
    /// Pairs formed in that month.
    #[diesel(deserialize_as = Column<u32>)]
    pub formed_in_month: u32,
    /// When the row was made.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When it last changed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub updated_at: Instant,
}

fn count(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(Error::corrupt)
}

fn month(value: u32) -> Result<i32> {
    i32::try_from(value).map_err(Error::corrupt)
}

/// A place as a row to insert.
#[derive(Insertable)]
#[diesel(table_name = nodes)]
struct NewRow {
    user_id: i64,
    parent_id: Option<i64>,
    side: Option<&'static str>,
    level: i64,
    position: Option<i64>,
    joined_seq: i64,
    qualified_seq: Option<i64>,
    active_buyer: bool,
    formed: i64,
    flushed: i64,
    month: i32,
    formed_in_month: i32,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl NewRow {
    fn of(node: &Node) -> Result<Self> {
        Ok(Self {
            user_id: node.user_id,
            parent_id: node.parent_id,
            side: node.side.map(Side::as_str),
            level: count(node.level)?,
            position: node.position.map(count).transpose()?,
            joined_seq: node.joined_seq,
            qualified_seq: node.qualified_seq,
            active_buyer: node.active_buyer,
            formed: count(node.formed)?,
            flushed: count(node.flushed)?,
            month: month(node.month)?,
            formed_in_month: month(node.formed_in_month)?,
            created_at: node.created_at.utc(),
            updated_at: node.updated_at.utc(),
        })
    }
}

/// Inserts places, parents before their children.
///
/// # Errors
/// [`Error::Duplicate`] when one is taken; what the database says.
pub fn insert(tx: &mut Tx, nodes: &[Node]) -> Result<()> {
    let rows = nodes.iter().map(NewRow::of).collect::<Result<Vec<_>>>()?;
    match tx.connection() {
        AnyConnection::Sqlite(c) => {
            for row in &rows {
                diesel::insert_into(nodes::table).values(row).execute(c)?;
            }
        }
        // a server is a round trip away
        AnyConnection::Mysql(c) => {
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                diesel::insert_into(nodes::table).values(rows).execute(c)?;
            }
        }
    }
    Ok(())
}

/// What can change of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeChange {
    /// The member whose place it is.
    pub user_id: i64,
    /// The qualification's place in the log, where the member qualified just now.
    pub qualified_seq: Option<i64>,
    /// An Active Buyer at this place in the log.
    pub active_buyer: bool,
    /// Pairs formed over a lifetime.
    pub formed: u64,
    /// Matches flushed over a lifetime.
    pub flushed: u64,
    /// `Month::index` of the month in which the member last formed a pair.
    pub month: u32,
    /// Pairs formed in that month.
    pub formed_in_month: u32,
    /// Now.
    pub updated_at: Instant,
}

/// Stores what changed of places.
///
/// # Errors
/// [`Error::Corrupt`] when there is no such place; what the database says.
pub fn update(tx: &mut Tx, changes: &[NodeChange]) -> Result<()> {
    if tx.connection().is_mysql() {
        return changes.chunks(ROWS_PER_STATEMENT).try_for_each(|changes| update_at_once(tx, changes));
    }
    changes.iter().try_for_each(|change| update_one(tx, change))
}

fn update_one(tx: &mut Tx, change: &NodeChange) -> Result<()> {
    let place = diesel::update(nodes::table.find(change.user_id));
    let changed = (
        nodes::active_buyer.eq(change.active_buyer),
        nodes::formed.eq(count(change.formed)?),
        nodes::flushed.eq(count(change.flushed)?),
        nodes::month.eq(month(change.month)?),
        nodes::formed_in_month.eq(month(change.formed_in_month)?),
        nodes::updated_at.eq(change.updated_at.utc()),
    );
    let updated = match change.qualified_seq {
        Some(seq) => {
            place.set((nodes::qualified_seq.eq(Some(seq)), changed)).prepared().execute(tx.connection())?
        }
        None => place.set(changed).prepared().execute(tx.connection())?,
    };
    expect_one(updated, LOST_PLACE)
}

/// As [`update_one`] of each, in one round trip to a server.
fn update_at_once(tx: &mut Tx, changes: &[NodeChange]) -> Result<()> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            let NodeChange { user_id, qualified_seq, active_buyer, formed, flushed, month, .. } = *change;
            let (in_month, at) = (change.formed_in_month, change.updated_at.utc().format("%F %T%.6f"));
            (user_id, qualified_seq, u8::from(active_buyer), formed, flushed, month, in_month, at.to_string())
        })
        .collect();
    let statement = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT PATH '$[0]', qualified_seq BIGINT PATH '$[1]',
            active_buyer INT PATH '$[2]', formed BIGINT PATH '$[3]', flushed BIGINT PATH '$[4]', month INT PATH '$[5]',
            formed_in_month INT PATH '$[6]', updated_at DATETIME(6) PATH '$[7]')) AS changed
        STRAIGHT_JOIN nodes ON nodes.user_id = changed.user_id
        SET nodes.qualified_seq = COALESCE(changed.qualified_seq, nodes.qualified_seq),
            nodes.active_buyer = changed.active_buyer, nodes.formed = changed.formed, nodes.flushed = changed.flushed,
            nodes.month = changed.month, nodes.formed_in_month = changed.formed_in_month,
            nodes.updated_at = changed.updated_at";
    expect_all(execute_with_rows(tx, statement, &rows)?, rows.len(), LOST_PLACE)
}

const LOST_PLACE: &str = "a place in the tree is gone";

/// What the trees are loaded from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = nodes)]
pub struct Saved {
    /// The member whose place it is.
    pub user_id: i64,
    /// The member directly above; none for a root.
    pub parent_id: Option<i64>,
    /// The parent's side; none for a root.
    #[diesel(deserialize_as = Nullable<Side>)]
    pub side: Option<Side>,
    /// The joining's place in the log.
    pub joined_seq: i64,
    /// The qualification's place in the log.
    pub qualified_seq: Option<i64>,
    /// An Active Buyer at this place in the log.
    pub active_buyer: bool,
    /// Pairs formed over a lifetime.
    #[diesel(deserialize_as = Column<u64>)]
    pub formed: u64,
    /// Matches flushed over a lifetime.
    #[diesel(deserialize_as = Column<u64>)]
    pub flushed: u64,
    /// `Month::index` of the month in which the member last formed a pair; 0 before the first.
    #[diesel(deserialize_as = Column<u32>)]
    pub month: u32,
    /// Pairs formed in that month.
    #[diesel(deserialize_as = Column<u32>)]
    pub formed_in_month: u32,
}

/// What the trees are loaded from, for joinings after `after` in the log, in joining order (index
/// `uq_nodes_joined_seq`).
///
/// # Errors
/// What the database says.
pub fn saved_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<Saved>> {
    Ok(nodes::table
        .filter(nodes::joined_seq.gt(after))
        .order(nodes::joined_seq.asc())
        .limit(limit)
        .select(Saved::as_select())
        .load(reader.connection())?)
}

/// Places whose joining stands after `after` in the log, in joining order (index `uq_nodes_joined_seq`).
///
/// # Errors
/// What the database says.
pub fn joined_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<Node>> {
    Ok(nodes::table
        .filter(nodes::joined_seq.gt(after))
        .order(nodes::joined_seq.asc())
        .limit(limit)
        .select(Node::as_select())
        .load(reader.connection())?)
}

/// The member's place.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, user: i64) -> Result<Option<Node>> {
    Ok(nodes::table.find(user).select(Node::as_select()).first(reader.connection()).optional()?)
}

/// These members' places, in no order.
///
/// # Errors
/// What the database says.
pub fn of_users(reader: &mut Reader, users: &[i64]) -> Result<Vec<Node>> {
    Ok(nodes::table
        .filter(nodes::user_id.eq_any(users))
        .select(Node::as_select())
        .load(reader.connection())?)
}

/// Places, the last joined first: one member's, or everyone's (index `uq_nodes_joined_seq`).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user: Option<i64>, slice: Slice) -> Result<Rows<Node>> {
    if let Some(user) = user {
        let rows: Vec<Node> = find(reader, user)?.into_iter().collect();
        let count = i64::try_from(rows.len()).map_err(Error::corrupt)?;
        let rows = if slice.offset == 0 { rows } else { Vec::new() };
        return Ok(Rows { rows, count });
    }
    let rows: Vec<_> = nodes::table
        .order(nodes::joined_seq.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Node::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || nodes::table.count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// How a member is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Person {
    /// The member.
    pub id: i64,
    /// The identifier the account was made with.
    pub username: String,
    /// E-mail, where they gave one.
    pub email: Option<String>,
}

/// How these members are called.
///
/// # Errors
/// What the database says.
pub fn people(reader: &mut Reader, ids: &[i64]) -> Result<HashMap<i64, Person>> {
    let rows: Vec<Person> =
        users::table.filter(users::id.eq_any(ids)).select(Person::as_select()).load(reader.connection())?;
    Ok(rows.into_iter().map(|person| (person.id, person)).collect())
}
