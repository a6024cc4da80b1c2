//! A member changes their profile.

use chrono::NaiveDate;
use infra::{
    Unique,
    db::Tx,
    users::{self, Details},
};
use wallet_rules::{
    calendar::Instant,
    identity::{Email, Identifier, Mobile},
    people::Gender,
};

use super::{objects::Profile, steps::CheckedFields, view_profile::profile_of};
use crate::{
    App, Call, Error, Result,
    auth::steps::{SentCode, WRONG_CODE, spend_codes},
};

/// What a member changes; what is absent stays.
#[derive(Clone, Default)]
pub struct ProfileChange {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Address, first line.
    pub address_line1: Option<String>,
    /// Address, second line.
    pub address_line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Pincode.
    pub pincode: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Another e-mail.
    pub email: Option<String>,
    /// The code that was sent to it.
    pub email_otp: Option<String>,
    /// Another mobile.
    pub mobile: Option<String>,
    /// The code that was sent to it.
    pub mobile_otp: Option<String>,
}

/// An identifier that is to become the account's, with its code.
struct NewIdentifier {
    /// The field of the code, for what is wrong with it.
    code_field: &'static str,
    code: SentCode,
}

/// Stores the caller's changes. Another e-mail or mobile needs the code that was sent to it; where two are
/// given, both codes are used up together or not at all.
///
/// # Errors
/// Field errors.
pub async fn update_profile(app: &App, call: &Call, change: ProfileChange) -> Result<Profile> {
    let now = app.clock.now();
    let user = call.actor.id;
    let before = app.db.read(move |reader| users::find(reader, user)).await?.ok_or(Error::NotFound)?;
    let mut fields = CheckedFields::default();
    let identifiers = new_identifiers(app, &before, &change, &mut fields)?;
    // checked here; applied to the row as it is under its lock
    apply(&change, before.details, now, &mut fields);
    fields.check()?;
    let fields: Vec<&str> = identifiers.iter().map(|new| new.code_field).collect();
    let codes: Vec<SentCode> = identifiers.into_iter().map(|new| new.code).collect();
    let new: Vec<Identifier> = codes.iter().map(|code| code.identifier().clone()).collect();
    let stored = spend_codes(app, codes, now, move |tx| store(tx, user, &change, &new, now)).await?;
    stored.map_err(|wrong| {
        let named = wrong.into_iter().filter_map(|position| fields.get(position));
        let refusals = named.map(|field| ((*field).to_owned(), vec![WRONG_CODE.to_owned()]));
        Error::Invalid(refusals.collect())
    })
}

/// The identifiers that differ from the account's; one that is sent as it is stored is no change.
fn new_identifiers(
    app: &App,
    before: &users::User,
    change: &ProfileChange,
    fields: &mut CheckedFields,
) -> Result<Vec<NewIdentifier>> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let email = given(&change.email)
        .and_then(|text| fields.parsed("email", &text, Email::parse))
        .filter(|email| before.email.as_deref() != Some(email.as_str()))
        .map(|email| (Identifier::Email(email), "email_otp", given(&change.email_otp)));
    let mobile = given(&change.mobile)
        .and_then(|text| fields.parsed("mobile", &text, Mobile::parse))
        .filter(|mobile| before.mobile.as_deref() != Some(mobile.as_str()))
        .map(|mobile| (Identifier::Mobile(mobile), "mobile_otp", given(&change.mobile_otp)));
    let mut identifiers = Vec::new();
    for (identifier, code_field, code) in email.into_iter().chain(mobile) {
        match code {
            Some(code) => {
                let code = SentCode::of(&app.keys, identifier, code.trim())?;
                identifiers.push(NewIdentifier { code_field, code });
            }
            None => fields.refuse(code_field, "Send a one-time code to it first, and give it here."),
        }
    }
    Ok(identifiers)
}

fn store(
    tx: &mut Tx,
    user: i64,
    change: &ProfileChange,
    identifiers: &[Identifier],
    now: Instant,
) -> Result<Profile> {
    let row = users::lock(tx, user)?.ok_or(Error::NotFound)?;
    for identifier in identifiers {
        users::set_identifier(tx, user, identifier, now).map_err(taken)?;
    }
    let details = apply(change, row.details, now, &mut CheckedFields::default());
    users::set_details(tx, user, &details, now)?;
    profile_of(tx, user)
}

/// Whoever has the code may know that the identifier is another account's.
fn taken(error: infra::Error) -> Error {
    let refuse = |field| Error::invalid(field, "Another account has this one.");
    match error {
        infra::Error::Duplicate(Unique::UsersEmail) => refuse("email"),
        infra::Error::Duplicate(Unique::UsersMobile) => refuse("mobile"),
        other => other.into(),
    }
}

/// The details with the change; what is wrong with it is noted in `fields`.
fn apply(change: &ProfileChange, mut details: Details, now: Instant, fields: &mut CheckedFields) -> Details {
    for (field, stored, sent, max_chars) in [
        ("first_name", &mut details.first_name, &change.first_name, 100),
        ("last_name", &mut details.last_name, &change.last_name, 100),
        ("address_line1", &mut details.address_line1, &change.address_line1, 200),
        ("address_line2", &mut details.address_line2, &change.address_line2, 200),
        ("city", &mut details.city, &change.city, 100),
        ("state", &mut details.state, &change.state, 100),
        ("country", &mut details.country, &change.country, 60),
    ] {
        if let Some(sent) = sent {
            *stored = fields.line(field, sent, max_chars);
        }
    }
    if let Some(pincode) = &change.pincode {
        details.pincode = fields.pincode(pincode);
    }
    if let Some(gender) = change.gender {
        details.gender = Some(gender);
    }
    if let Some(born) = change.date_of_birth {
        if born > now.ist_date() {
            fields.refuse("date_of_birth", "This day is still to come.");
        }
        details.date_of_birth = Some(born);
    }
    details
}
