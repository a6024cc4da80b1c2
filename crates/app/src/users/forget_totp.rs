//! An operator takes a second factor away whose device is lost.

use infra::{
    second_factors,
    sessions::{self, SessionEnd},
    users,
};
use serde_json::json;

use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
};

/// Forgets an account's second factor and ends its sessions; its holder enrolls another.
///
/// # Errors
/// [`Error::NotFound`], also without a second factor.
pub async fn forget_totp(app: &App, user: i64) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            users::lock(tx, user)?.ok_or(Error::NotFound)?;
            let factor = second_factors::find(tx, user)?.ok_or(Error::NotFound)?;
            second_factors::forget(tx, user)?;
            sessions::end_all(tx, user, SessionEnd::Disabled, now)?;
            let deed = Deed {
                action: AuditAction::TotpForget,
                subject: Some(user),
                row: Some(user),
                before: json!({ "confirmed": factor.confirmed_at.is_some() }),
                after: json!({}),
            };
            record(tx, COMMAND_LINE, &deed, now)
        })
        .await
}
