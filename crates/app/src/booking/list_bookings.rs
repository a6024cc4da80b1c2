//! Bookings, newest first.

use infra::{bookings, buyers};
use wallet_rules::booking::BookingStatus;

use super::objects::Booking;
use crate::{App, Call, Listed, Page, Result};

/// Which bookings to list.
#[derive(Clone, Debug, Default)]
pub struct BookingFilter {
    /// Only in this state.
    pub status: Option<BookingStatus>,
    /// Only where number, model or variant hold this text.
    pub search: Option<String>,
}

/// The caller's bookings, or everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_bookings(
    app: &App,
    call: &Call,
    filter: BookingFilter,
    page: Page,
) -> Result<Listed<Booking>> {
    let BookingFilter { status, search } = filter;
    let filter = bookings::Filter { user_id: call.actor.sees_only(), status, search };
    app.db
        .read(move |reader| {
            let rows = bookings::list(reader, &filter, page.slice())?;
            let buyers: Vec<i64> = rows.rows.iter().map(|row| row.user_id).collect();
            let contacts = buyers::contacts(reader, &buyers)?;
            let rows = rows.try_map(|row| {
                let buyer = contacts.get(&row.user_id).cloned().unwrap_or_default();
                Booking::of(row, &buyer)
            })?;
            Listed::of(page, rows)
        })
        .await
}
