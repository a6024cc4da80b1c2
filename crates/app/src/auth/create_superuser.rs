//! The first admin is made from the command line.

use infra::{db::Tx, users};
use wallet_rules::{
    identity::{Email, Identifier, Mobile},
    people::Role,
};

use super::{
    objects::LoginUser,
    steps::{NewAccount, free_referral_codes, open_account},
};
use crate::{App, Error, Result};

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
    let referral_codes = free_referral_codes()?;
    let user = app
        .db
        .write(move |tx| {
            let identifier = Identifier::Email(email.clone());
            refuse_taken(tx, "email", &identifier)?;
            if let Some(mobile) = &mobile {
                refuse_taken(tx, "mobile", &Identifier::Mobile(mobile.clone()))?;
            }
            let new = NewAccount {
                identifier: &identifier,
                email: Some(&email),
                mobile: mobile.as_ref(),
                role: Role::Admin,
                is_superuser: true,
                place: None,
                referral_codes: &referral_codes,
            };
            open_account(tx, &new, "manage createsuperuser", now)
        })
        .await?;
    Ok(user.into())
}

fn refuse_taken(tx: &mut Tx, field: &str, identifier: &Identifier) -> Result<()> {
    match users::find_by_identifier(tx, identifier)? {
        Some(_) => Err(Error::invalid(field, "Another account has this one.")),
        None => Ok(()),
    }
}
