//! New codes are stored in place of the ones before, and are on their way.

use chrono::TimeDelta;
use infra::{
    otps::{self, OtpPurpose},
    secrets, users,
};
use wallet_rules::{calendar::Instant, identity::Identifier};

use super::SentCode;
use crate::{App, Error, Result, tasks};

/// How long a code is good, in minutes.
pub(crate) const CODE_LIFETIME_MIN: i64 = 10;
/// What mails with codes are about.
const SUBJECT: &str = "Your login code";
/// The same where somebody signs up with what has an account.
const KNOWN_SUBJECT: &str = "A sign-up with your address";
/// What the holder of an account reads then.
const KNOWN: &str = " Somebody has tried to sign up with this address or number, which has an account already. \
                     If it was you, log in with this code.";
/// Letters that tell one sending from the next.
const OCCASION_LENGTH: usize = 16;

/// What codes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedFor {
    /// To show that one holds an identifier.
    Login,
    /// To make an account.
    SignUp,
}

/// A code that was drawn for an identifier.
struct FreshCode {
    code: String,
    sent: SentCode,
    occasion: String,
}

/// Sends each identifier a code of its own, in place of the one before. Whether there is an account shows to nobody but
/// the identifier's holder, who is told of a sign-up with what has one already.
///
/// # Errors
/// [`Error::Unavailable`] when a code can't be kept.
pub(crate) async fn send_codes(
    app: &App,
    request_id: &str,
    identifiers: Vec<Identifier>,
    asked_for: AskedFor,
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
                let is_known =
                    asked_for == AskedFor::SignUp && users::find_by_identifier(tx, to)?.is_some();
                let (subject, more) = if is_known { (KNOWN_SUBJECT, KNOWN) } else { (SUBJECT, "") };
                let subject = match to {
                    Identifier::Email(_) => subject,
                    Identifier::Mobile(_) => "",
                };
                let body = format!(
                    "{code} is your one-time code. It is good for {CODE_LIFETIME_MIN} minutes. Tell it to nobody.{more}"
                );
                tasks::announce_message(tx, &keys, to, (subject, &body), (row, occasion), &caused_by, now)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.signals.committed();
    Ok(())
}
