//! Somebody asks for an account with an e-mail and a mobile; both get a code.

use infra::secrets::Keys;
use wallet_rules::identity::Identifier;

use super::{
    objects::SignupStarted,
    steps::{AskedFor, seal_signup, send_codes},
};
use crate::{App, Result, users::NewPerson};

/// Sends a code to the e-mail and another to the mobile. The reply is the same whether or not they are an account's:
/// only who holds them is told, with the code, and the caller when both codes have come back.
///
/// # Errors
/// Field errors; [`crate::Error::Unavailable`] when the codes can't be kept.
pub async fn sign_up(app: &App, request_id: &str, person: NewPerson) -> Result<SignupStarted> {
    let now = app.clock.now();
    let checked = person.checked(now)?;
    let keys: &Keys = &app.keys;
    let signup_token = seal_signup(keys, person, now)?;
    let identifiers = vec![Identifier::Email(checked.email), Identifier::Mobile(checked.mobile)];
    send_codes(app, request_id, identifiers, AskedFor::SignUp, now).await?;
    Ok(SignupStarted { message: "Two one-time codes are on their way.".to_owned(), signup_token })
}
