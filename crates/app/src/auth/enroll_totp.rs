//! Somebody of the staff is given the secret of a second factor.

use infra::{
    db::Tx,
    second_factors,
    secrets::{Purpose, totp_secret},
    users,
};
use serde_json::json;
use wallet_rules::calendar::Instant;

use super::objects::TotpEnrolled;
use crate::{
    App, Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
};

/// What authenticator apps call the platform, as it stands in an address.
const ISSUER: &str = "EV%20Platform";

/// Gives the caller a new secret, in place of one that they have not confirmed.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not staff; a conflict, `totp_enrolled`, where one is confirmed: whoever holds a
/// code of the mailbox alone must not put their own in its place.
pub async fn enroll_totp(app: &App, call: &Call) -> Result<TotpEnrolled> {
    if !call.actor.is_staff() {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let secret = totp_secret()?;
    let sealed = app.keys.seal(Purpose::SecondFactor, &secret)?;
    let call = call.clone();
    let username = app.db.write(move |tx| enroll(tx, &call, &sealed, now)).await?;
    let label: String = username.bytes().map(in_an_address).collect();
    let otpauth_url = format!(
        "otpauth://totp/{ISSUER}:{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"
    );
    Ok(TotpEnrolled { secret, otpauth_url })
}

fn enroll(tx: &mut Tx, call: &Call, sealed: &str, now: Instant) -> Result<String> {
    let id = call.actor.id;
    let user = users::lock(tx, id)?.ok_or(Error::NotFound)?;
    if second_factors::find(tx, id)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
        let text = "A second factor is confirmed already; an operator can take it away.";
        return Err(Error::conflict("totp_enrolled", text));
    }
    second_factors::put(tx, id, sealed, now)?;
    let deed = Deed {
        action: AuditAction::TotpEnroll,
        subject: Some(id),
        row: Some(id),
        before: json!({}),
        after: json!({ "confirmed": false }),
    };
    record(tx, call, &deed, now)?;
    Ok(user.username)
}

/// A byte as it stands in an address.
fn in_an_address(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
