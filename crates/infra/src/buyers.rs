//! What a member's payments change in their account row.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    columns::Nullable,
    db::{PreparedOnce as _, Reader, Tx, expect_one},
    schema::{tree_events, users},
    users::take_lock,
};

/// A member as a buyer.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Buyer {
    /// Key.
    pub id: i64,
    /// Who brought them in.
    pub sponsor_id: Option<i64>,
    /// Since when they are an Active Buyer, where they are one.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub active_buyer_since: Option<Instant>,
    /// When a booking of theirs was first confirmed.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub qualified_at: Option<Instant>,
}

/// Takes the member's row lock until the transaction ends and gives the row as it is then.
///
/// # Errors
/// What the database says.
pub fn lock(tx: &mut Tx, id: i64) -> Result<Option<Buyer>> {
    if !take_lock(tx, id)? {
        return Ok(None);
    }
    Ok(users::table.find(id).select(Buyer::as_select()).first(tx.connection()).optional()?)
}

/// Makes the member an Active Buyer since then, or one no more.
///
/// # Errors
/// What the database says.
pub fn set_active_buyer(tx: &mut Tx, id: i64, since: Option<Instant>) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set((
            users::is_active_buyer.eq(since.is_some()),
            users::active_buyer_since.eq(since.map(Instant::utc)),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a member is gone")
}

/// Notes when the member qualified.
///
/// # Errors
/// What the database says.
pub fn set_qualified(tx: &mut Tx, id: i64, at: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set(users::qualified_at.eq(Some(at.utc())))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a member is gone")
}

/// True for members who were given a place in the tree (index `ix_tree_events_member`); accounts made by
/// operators have none.
///
/// # Errors
/// What the database says.
pub fn has_place(reader: &mut Reader, id: i64) -> Result<bool> {
    let joins = tree_events::table.filter(tree_events::member_id.eq(id)).filter(tree_events::kind.eq("join"));
    Ok(diesel::select(diesel::dsl::exists(joins)).get_result(reader.connection())?)
}

/// What others may call a member: e-mail and mobile.
#[derive(Clone, Debug, Default, Queryable)]
pub struct Contact {
    /// Key.
    pub id: i64,
    /// E-mail, where they gave one.
    pub email: Option<String>,
    /// Mobile, where they gave one.
    pub mobile: Option<String>,
}

/// The contacts of one member.
///
/// # Errors
/// What the database says.
pub fn contact(reader: &mut Reader, id: i64) -> Result<Option<Contact>> {
    Ok(users::table
        .find(id)
        .select((users::id, users::email, users::mobile))
        .first(reader.connection())
        .optional()?)
}

/// The contacts of these members.
///
/// # Errors
/// What the database says.
pub fn contacts(reader: &mut Reader, ids: &[i64]) -> Result<HashMap<i64, Contact>> {
    let ids: BTreeSet<i64> = ids.iter().copied().collect();
    let rows: Vec<Contact> = match (ids.first(), ids.len()) {
        // a member's own list: a statement for one key stays prepared
        (Some(&id), 1) => contact(reader, id)?.into_iter().collect(),
        _ => users::table
            .filter(users::id.eq_any(ids))
            .select((users::id, users::email, users::mobile))
            .load(reader.connection())?,
    };
    Ok(rows.into_iter().map(|contact| (contact.id, contact)).collect())
}

/// Who brought the member in.
///
/// # Errors
/// What the database says.
pub fn sponsor_of(reader: &mut Reader, id: i64) -> Result<Option<i64>> {
    let row = users::table.find(id).select(users::sponsor_id).first(reader.connection()).optional()?;
    Ok(row.flatten())
}
