//! The register of tax taken off payouts, and given back; its rows are never changed.

use chrono::NaiveDate;
use diesel::prelude::*;
use money::Paise;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    columns::Column,
    db::{Reader, Tx, last_insert_id},
    paging::{Rows, Slice},
    schema::tds_register,
};

/// A row of the register.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tds_register)]
pub struct TdsRow {
    /// Key.
    pub id: i64,
    /// Whose tax it is.
    pub user_id: i64,
    /// `2026-27`.
    pub financial_year: String,
    /// 1 (April to June) to 4.
    #[diesel(deserialize_as = Column<u32>)]
    pub quarter: u32,
    /// The payout before tax; below 0.00 where it came back.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_payout: Paise,
    /// The tax; below 0.00 where it came back.
    #[diesel(deserialize_as = Column<Paise>)]
    pub tds_deducted: Paise,
    /// When it was posted.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
}

/// A row to be added with its tax posting.
#[derive(Clone, Debug)]
pub struct NewTdsRow<'a> {
    /// Whose tax it is.
    pub user_id: i64,
    /// The payout it is taken off.
    pub payout_id: i64,
    /// The ledger transaction that moves it.
    pub transaction_id: i64,
    /// The member's PAN, sealed.
    pub pan_sealed: &'a str,
    /// `2026-27`, of the business date.
    pub financial_year: String,
    /// 1 to 4, of the business date.
    pub quarter: u8,
    /// The payout before tax; below 0.00 where it comes back.
    pub total_payout: Paise,
    /// The tax; below 0.00 where it comes back.
    pub tds_deducted: Paise,
    /// The Indian day of the posting.
    pub business_date: NaiveDate,
    /// Now.
    pub created_at: Instant,
}

/// Adds a row.
///
/// # Errors
/// [`Error::Duplicate`] when the posting has one already; what the database says.
pub fn insert(tx: &mut Tx, new: &NewTdsRow<'_>) -> Result<i64> {
    diesel::insert_into(tds_register::table)
        .values((
            tds_register::user_id.eq(new.user_id),
            tds_register::payout_id.eq(new.payout_id),
            tds_register::transaction_id.eq(new.transaction_id),
            tds_register::pan_sealed.eq(new.pan_sealed),
            tds_register::financial_year.eq(&new.financial_year),
            tds_register::quarter.eq(i32::from(new.quarter)),
            tds_register::total_payout.eq(new.total_payout.get()),
            tds_register::tds_deducted.eq(new.tds_deducted.get()),
            tds_register::business_date.eq(new.business_date),
            tds_register::created_at.eq(new.created_at.utc()),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// The member's tax posted in a financial year, net of returns (index `ix_tds_register_user`).
///
/// # Errors
/// What the database says.
pub fn posted_in(reader: &mut Reader, user_id: i64, financial_year: &str) -> Result<Paise> {
    let taxes: Vec<i64> = tds_register::table
        .filter(tds_register::user_id.eq(user_id))
        .filter(tds_register::financial_year.eq(financial_year))
        .select(tds_register::tds_deducted)
        .load(reader.connection())?;
    Paise::checked_sum(taxes.into_iter().map(Paise::new)).map_err(Error::corrupt)
}

/// The row with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<TdsRow>> {
    Ok(tds_register::table.find(id).select(TdsRow::as_select()).first(reader.connection()).optional()?)
}

/// Rows, newest first; everyone's, or one member's (index `ix_tds_register_user`).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<TdsRow>> {
    let matching = || {
        let mut query = tds_register::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(tds_register::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(tds_register::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(TdsRow::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
