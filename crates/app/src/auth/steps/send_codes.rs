//! New codes are stored in place of the ones before, and are on their way.

use chrono::TimeDelta;
use infra::{
    otps::{self, OtpPurpose},
    secrets,
};
use wallet_rules::{calendar::Instant, identity::Identifier};

use super::SentCode;
use crate::{App, Error, Result, tasks};

/// How long a code is good, in minutes.
pub(crate) const CODE_LIFETIME_MIN: i64 = 10;
/// Letters that tell one sending from the next.
const OCCASION_LENGTH: usize = 16;

/// A code that was drawn for an identifier.
struct FreshCode {
    code: String,
    sent: SentCode,
    occasion: String,
}

/// Sends each identifier a code of its own, in place of the one before. Nobody looks whether there is an account, so
/// nothing about it shows.
///
/// # Errors
/// [`Error::Unavailable`] when a code can't be kept.
pub(crate) async fn send_codes(
    app: &App,
    request_id: &str,
    identifiers: Vec<Identifier>,
    now: Instant,
) -> Result<()> {
    let expires_at = now.plus(TimeDelta::minutes(CODE_LIFETIME_MIN));
    let mut fresh = Vec::with_capacity(identifiers.len());
    for identifier in identifiers {
        let code = secrets::one_time_code()?;
        let sent = SentCode::of(&app.keys, identifier, &code)?;
        fresh.push(FreshCode { code, sent, occasion: secrets::random_token(OCCASION_LENGTH)? });
    }
    let in_database = app.redis.is_none();
    if let Some(redis) = &app.redis {
        // before the messages that tell of them, which would be of no use without them
        for FreshCode { sent, .. } in &fresh {
            redis.put_code(sent.subject(), sent.hash(), expires_at, now).await?;
        }
    }
    let caused_by = format!("request {request_id}");
    let keys = app.keys.clone();
    app.db
        .write(move |tx| {
            for FreshCode { code, sent, occasion } in &fresh {
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
                    "{code} is your one-time code. It is good for {CODE_LIFETIME_MIN} minutes. Tell it to nobody."
                );
                tasks::announce_message(tx, &keys, to, (subject, &body), (row, occasion), &caused_by, now)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.signals.committed();
    Ok(())
}
