//! A code that came back logs its holder in; an unknown identifier becomes an account.

use binary_tree::Side;
use infra::{db::Tx, users};
use wallet_rules::{
    calendar::Instant,
    identity::{Identifier, IdentifierKind},
    people::Role,
};

use super::{
    AuthFault,
    objects::Login,
    steps::{
        IssuedTokens, NewAccount, Place, SentCode, WRONG_CODE, free_referral_codes, issue_tokens,
        new_token_id, open_account, open_session, spend_codes, sponsor_of, typed_referral_code,
    },
};
use crate::{App, Error, Result, users::steps::nothing_said};

/// A code that came back.
#[derive(Clone)]
pub struct VerifyOtp {
    /// Where it was sent.
    pub identifier: String,
    /// What that is.
    pub otp_type: IdentifierKind,
    /// The code.
    pub otp_code: String,
    /// Whose code brings a new member in; blank for none.
    pub referral_code: Option<String>,
    /// The sponsor's direct side that a new member asks for.
    pub side: Option<Side>,
}

/// What the transaction stores, made before it.
struct Fresh {
    identifier: Identifier,
    sponsor_code: Option<String>,
    side: Option<Side>,
    refresh_id: String,
    referral_codes: Vec<String>,
    expires_at: Instant,
    caused_by: String,
    now: Instant,
}

/// Logs in with a one-time code, which is used up; a wrong one counts a try.
///
/// # Errors
/// Field errors on `identifier`, `otp_code`, `referral_code` (which uses up nothing);
/// [`Error::Unauthorized`] when the account is disabled.
pub async fn verify_otp(app: &App, request_id: &str, input: VerifyOtp) -> Result<Login> {
    let identifier = Identifier::parse(input.otp_type, input.identifier.trim())
        .map_err(|error| Error::invalid("identifier", format!("This is {error}.")))?;
    let now = app.clock.now();
    let refresh_id = new_token_id()?;
    let sent = SentCode::of(&app.keys, identifier.clone(), input.otp_code.trim())?;
    let fresh = Fresh {
        identifier,
        sponsor_code: input.referral_code.as_deref().and_then(typed_referral_code),
        side: input.side,
        refresh_id: refresh_id.clone(),
        referral_codes: free_referral_codes()?,
        expires_at: now.plus(app.lifetimes.refresh_lifetime),
        caused_by: format!("request {request_id}"),
        now,
    };
    let Ok((user, session)) = spend_codes(app, vec![sent], now, move |tx| log_in(tx, &fresh)).await? else {
        return Err(Error::invalid("otp_code", WRONG_CODE));
    };
    app.signals.committed();
    let tokens = issue_tokens(app, IssuedTokens { user: user.id, session, refresh_id: &refresh_id }, now)?;
    Ok(Login { user: user.into(), tokens })
}

/// The account, and the session that is opened for it.
fn log_in(tx: &mut Tx, fresh: &Fresh) -> Result<(users::User, i64)> {
    let sponsor = fresh.sponsor_code.as_deref().map(|code| sponsor_of(tx, code)).transpose()?;
    let user = match users::find_by_identifier(tx, &fresh.identifier)? {
        Some(user) => users::lock(tx, user.id)?.ok_or(Error::NotFound)?,
        None => sign_up(tx, fresh, sponsor)?,
    };
    if !user.is_active {
        return Err(Error::Unauthorized(AuthFault::UserInactive));
    }
    let session = open_session(tx, user.id, (&fresh.refresh_id, fresh.expires_at), fresh.now)?;
    Ok((user, session))
}

fn sign_up(tx: &mut Tx, fresh: &Fresh, sponsor: Option<i64>) -> Result<users::User> {
    let identifier = &fresh.identifier;
    let (email, mobile) = match identifier {
        Identifier::Email(email) => (Some(email), None),
        Identifier::Mobile(mobile) => (None, Some(mobile)),
    };
    let new = NewAccount {
        identifier,
        email,
        mobile,
        details: &nothing_said(),
        role: Role::User,
        is_superuser: false,
        place: Some(Place { sponsor, side: fresh.side }),
        referral_codes: &fresh.referral_codes,
    };
    open_account(tx, &new, &fresh.caused_by, fresh.now)
}
