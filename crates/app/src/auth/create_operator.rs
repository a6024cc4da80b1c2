//! A superuser makes an admin, an admin makes staff.

use infra::{db::Tx, users};
use serde_json::json;
use wallet_rules::{calendar::Instant, identity::Identifier, people::Role};

use super::{
    objects::OperatorCreated,
    steps::{NewAccount, free_referral_codes, open_account, refuse_taken},
};
use crate::{
    App, Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
    users::{NewPerson, steps::CheckedPerson},
};

/// Makes an account of this role, without a place in the tree; whoever it is for logs in with one-time codes, as
/// everyone does. A sponsor that is named is not looked at.
///
/// # Errors
/// [`Error::Forbidden`]: only a superuser makes admins, only admins make staff; field errors, also when another account
/// has the e-mail or the mobile.
pub async fn create_operator(
    app: &App,
    call: &Call,
    role: Role,
    person: NewPerson,
) -> Result<OperatorCreated> {
    let may = match role {
        Role::Admin => call.actor.is_superuser,
        Role::Staff => call.actor.is_admin(),
        Role::User => false,
    };
    if !may {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let person = person.checked(now)?;
    let referral_codes = free_referral_codes()?;
    let call = call.clone();
    let user = app.db.write(move |tx| create(tx, &call, role, &person, &referral_codes, now)).await?;
    let message = format!("The account of {role} is made; its holder logs in with a one-time code.");
    Ok(OperatorCreated { user: user.into(), message })
}

fn create(
    tx: &mut Tx,
    call: &Call,
    role: Role,
    person: &CheckedPerson,
    referral_codes: &[String],
    now: Instant,
) -> Result<users::User> {
    let CheckedPerson { email, mobile, details } = person;
    refuse_taken(tx, email, Some(mobile))?;
    let new = NewAccount {
        identifier: &Identifier::Email(email.clone()),
        email: Some(email),
        mobile: Some(mobile),
        details,
        role,
        is_superuser: false,
        place: None,
        referral_codes,
    };
    let user = open_account(tx, &new, &call.cause(), now)?;
    let deed = Deed {
        action: if role == Role::Admin { AuditAction::AdminCreate } else { AuditAction::StaffCreate },
        subject: Some(user.id),
        row: Some(user.id),
        before: json!({}),
        after: json!({ "role": role }),
    };
    record(tx, call, &deed, now)?;
    Ok(user)
}
