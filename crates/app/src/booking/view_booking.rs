//! One booking.

use infra::bookings;

use super::{objects::Booking, steps::contact_of};
use crate::{App, Call, Error, Result};

/// The caller's booking, or anyone's for an admin.
///
/// # Errors
/// [`Error::NotFound`] for another's.
pub async fn view_booking(app: &App, call: &Call, booking: i64) -> Result<Booking> {
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let row = bookings::find(reader, booking)?
                .filter(|row| actor.may_see(row.user_id))
                .ok_or(Error::NotFound)?;
            let contact = contact_of(reader, row.user_id)?;
            Booking::of(row, &contact)
        })
        .await
}
