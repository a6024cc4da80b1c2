//! What was said at a sign-up travels with its caller, sealed, until the codes come back: nothing of it is stored.

use chrono::TimeDelta;
use infra::secrets::{Keys, Purpose};
use serde::{Deserialize, Serialize};
use wallet_rules::calendar::Instant;

use super::CODE_LIFETIME_MIN;
use crate::{Error, Result, users::NewPerson};

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    person: NewPerson,
    expires_at: Instant,
}

/// Seals what was said, for as long as its codes live.
///
/// # Errors
/// [`Error::Unavailable`] when the machine gives no random bytes.
pub(crate) fn seal_signup(keys: &Keys, person: NewPerson, now: Instant) -> Result<String> {
    let expires_at = now.plus(TimeDelta::minutes(CODE_LIFETIME_MIN));
    let text = serde_json::to_string(&Sealed { person, expires_at }).map_err(Error::internal)?;
    Ok(keys.seal(Purpose::SignUp, &text)?)
}

/// What was said; none when it is not of our sealing, or its time is over.
pub(crate) fn open_signup(keys: &Keys, token: &str, now: Instant) -> Option<NewPerson> {
    let text = keys.open(Purpose::SignUp, token).ok()?;
    let Sealed { person, expires_at } = serde_json::from_str(&text).ok()?;
    (now < expires_at).then_some(person)
}
