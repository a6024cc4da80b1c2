//! A row of the audit, in the transaction of what it tells of.

use infra::{
    audit::{self, NewAuditRow},
    db::Tx,
};
use serde_json::Value;
use wallet_rules::calendar::Instant;

use crate::{Call, Result, audit::AuditAction};

/// Who does it, from where, by which request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    actor: Option<i64>,
    client_address: &'a str,
    request_id: &'a str,
}

/// An operator at the command line, who has no account.
pub(crate) const COMMAND_LINE: Origin<'static> =
    Origin { actor: None, client_address: "", request_id: "manage" };

impl<'a> From<&'a Call> for Origin<'a> {
    fn from(call: &'a Call) -> Self {
        Self {
            actor: Some(call.actor.id),
            client_address: &call.client_address,
            request_id: &call.request_id,
        }
    }
}

/// What is done, and what of the row it changes. Rows stand for ever: no secret, and nothing that tells who somebody
/// is, has a place in them.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) action: AuditAction,
    /// On whom.
    pub(crate) subject: Option<i64>,
    /// The row's key.
    pub(crate) row: Option<i64>,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// Adds the row; the only way to one.
///
/// # Errors
/// What the database says.
pub(crate) fn record<'a>(
    tx: &mut Tx,
    origin: impl Into<Origin<'a>>,
    deed: &Deed,
    now: Instant,
) -> Result<()> {
    let Origin { actor, client_address, request_id } = origin.into();
    let row = NewAuditRow {
        actor_id: actor,
        action: deed.action.as_str(),
        subject_id: deed.subject,
        row_type: deed.action.row_type(),
        row_id: deed.row,
        state_before: &deed.before.to_string(),
        state_after: &deed.after.to_string(),
        client_address,
        request_id,
    };
    Ok(audit::insert(tx, &row, now)?)
}
