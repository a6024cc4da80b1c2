//! A code of the second factor came back.

use infra::{
    db::Tx,
    second_factors,
    secrets::{Keys, Purpose, same, totp_code, totp_step},
    sessions, users,
};
use serde_json::json;
use wallet_rules::calendar::Instant;

use super::objects::Message;
use crate::{
    App, Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
};

/// Half minutes by which a clock may be wrong.
const DRIFT: i64 = 1;

/// Confirms the caller's second factor with a code of it, and shows it for the session. A code works once.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not staff; a conflict, `totp_not_enrolled`, without a secret; a field error on
/// `otp_code`.
pub async fn verify_totp(app: &App, call: &Call, code: &str) -> Result<Message> {
    if !call.actor.is_staff() {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let (call, keys, code) = (call.clone(), app.keys.clone(), code.trim().to_owned());
    app.db.write(move |tx| verify(tx, &call, &keys, &code, now)).await?;
    Ok(Message { message: "The second factor is right.".to_owned() })
}

fn verify(tx: &mut Tx, call: &Call, keys: &Keys, code: &str, now: Instant) -> Result<()> {
    let id = call.actor.id;
    users::lock(tx, id)?.ok_or(Error::NotFound)?;
    let factor = second_factors::find(tx, id)?
        .ok_or_else(|| Error::conflict("totp_not_enrolled", "Ask for a secret first."))?;
    let secret = keys.open(Purpose::SecondFactor, &factor.secret_sealed)?;
    let step = totp_step(now);
    let mut shown = None;
    for near in (step - DRIFT)..=(step + DRIFT) {
        if same(&totp_code(&secret, near)?, code) {
            shown = Some(near);
        }
    }
    let is_fresh = match shown {
        Some(step) => second_factors::use_up(tx, id, step, factor.confirmed_at.unwrap_or(now))?,
        None => false,
    };
    if !is_fresh {
        return Err(Error::invalid("otp_code", "This code is wrong or was used before."));
    }
    if let Some(session) = call.actor.session {
        sessions::show_second_factor(tx, (session, id), now)?;
    }
    let deed = Deed {
        action: AuditAction::TotpVerify,
        subject: Some(id),
        row: Some(id),
        before: json!({ "confirmed": factor.confirmed_at.is_some() }),
        after: json!({ "confirmed": true }),
    };
    record(tx, call, &deed, now)
}
