//! Certificates of the tax of a member's quarter.

use std::collections::HashMap;

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Error, Result,
    columns::Column,
    db::{Reader, Tx, expect_one},
    schema::{tds_certificates, tds_register},
};

/// A certificate.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tds_certificates)]
pub struct Certificate {
    /// Key.
    pub id: i64,
    /// Whose tax it is about.
    pub user_id: i64,
    /// `2026-27`.
    pub financial_year: String,
    /// 1 (April to June) to 4.
    #[diesel(deserialize_as = Column<u32>)]
    pub quarter: u32,
    /// The number it was given.
    pub certificate_number: String,
    /// The file.
    pub file_id: i64,
}

/// A member's quarter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quarter {
    /// Whose tax it is.
    pub user_id: i64,
    /// `2026-27`.
    pub financial_year: String,
    /// 1 (April to June) to 4.
    pub quarter: u32,
}

/// True when tax of this quarter stands in the register.
///
/// # Errors
/// What the database says.
pub fn has_tax(reader: &mut Reader, of: &Quarter) -> Result<bool> {
    let quarter = i32::try_from(of.quarter).map_err(Error::corrupt)?;
    let found: Option<i64> = tds_register::table
        .filter(tds_register::user_id.eq(of.user_id))
        .filter(tds_register::financial_year.eq(&of.financial_year))
        .filter(tds_register::quarter.eq(quarter))
        .select(tds_register::id)
        .first(reader.connection())
        .optional()?;
    Ok(found.is_some())
}

/// The certificate of a quarter.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, of: &Quarter) -> Result<Option<Certificate>> {
    let quarter = i32::try_from(of.quarter).map_err(Error::corrupt)?;
    Ok(tds_certificates::table
        .filter(tds_certificates::user_id.eq(of.user_id))
        .filter(tds_certificates::financial_year.eq(&of.financial_year))
        .filter(tds_certificates::quarter.eq(quarter))
        .select(Certificate::as_select())
        .first(reader.connection())
        .optional()?)
}

/// The certificates of these members (index `uq_tds_certificates_quarter`).
///
/// # Errors
/// What the database says.
pub fn of_users(reader: &mut Reader, user_ids: &[i64]) -> Result<HashMap<Quarter, Certificate>> {
    let rows: Vec<Certificate> = tds_certificates::table
        .filter(tds_certificates::user_id.eq_any(user_ids))
        .select(Certificate::as_select())
        .load(reader.connection())?;
    let keyed = |row: Certificate| {
        let (user_id, quarter) = (row.user_id, row.quarter);
        (Quarter { user_id, financial_year: row.financial_year.clone(), quarter }, row)
    };
    Ok(rows.into_iter().map(keyed).collect())
}

/// Attaches a certificate to a quarter that has none.
///
/// # Errors
/// [`Error::Duplicate`] when the quarter has one.
pub fn insert(tx: &mut Tx, of: &Quarter, number: &str, file_id: i64, now: Instant) -> Result<()> {
    diesel::insert_into(tds_certificates::table)
        .values((
            tds_certificates::user_id.eq(of.user_id),
            tds_certificates::financial_year.eq(&of.financial_year),
            tds_certificates::quarter.eq(i32::try_from(of.quarter).map_err(Error::corrupt)?),
            tds_certificates::certificate_number.eq(number),
            tds_certificates::file_id.eq(file_id),
            tds_certificates::attached_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Puts another certificate in the place of one.
///
/// # Errors
/// What the database says.
pub fn replace(tx: &mut Tx, id: i64, number: &str, file_id: i64, now: Instant) -> Result<()> {
    let updated = diesel::update(tds_certificates::table.find(id))
        .set((
            tds_certificates::certificate_number.eq(number),
            tds_certificates::file_id.eq(file_id),
            tds_certificates::attached_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    expect_one(updated, "a certificate is gone")
}
