//! Both codes of a sign-up came back: the account is made.

use infra::{db::Tx, users};
use wallet_rules::{calendar::Instant, identity::Identifier, people::Role};

use super::{
    objects::Login,
    steps::{
        IssuedTokens, NewAccount, Place, SentCode, WRONG_CODE, free_referral_codes, issue_tokens,
        new_token_id, open_account, open_session, open_signup, refuse_taken, spend_codes, sponsor_of,
        typed_referral_code,
    },
};
use crate::{
    App, Error, Result,
    users::{NewPerson, steps::CheckedPerson},
};

/// The codes of a sign-up, with what was said.
#[derive(Clone)]
pub struct VerifySignupOtp {
    /// What [`super::sign_up`] sealed.
    pub signup_token: String,
    /// The code that was sent to the e-mail.
    pub email_otp: String,
    /// The code that was sent to the mobile.
    pub mobile_otp: String,
}

/// What the transaction stores, made before it.
struct Fresh {
    said: NewPerson,
    person: CheckedPerson,
    refresh_id: String,
    referral_codes: Vec<String>,
    expires_at: Instant,
    caused_by: String,
    now: Instant,
}

/// Makes the account and logs in. The codes are used up together or not at all; a wrong one counts a try.
///
/// # Errors
/// Field errors on `signup_token`, `email_otp`, `mobile_otp`; with both codes right, on `email` or `mobile` where
/// another account has it, and on `referral_code`.
pub async fn verify_signup_otp(app: &App, request_id: &str, input: VerifySignupOtp) -> Result<Login> {
    let now = app.clock.now();
    let Some(said) = open_signup(&app.keys, input.signup_token.trim(), now) else {
        return Err(Error::invalid("signup_token", "This token is wrong or no longer valid; sign up again."));
    };
    let person = said.checked(now)?;
    let (email, mobile) =
        (Identifier::Email(person.email.clone()), Identifier::Mobile(person.mobile.clone()));
    let codes = vec![
        SentCode::of(&app.keys, email, input.email_otp.trim())?,
        SentCode::of(&app.keys, mobile, input.mobile_otp.trim())?,
    ];
    let refresh_id = new_token_id()?;
    let fresh = Fresh {
        said,
        person,
        refresh_id: refresh_id.clone(),
        referral_codes: free_referral_codes()?,
        expires_at: now.plus(app.lifetimes.refresh_lifetime),
        caused_by: format!("request {request_id}"),
        now,
    };
    let (user, session) =
        spend_codes(app, codes, now, move |tx| join(tx, &fresh)).await?.map_err(|wrong| {
            let named = wrong.into_iter().filter_map(|position| ["email_otp", "mobile_otp"].get(position));
            Error::Invalid(named.map(|field| ((*field).to_owned(), vec![WRONG_CODE.to_owned()])).collect())
        })?;
    app.signals.committed();
    let tokens = issue_tokens(app, IssuedTokens { user: user.id, session, refresh_id: &refresh_id }, now)?;
    Ok(Login { user: user.into(), tokens })
}

/// The account, and the session that is opened for it.
fn join(tx: &mut Tx, fresh: &Fresh) -> Result<(users::User, i64)> {
    let CheckedPerson { email, mobile, details } = &fresh.person;
    refuse_taken(tx, email, Some(mobile))?;
    let sponsor = typed_referral_code(&fresh.said.referral_code);
    let sponsor = sponsor.map(|code| sponsor_of(tx, &code)).transpose()?;
    let new = NewAccount {
        identifier: &Identifier::Email(email.clone()),
        email: Some(email),
        mobile: Some(mobile),
        details,
        role: Role::User,
        is_superuser: false,
        place: Some(Place { sponsor, side: fresh.said.side }),
        referral_codes: &fresh.referral_codes,
    };
    let user = open_account(tx, &new, &fresh.caused_by, fresh.now)?;
    let session = open_session(tx, user.id, (&fresh.refresh_id, fresh.expires_at), fresh.now)?;
    Ok((user, session))
}
