//! One payment.

use infra::{bookings, payments};

use super::objects::Payment;
use crate::{App, Call, Error, Result};

/// The caller's payment, or anyone's for an admin.
///
/// # Errors
/// [`Error::NotFound`] for another's.
pub async fn view_payment(app: &App, call: &Call, payment: i64) -> Result<Payment> {
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let row = payments::find(reader, payment)?
                .filter(|row| actor.may_see(row.user_id))
                .ok_or(Error::NotFound)?;
            let booking = bookings::find(reader, row.booking_id)?.ok_or(Error::NotFound)?;
            Ok(Payment::of(row, booking.booking_number))
        })
        .await
}
