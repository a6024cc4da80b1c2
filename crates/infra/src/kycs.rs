//! Know-your-customer records: one per member.

use diesel::prelude::*;
use wallet_rules::{calendar::Instant, people::KycStatus};

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, expect_one, last_insert_id},
    paging::{Rows, Slice},
    schema::{kycs, nominees, users},
};

/// What a member sends in; what is secret is sealed or hashed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = kycs)]
pub struct KycFields {
    /// The PAN, sealed.
    pub pan_sealed: String,
    /// The PAN's keyed hash.
    pub pan_hash: String,
    /// The last digits of the Aadhaar number.
    pub aadhaar_last4: String,
    /// The Aadhaar number's keyed hash.
    pub aadhaar_hash: String,
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
    /// Country.
    pub country: String,
    /// The PAN card.
    pub pan_file_id: Option<i64>,
    /// The Aadhaar card's front.
    pub aadhaar_front_file_id: Option<i64>,
    /// The Aadhaar card's back.
    pub aadhaar_back_file_id: Option<i64>,
    /// The bank.
    pub bank_name: String,
    /// The account number, sealed; empty without one.
    pub account_sealed: String,
    /// The branch's code.
    pub ifsc_code: String,
    /// Whose account it is.
    pub account_holder_name: String,
}

/// A record as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = kycs)]
pub struct Kyc {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Where it stands.
    #[diesel(deserialize_as = Column<KycStatus>)]
    pub status: KycStatus,
    /// What was sent in.
    #[diesel(embed)]
    pub fields: KycFields,
    /// When it was sent in, or last changed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub submitted_at: Instant,
    /// When it was reviewed.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub reviewed_at: Option<Instant>,
    /// Who reviewed it.
    pub reviewed_by: Option<i64>,
    /// Why it was rejected.
    pub rejection_reason: String,
}

/// Inserts a pending record and gives its key.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the member has one, or PAN or Aadhaar is another's.
pub fn insert(tx: &mut Tx, user_id: i64, fields: &KycFields, now: Instant) -> Result<i64> {
    diesel::insert_into(kycs::table)
        .values((
            (
                kycs::user_id.eq(user_id),
                kycs::status.eq(KycStatus::Pending.as_str()),
                kycs::pan_sealed.eq(&fields.pan_sealed),
                kycs::pan_hash.eq(&fields.pan_hash),
                kycs::aadhaar_last4.eq(&fields.aadhaar_last4),
                kycs::aadhaar_hash.eq(&fields.aadhaar_hash),
                kycs::address_line1.eq(&fields.address_line1),
                kycs::address_line2.eq(&fields.address_line2),
                kycs::city.eq(&fields.city),
                kycs::state.eq(&fields.state),
                kycs::pincode.eq(&fields.pincode),
                kycs::country.eq(&fields.country),
            ),
            (
                kycs::pan_file_id.eq(fields.pan_file_id),
                kycs::aadhaar_front_file_id.eq(fields.aadhaar_front_file_id),
                kycs::aadhaar_back_file_id.eq(fields.aadhaar_back_file_id),
                kycs::bank_name.eq(&fields.bank_name),
                kycs::account_sealed.eq(&fields.account_sealed),
                kycs::ifsc_code.eq(&fields.ifsc_code),
                kycs::account_holder_name.eq(&fields.account_holder_name),
                kycs::submitted_at.eq(now.utc()),
                kycs::rejection_reason.eq(""),
            ),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// Stores what was changed; the record is pending again.
///
/// # Errors
/// [`crate::Error::Duplicate`] when PAN or Aadhaar is another's.
pub fn replace(tx: &mut Tx, id: i64, fields: &KycFields, now: Instant) -> Result<()> {
    let updated = diesel::update(kycs::table.find(id))
        .set((
            (
                kycs::pan_sealed.eq(&fields.pan_sealed),
                kycs::pan_hash.eq(&fields.pan_hash),
                kycs::aadhaar_last4.eq(&fields.aadhaar_last4),
                kycs::aadhaar_hash.eq(&fields.aadhaar_hash),
                kycs::address_line1.eq(&fields.address_line1),
                kycs::address_line2.eq(&fields.address_line2),
                kycs::city.eq(&fields.city),
                kycs::state.eq(&fields.state),
                kycs::pincode.eq(&fields.pincode),
                kycs::country.eq(&fields.country),
                kycs::pan_file_id.eq(fields.pan_file_id),
                kycs::aadhaar_front_file_id.eq(fields.aadhaar_front_file_id),
                kycs::aadhaar_back_file_id.eq(fields.aadhaar_back_file_id),
            ),
            (
                kycs::bank_name.eq(&fields.bank_name),
                kycs::account_sealed.eq(&fields.account_sealed),
                kycs::ifsc_code.eq(&fields.ifsc_code),
                kycs::account_holder_name.eq(&fields.account_holder_name),
                kycs::status.eq(KycStatus::Pending.as_str()),
                kycs::submitted_at.eq(now.utc()),
                kycs::reviewed_at.eq(None::<chrono::NaiveDateTime>),
                kycs::reviewed_by.eq(None::<i64>),
                kycs::rejection_reason.eq(""),
            ),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a KYC is gone")
}

/// `pending` → the outcome of a review; false when it is not pending any more.
///
/// # Errors
/// What the database says.
pub fn review(
    tx: &mut Tx,
    id: i64,
    outcome: KycStatus,
    (reviewer, reason): (i64, &str),
    now: Instant,
) -> Result<bool> {
    let reviewed = diesel::update(kycs::table.find(id))
        .filter(kycs::status.eq(KycStatus::Pending.as_str()))
        .set((
            kycs::status.eq(outcome.as_str()),
            kycs::reviewed_at.eq(Some(now.utc())),
            kycs::reviewed_by.eq(Some(reviewer)),
            kycs::rejection_reason.eq(reason),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(reviewed == 1)
}

/// Takes everything from a record that tells whose it is; it is rejected, by whoever does this.
///
/// # Errors
/// What the database says.
pub fn anonymise(tx: &mut Tx, id: i64, by: i64, now: Instant) -> Result<()> {
    // both hashes are unique, and no hash has this form
    let nobody = format!("anonymised-{id}");
    let updated = diesel::update(kycs::table.find(id))
        .set((
            (
                kycs::pan_sealed.eq(""),
                kycs::pan_hash.eq(&nobody),
                kycs::aadhaar_last4.eq(""),
                kycs::aadhaar_hash.eq(&nobody),
                kycs::address_line1.eq(""),
                kycs::address_line2.eq(""),
                kycs::city.eq(""),
                kycs::state.eq(""),
                kycs::pincode.eq(""),
                kycs::pan_file_id.eq(None::<i64>),
                kycs::aadhaar_front_file_id.eq(None::<i64>),
                kycs::aadhaar_back_file_id.eq(None::<i64>),
            ),
            (
                kycs::bank_name.eq(""),
                kycs::account_sealed.eq(""),
                kycs::ifsc_code.eq(""),
                kycs::account_holder_name.eq(""),
                kycs::status.eq(KycStatus::Rejected.as_str()),
                kycs::reviewed_at.eq(Some(now.utc())),
                kycs::reviewed_by.eq(Some(by)),
                kycs::rejection_reason.eq(""),
            ),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a KYC is gone")
}

/// The record with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Kyc>> {
    Ok(kycs::table.find(id).select(Kyc::as_select()).first(reader.connection()).optional()?)
}

/// The member's record.
///
/// # Errors
/// What the database says.
pub fn find_of_user(reader: &mut Reader, user_id: i64) -> Result<Option<Kyc>> {
    Ok(kycs::table
        .filter(kycs::user_id.eq(user_id))
        .select(Kyc::as_select())
        .first(reader.connection())
        .optional()?)
}

/// Where the member's record stands, and whether they named a nominee, for what shows no more of either.
///
/// # Errors
/// What the database says.
pub fn standing_of_user(reader: &mut Reader, user_id: i64) -> Result<(Option<KycStatus>, bool)> {
    let (status, nominee): (Option<String>, Option<i64>) = users::table
        .left_join(kycs::table.on(kycs::user_id.eq(users::id)))
        .left_join(nominees::table.on(nominees::user_id.eq(users::id)))
        .filter(users::id.eq(user_id))
        .select((kycs::status.nullable(), nominees::id.nullable()))
        .first(reader.connection())?;
    let status = status.map(|status| status.parse().map_err(Error::corrupt)).transpose()?;
    Ok((status, nominee.is_some()))
}

/// Records, newest first; everyone's, or one member's.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<Kyc>> {
    let matching = || {
        let mut query = kycs::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(kycs::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(kycs::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Kyc::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
