//! Payments, newest first.

use infra::{bookings, payments};

use super::objects::Payment;
use crate::{App, Call, Listed, Page, Result};

/// The caller's payments, or everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_payments(app: &App, call: &Call, page: Page) -> Result<Listed<Payment>> {
    let user = call.actor.sees_only();
    app.db
        .read(move |reader| {
            let rows = payments::list(reader, user, page.slice())?;
            let ids: Vec<i64> = rows.rows.iter().map(|row| row.booking_id).collect();
            let numbers = bookings::numbers(reader, &ids)?;
            let rows = rows.try_map(|row| {
                let number = numbers.get(&row.booking_id).cloned().unwrap_or_default();
                Result::Ok(Payment::of(row, number))
            })?;
            Listed::of(page, rows)
        })
        .await
}
