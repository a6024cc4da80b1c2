//! Nominees: who a member names to follow them, one each.

use chrono::NaiveDate;
use diesel::prelude::*;
use wallet_rules::{calendar::Instant, people::Relationship};

use crate::{
    Result,
    columns::Column,
    db::{Reader, Tx, expect_one, last_insert_id},
    paging::{Rows, Slice},
    schema::nominees,
};

/// What a member says of their nominee; the proof's number is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = nominees)]
pub struct NomineeFields {
    /// Full name.
    pub full_name: String,
    /// What they are to the member.
    #[diesel(deserialize_as = Column<Relationship>)]
    pub relationship: Relationship,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile, 10 digits; empty without one.
    pub mobile: String,
    /// E-mail; empty without one.
    pub email: String,
    /// Address, first line.
    pub address_line1: String,
    /// Address, second line.
    pub address_line2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Pincode.
    pub pincode: String,
    /// What the proof of identity is.
    pub id_proof_type: String,
    /// Its number, sealed; empty without one.
    pub id_proof_sealed: String,
    /// Its picture.
    pub id_proof_file_id: Option<i64>,
}

/// A nominee as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = nominees)]
pub struct Nominee {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// What was said.
    #[diesel(embed)]
    pub fields: NomineeFields,
    /// When it was named.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When it was last changed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub updated_at: Instant,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = nominees)]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Written<'a> {
    full_name: &'a str,
    relationship: &'a str,
    date_of_birth: Option<NaiveDate>,
    mobile: &'a str,
    email: &'a str,
    address_line1: &'a str,
    address_line2: &'a str,
    city: &'a str,
    state: &'a str,
    pincode: &'a str,
    id_proof_type: &'a str,
    id_proof_sealed: &'a str,
    id_proof_file_id: Option<i64>,
    updated_at: chrono::NaiveDateTime,
}

impl<'a> Written<'a> {
    fn of(fields: &'a NomineeFields, now: Instant) -> Self {
        Self {
            full_name: &fields.full_name,
            relationship: fields.relationship.as_str(),
            date_of_birth: fields.date_of_birth,
            mobile: &fields.mobile,
            email: &fields.email,
            address_line1: &fields.address_line1,
            address_line2: &fields.address_line2,
            city: &fields.city,
            state: &fields.state,
            pincode: &fields.pincode,
            id_proof_type: &fields.id_proof_type,
            id_proof_sealed: &fields.id_proof_sealed,
            id_proof_file_id: fields.id_proof_file_id,
            updated_at: now.utc(),
        }
    }
}

/// Inserts the member's nominee and gives its key.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the member has one.
pub fn insert(tx: &mut Tx, user_id: i64, fields: &NomineeFields, now: Instant) -> Result<i64> {
    diesel::insert_into(nominees::table)
        .values((Written::of(fields, now), nominees::user_id.eq(user_id), nominees::created_at.eq(now.utc())))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// Stores what was changed.
///
/// # Errors
/// What the database says.
pub fn replace(tx: &mut Tx, id: i64, fields: &NomineeFields, now: Instant) -> Result<()> {
    let updated =
        diesel::update(nominees::table.find(id)).set(Written::of(fields, now)).execute(tx.connection())?;
    expect_one(updated, "a nominee is gone")
}

/// Removes a nominee; false when it is not there any more.
///
/// # Errors
/// What the database says.
pub fn remove(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(diesel::delete(nominees::table.find(id)).execute(tx.connection())? == 1)
}

/// The nominee with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Nominee>> {
    Ok(nominees::table.find(id).select(Nominee::as_select()).first(reader.connection()).optional()?)
}

/// The member's nominee.
///
/// # Errors
/// What the database says.
pub fn find_of_user(reader: &mut Reader, user_id: i64) -> Result<Option<Nominee>> {
    Ok(nominees::table
        .filter(nominees::user_id.eq(user_id))
        .select(Nominee::as_select())
        .first(reader.connection())
        .optional()?)
}

/// Nominees, newest first; everyone's, or one member's.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<Nominee>> {
    let matching = || {
        let mut query = nominees::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(nominees::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(nominees::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Nominee::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
