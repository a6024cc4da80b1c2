//! A new account, with all that belongs to one.

use binary_tree::Side;
use infra::{
    Unique, buyers,
    db::Tx,
    secrets, sessions,
    tree_events::{self, TreeEvent},
    users::{self, Details, NewUser, User},
    wallets,
};
use wallet_rules::{
    calendar::Instant,
    identity::{Email, Identifier, Mobile},
    people::Role,
};

use crate::{Error, FieldErrors, Result};

/// How many referral codes are drawn for one account, should one be taken.
const CODES_DRAWN: usize = 4;
/// How many accounts can have been made with one identifier, each given up by its holder for the next.
const SAME_NAMES: u32 = 1_000;
/// The longest username, in characters (`VARCHAR(254)`).
const USERNAME_CHARS: usize = 254;

/// Where a new member is to be placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Below whom; none: the root of a tree of their own.
    pub(crate) sponsor: Option<i64>,
    /// The sponsor's direct side that is asked for.
    pub(crate) side: Option<Side>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewAccount<'a> {
    /// The identifier that it is made with.
    pub(crate) identifier: &'a Identifier,
    /// E-mail, where there is one.
    pub(crate) email: Option<&'a Email>,
    /// Mobile, where there is one.
    pub(crate) mobile: Option<&'a Mobile>,
    /// What they say of themselves.
    pub(crate) details: &'a Details,
    /// What they may do.
    pub(crate) role: Role,
    /// Made by `manage createsuperuser`.
    pub(crate) is_superuser: bool,
    /// Where a member is to be placed; accounts made by operators have no place.
    pub(crate) place: Option<Place>,
    /// What [`free_referral_codes`] drew.
    pub(crate) referral_codes: &'a [String],
}

/// Referral codes for one account; the first that is free becomes its own.
///
/// # Errors
/// [`Error::Unavailable`] when the machine gives no random bytes.
pub(crate) fn free_referral_codes() -> Result<Vec<String>> {
    Ok((0..CODES_DRAWN).map(|_| secrets::referral_code()).collect::<infra::Result<_>>()?)
}

/// Makes an account with its wallet and its ledger accounts and, for a member, announces their joining to the
/// tree. Two that race for one identifier are run again, and the second finds the first.
///
/// # Errors
/// What the database says.
pub(crate) fn open_account(tx: &mut Tx, new: &NewAccount<'_>, caused_by: &str, now: Instant) -> Result<User> {
    let username = free_username(tx, new.identifier.as_str())?;
    let referral_code = first_free(tx, new.referral_codes)?;
    let row = NewUser {
        username: &username,
        email: new.email.map(Email::as_str),
        mobile: new.mobile.map(Mobile::as_str),
        details: new.details,
        role: new.role,
        is_superuser: new.is_superuser,
        referral_code,
        sponsor_id: new.place.and_then(|place| place.sponsor),
    };
    let id = users::insert(tx, &row, now).map_err(lost_race)?;
    wallets::open(tx, id, now)?;
    if let Some(Place { sponsor, side }) = new.place {
        tree_events::append(tx, TreeEvent::Join { member: id, sponsor, side }, now, caused_by)?;
    }
    users::find(tx, id)?.ok_or_else(|| Error::internal("a new account is not there"))
}

/// The member with this referral code. Accounts without a place in the tree bring nobody in: whoever joined
/// below them would never be placed.
///
/// # Errors
/// A field error on `referral_code`.
pub(crate) fn sponsor_of(tx: &mut Tx, code: &str) -> Result<i64> {
    match users::find_by_referral_code(tx, code)? {
        Some(sponsor) if buyers::has_place(tx, sponsor)? => Ok(sponsor),
        Some(_) | None => Err(Error::invalid("referral_code", "No member has this referral code.")),
    }
}

/// A referral code as it is stored; none where nothing was typed.
pub(crate) fn typed_referral_code(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    (!code.is_empty()).then_some(code)
}

/// Says no where one of the identifiers is an account's.
///
/// # Errors
/// Field errors on `email` and `mobile`.
pub(crate) fn refuse_taken(tx: &mut Tx, email: &Email, mobile: Option<&Mobile>) -> Result<()> {
    let email = ("email", Identifier::Email(email.clone()));
    let mobile = mobile.map(|mobile| ("mobile", Identifier::Mobile(mobile.clone())));
    let mut taken = FieldErrors::new();
    for (field, identifier) in std::iter::once(email).chain(mobile) {
        if users::find_by_identifier(tx, &identifier)?.is_some() {
            taken.insert(field.to_owned(), vec!["Another account has this one.".to_owned()]);
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::Invalid(taken)) }
}

/// Notes the login and begins a session of this refresh token; gives the session's key.
///
/// # Errors
/// What the database says.
pub(crate) fn open_session(
    tx: &mut Tx,
    user: i64,
    (refresh_id, expires_at): (&str, Instant),
    now: Instant,
) -> Result<i64> {
    users::record_login(tx, user, now)?;
    Ok(sessions::insert(tx, user, refresh_id, expires_at, now)?)
}

/// The identifier itself; where its holder before made an account with it and moved on, with a number behind.
fn free_username(tx: &mut Tx, identifier: &str) -> Result<String> {
    if users::find_by_username(tx, identifier)?.is_none() {
        return Ok(identifier.to_owned());
    }
    for number in 2..SAME_NAMES {
        let suffix = format!("#{number}");
        let kept = USERNAME_CHARS.saturating_sub(suffix.len());
        let name: String = identifier.chars().take(kept).chain(suffix.chars()).collect();
        if users::find_by_username(tx, &name)?.is_none() {
            return Ok(name);
        }
    }
    Err(Error::internal("an identifier has had too many accounts"))
}

fn first_free<'a>(tx: &mut Tx, codes: &'a [String]) -> Result<&'a str> {
    for code in codes {
        if users::find_by_referral_code(tx, code)?.is_none() {
            return Ok(code);
        }
    }
    Err(Error::internal("every referral code that was drawn is taken"))
}

/// Another transaction took the value between our look and our insert: run again, which sees it.
fn lost_race(error: infra::Error) -> infra::Error {
    match error {
        infra::Error::Duplicate(
            Unique::UsersUsername | Unique::UsersEmail | Unique::UsersMobile | Unique::UsersReferralCode,
        ) => infra::Error::Contended("an account was made at the same time".to_owned()),
        other => other,
    }
}
