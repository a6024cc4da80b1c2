//! An operator lets a disabled account in again.

use infra::users;
use serde_json::json;

use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
};

/// Lets an account log in again; one that is enabled already stays so.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn enable_user(app: &App, user: i64) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            // whoever was made anonymous is nobody any more
            let before = users::lock(tx, user)?.filter(|user| user.anonymised_at.is_none());
            let before = before.ok_or(Error::NotFound)?;
            users::set_active(tx, user, true, now)?;
            let deed = Deed {
                action: AuditAction::UserEnable,
                subject: Some(user),
                row: Some(user),
                before: json!({ "is_active": before.is_active }),
                after: json!({ "is_active": true }),
            };
            record(tx, COMMAND_LINE, &deed, now)
        })
        .await
}
