//! What was done, newest first.

use chrono::NaiveDate;
use infra::audit::{self, Filter};
use wallet_rules::calendar::{day_end_exclusive, day_start};

use super::{AuditAction, objects::AuditEntry};
use crate::{App, Call, Error, Listed, Page, Result};

/// Which rows to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditFilter {
    /// Only what they did.
    pub actor: Option<i64>,
    /// Only this.
    pub action: Option<AuditAction>,
    /// Only what was done on them.
    pub subject: Option<i64>,
    /// Only from this Indian day on.
    pub start_date: Option<NaiveDate>,
    /// Only up to this Indian day, itself included.
    pub end_date: Option<NaiveDate>,
}

/// The audit, for admins.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin; [`Error::NotFound`] beyond the last page.
pub async fn list_audit(
    app: &App,
    call: &Call,
    filter: AuditFilter,
    page: Page,
) -> Result<Listed<AuditEntry>> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let filter = Filter {
        actor_id: filter.actor,
        action: filter.action.map(AuditAction::as_str),
        subject_id: filter.subject,
        from: filter.start_date.map(day_start),
        before: filter.end_date.map(day_end_exclusive),
    };
    let rows = app.db.read(move |reader| audit::list(reader, &filter, page.slice())).await?;
    Listed::of(page, rows.try_map(AuditEntry::of)?)
}
