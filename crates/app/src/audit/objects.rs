//! The object of `api.md`'s `audit/`.

use infra::audit::AuditRow;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use wallet_rules::calendar::Instant;

use crate::{Error, Result};

/// Something that staff, an admin or an operator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Key.
    pub id: i64,
    /// Who did it; null: an operator at the command line.
    pub actor: Option<i64>,
    /// What it was.
    #[schema(example = "kyc_approve")]
    pub action: String,
    /// On whom.
    pub subject: Option<i64>,
    /// On what kind of row.
    #[schema(example = "kyc")]
    pub row_type: String,
    /// On which row.
    pub row_id: Option<i64>,
    /// What it changed, as it was before.
    #[schema(value_type = Object)]
    pub before: Value,
    /// The same afterwards.
    #[schema(value_type = Object)]
    pub after: Value,
    /// From where; blank at the command line.
    pub client_address: String,
    /// By which request.
    pub request_id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl AuditEntry {
    pub(crate) fn of(row: AuditRow) -> Result<Self> {
        let object = |text: &str| serde_json::from_str(text).map_err(Error::internal);
        Ok(Self {
            before: object(&row.state_before)?,
            after: object(&row.state_after)?,
            id: row.id,
            actor: row.actor_id,
            action: row.action,
            subject: row.subject_id,
            row_type: row.row_type,
            row_id: row.row_id,
            client_address: row.client_address,
            request_id: row.request_id,
            created_at: row.created_at,
        })
    }
}
