//! A one-time code is sent to whoever holds an identifier.

use wallet_rules::identity::{Identifier, IdentifierKind};

use super::{
    objects::Message,
    steps::{AskedFor, send_codes},
};
use crate::{App, Error, Result};

/// Sends a new code to an identifier, in place of the one before. Nobody looks whether there is an account, so
/// nothing about it shows.
///
/// # Errors
/// A field error on `identifier`; [`Error::Unavailable`] when the code can't be kept.
pub async fn send_otp(
    app: &App,
    request_id: &str,
    identifier: &str,
    otp_type: IdentifierKind,
) -> Result<Message> {
    let identifier = Identifier::parse(otp_type, identifier.trim())
        .map_err(|error| Error::invalid("identifier", format!("This is {error}.")))?;
    send_codes(app, request_id, vec![identifier], AskedFor::Login, app.clock.now()).await?;
    Ok(Message { message: "A one-time code is on its way.".to_owned() })
}
