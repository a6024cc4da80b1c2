//! A booking on which nothing is paid is cancelled.

use infra::{bookings, buyers, db::Tx};
use serde_json::json;
use wallet_rules::calendar::Instant;

use super::{
    objects::{Booking, state_of},
    steps::contact_of,
};
use crate::{
    App, Call, Done, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
    idempotency::once,
};

/// Cancels the caller's own booking, or anyone's for an admin.
///
/// # Errors
/// [`Error::NotFound`] for another's; conflicts: `has_payments`, `booking_closed`.
pub async fn cancel_booking(app: &App, call: &Call, booking: i64) -> Result<Done<Booking>> {
    let now = app.clock.now();
    let call = call.clone();
    app.db.write(move |tx| once(tx, &call, now, |tx| cancel(tx, &call, booking, now))).await
}

fn cancel(tx: &mut Tx, call: &Call, id: i64, now: Instant) -> Result<Booking> {
    let owner = bookings::find(tx, id)?
        .map(|row| row.user_id)
        .filter(|owner| call.actor.may_see(*owner))
        .ok_or(Error::NotFound)?;
    buyers::lock(tx, owner)?.ok_or(Error::NotFound)?;
    let booking = bookings::lock(tx, id)?.ok_or(Error::NotFound)?;
    state_of(&booking)
        .check_cancel()
        .map_err(|refusal| Error::conflict(refusal.code(), format!("The booking stays: {refusal}.")))?;
    if !bookings::set_cancelled(tx, id, now)? {
        return Err(Error::internal("a booking moved under its lock"));
    }
    let stored = bookings::find(tx, id)?.ok_or(Error::NotFound)?;
    if owner != call.actor.id {
        let deed = Deed {
            action: AuditAction::BookingCancel,
            subject: Some(owner),
            row: Some(id),
            before: json!({ "status": booking.status }),
            after: json!({ "status": stored.status }),
        };
        record(tx, call, &deed, now)?;
    }
    Booking::of(stored, &contact_of(tx, owner)?)
}
