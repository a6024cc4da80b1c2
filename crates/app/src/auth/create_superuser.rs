//! The first admin is made from the command line.

use serde_json::json;
use wallet_rules::{
    identity::{Email, Identifier, Mobile},
    people::Role,
};

use super::{
    objects::LoginUser,
    steps::{NewAccount, free_referral_codes, open_account, refuse_taken},
};
use crate::{
    App, Error, Result,
    audit::{
        AuditAction,
        steps::{COMMAND_LINE, Deed, record},
    },
    users::steps::nothing_said,
};

/// Makes an admin who may make other admins. They log in with one-time codes like everyone, and have no place
/// in the tree.
///
/// # Errors
/// Field errors on `email` and `mobile`, also when another account has them.
pub async fn create_superuser(app: &App, email: &str, mobile: Option<&str>) -> Result<LoginUser> {
    let wrong = |field: &'static str| move |error| Error::invalid(field, format!("This is {error}."));
    let email = Email::parse(email.trim()).map_err(wrong("email"))?;
    let mobile = mobile.map(|mobile| Mobile::parse(mobile.trim())).transpose().map_err(wrong("mobile"))?;
    let now = app.clock.now();
    let (details, referral_codes) = (nothing_said(), free_referral_codes()?);
    let user = app
        .db
        .write(move |tx| {
            let identifier = Identifier::Email(email.clone());
            refuse_taken(tx, &email, mobile.as_ref())?;
            let new = NewAccount {
                identifier: &identifier,
                email: Some(&email),
                mobile: mobile.as_ref(),
                details: &details,
                role: Role::Admin,
                is_superuser: true,
                place: None,
                referral_codes: &referral_codes,
            };
            let user = open_account(tx, &new, "manage createsuperuser", now)?;
            let deed = Deed {
                action: AuditAction::AdminCreate,
                subject: Some(user.id),
                row: Some(user.id),
                before: json!({}),
                after: json!({ "role": Role::Admin, "is_superuser": true }),
            };
            record(tx, COMMAND_LINE, &deed, now)?;
            Ok::<_, Error>(user)
        })
        .await?;
    Ok(user.into())
}
