//! A one-time code is sent to whoever holds an identifier.

use chrono::TimeDelta;
use infra::{
    otps::{self, OtpPurpose},
    secrets,
};
use wallet_rules::identity::{Identifier, IdentifierKind};

use super::{objects::Message, steps::SentCode};
use crate::{App, Error, Result, tasks};

/// How long a code is good, in minutes.
const LIFETIME_MIN: i64 = 10;
/// Letters that tell one sending from the next.
const OCCASION_LENGTH: usize = 16;

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
    let now = app.clock.now();
    let code = secrets::one_time_code()?;
    let occasion = secrets::random_token(OCCASION_LENGTH)?;
    let sent = SentCode::of(&app.keys, identifier, &code)?;
    let expires_at = now.plus(TimeDelta::minutes(LIFETIME_MIN));
    let in_database = app.redis.is_none();
    if let Some(redis) = &app.redis {
        // before the message that tells of it, which would be of no use without it
        redis.put_code(sent.subject(), sent.hash(), expires_at, now).await?;
    }
    let caused_by = format!("request {request_id}");
    let keys = app.keys.clone();
    app.db
        .write(move |tx| {
            let to = sent.identifier();
            let row = if in_database {
                otps::put(tx, (to.as_str(), OtpPurpose::Identifier), sent.hash(), expires_at, now)?
            } else {
                0
            };
            let subject = match to {
                Identifier::Email(_) => "Your login code",
                Identifier::Mobile(_) => "",
            };
            let body = format!(
                "{code} is your one-time code. It is good for {LIFETIME_MIN} minutes. Tell it to nobody."
            );
            tasks::announce_message(tx, &keys, to, (subject, &body), (row, &occasion), &caused_by, now)
        })
        .await?;
    app.signals.committed();
    Ok(Message { message: "A one-time code is on its way.".to_owned() })
}
