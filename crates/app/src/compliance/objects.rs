//! The objects of `api.md`'s `compliance/`.

use infra::tds_register::TdsRow;
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::calendar::Instant;

/// A row of the tax register: tax taken off a payout, or given back with both amounts below 0.00.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TdsRecord {
    /// Key.
    pub id: i64,
    /// Whose tax it is.
    pub user: i64,
    /// From April to March.
    #[schema(example = "2026-27")]
    pub financial_year: String,
    /// 1 (April to June) to 4 (January to March).
    #[schema(minimum = 1, maximum = 4)]
    pub quarter: u32,
    /// The payout before tax.
    #[schema(value_type = String, example = "650.00")]
    pub total_payout: Paise,
    /// The tax.
    #[schema(value_type = String, example = "32.50")]
    pub tds_deducted: Paise,
    /// The certificate's number; blank until there is one.
    pub certificate_number: String,
    /// A link to the certificate; none until there is one.
    pub certificate_file: Option<String>,
    /// When the tax was posted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl From<TdsRow> for TdsRecord {
    fn from(row: TdsRow) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            financial_year: row.financial_year,
            quarter: row.quarter,
            total_payout: row.total_payout,
            tds_deducted: row.tds_deducted,
            certificate_number: String::new(),
            certificate_file: None,
            created_at: row.created_at,
        }
    }
}
