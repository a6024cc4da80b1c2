//! An operator disables an account.

use infra::{
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

/// Disables an account: its sessions end and its tokens are dead, at once; one that is disabled already stays so.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn disable_user(app: &App, user: i64) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let before = users::lock(tx, user)?.ok_or(Error::NotFound)?;
            users::set_active(tx, user, false, now)?;
            users::end_tokens(tx, user, now)?;
            sessions::end_all(tx, user, SessionEnd::Disabled, now)?;
            let deed = Deed {
                action: AuditAction::UserDisable,
                subject: Some(user),
                row: Some(user),
                before: json!({ "is_active": before.is_active }),
                after: json!({ "is_active": false }),
            };
            record(tx, COMMAND_LINE, &deed, now)
        })
        .await
}
