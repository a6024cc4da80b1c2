//! The objects of `api.md`'s `compliance/`.

use infra::{compliance_documents, secrets::Keys, tds_certificates::Certificate, tds_register::TdsRow};
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{calendar::Instant, people::DocumentType};

use crate::{Result, users::steps::file_link};

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
    /// A link to the certificate that works for a few minutes; blank until there is one.
    pub certificate_file: String,
    /// When the tax was posted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl TdsRecord {
    /// To be made for the member and for admins only: its link opens the certificate.
    pub(super) fn of(
        row: TdsRow,
        certificate: Option<&Certificate>,
        keys: &Keys,
        now: Instant,
    ) -> Result<Self> {
        let link = certificate.map(|certificate| file_link(keys, certificate.file_id, now)).transpose()?;
        Ok(Self {
            id: row.id,
            user: row.user_id,
            financial_year: row.financial_year,
            quarter: row.quarter,
            total_payout: row.total_payout,
            tds_deducted: row.tds_deducted,
            certificate_number: certificate
                .map(|certificate| certificate.certificate_number.clone())
                .unwrap_or_default(),
            certificate_file: link.unwrap_or_default(),
            created_at: row.created_at,
        })
    }
}

/// A document that a member sends in, for the member and for staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComplianceDocument {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// What it is.
    #[schema(value_type = String, pattern = "^(tds_certificate|pan_card|aadhaar|bank_statement|other)$")]
    pub document_type: DocumentType,
    /// What its owner calls it.
    pub title: String,
    /// What its owner says of it.
    pub description: String,
    /// A link to the file that works for a few minutes.
    pub file: String,
    /// When it was sent in.
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Instant,
    /// Staff have looked at it.
    pub is_verified: bool,
    /// When that was.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Instant>,
    /// Who that was.
    pub verified_by: Option<i64>,
}

impl ComplianceDocument {
    /// To be made for the owner and for staff only: its link opens the file.
    pub(super) fn of(
        row: compliance_documents::ComplianceDocument,
        keys: &Keys,
        now: Instant,
    ) -> Result<Self> {
        Ok(Self {
            id: row.id,
            user: row.user_id,
            document_type: row.document_type,
            title: row.title,
            description: row.description,
            file: file_link(keys, row.file_id, now)?,
            uploaded_at: row.uploaded_at,
            is_verified: row.verified_at.is_some(),
            verified_at: row.verified_at,
            verified_by: row.verified_by,
        })
    }
}

/// Shows no title and no link.
impl std::fmt::Debug for ComplianceDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ComplianceDocument").field("id", &self.id).finish_non_exhaustive()
    }
}
