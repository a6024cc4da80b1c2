//! An operator gives an account another role.

use infra::users;
use serde_json::json;
use wallet_rules::people::Role;

use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
};

/// Gives an account another role, from its next request on. Whoever is an admin no more is no superuser either.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn change_role(app: &App, user: i64, role: Role) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let before = users::lock(tx, user)?.ok_or(Error::NotFound)?;
            let is_superuser = before.is_superuser && role == Role::Admin;
            users::set_role(tx, user, role, is_superuser, now)?;
            let deed = Deed {
                action: AuditAction::RoleChange,
                subject: Some(user),
                row: Some(user),
                before: json!({ "role": before.role, "is_superuser": before.is_superuser }),
                after: json!({ "role": role, "is_superuser": is_superuser }),
            };
            record(tx, COMMAND_LINE, &deed, now)
        })
        .await
}
