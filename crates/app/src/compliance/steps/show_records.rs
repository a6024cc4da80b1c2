//! Rows of the tax register with the certificates of their quarters.

use infra::{
    db::Reader,
    secrets::Keys,
    tds_certificates::{self, Quarter},
    tds_register::TdsRow,
};
use wallet_rules::calendar::Instant;

use crate::{Result, compliance::objects::TdsRecord};

/// The rows as they are shown to their members and to admins, whom the links open the certificates.
///
/// # Errors
/// What the database says.
pub(crate) fn show_records(
    reader: &mut Reader,
    rows: Vec<TdsRow>,
    keys: &Keys,
    now: Instant,
) -> Result<Vec<TdsRecord>> {
    let members: Vec<i64> = rows.iter().map(|row| row.user_id).collect();
    let certificates = tds_certificates::of_users(reader, &members)?;
    let show = |row: TdsRow| {
        let (financial_year, quarter) = (row.financial_year.clone(), row.quarter);
        let certificate = certificates.get(&Quarter { user_id: row.user_id, financial_year, quarter });
        TdsRecord::of(row, certificate, keys, now)
    };
    rows.into_iter().map(show).collect()
}
