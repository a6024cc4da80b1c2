//! What was sold.

use infra::reports::{self, Days};
use money::Paise;

use super::objects::{DaySales, SalesReport};
use crate::{App, Call, Error, Result};

/// What was paid and booked on these days, by day: payments count on the Indian day of their completion, bookings on that
/// of their making, whatever became of them.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is no admin.
pub async fn view_sales_report(app: &App, call: &Call, days: Days) -> Result<SalesReport> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let sales = app.db.snapshot(move |reader| Ok::<_, Error>(reports::sales(reader, days)?)).await?;
    let by_day: Vec<DaySales> = sales
        .into_iter()
        .map(|(date, day)| DaySales {
            date,
            total_sales: day.amount,
            total_transactions: day.payments,
            bookings: day.bookings,
        })
        .collect();
    Ok(SalesReport {
        total_sales: Paise::checked_sum(by_day.iter().map(|day| day.total_sales))?,
        total_transactions: by_day.iter().map(|day| day.total_transactions).sum(),
        bookings: by_day.iter().map(|day| day.bookings).sum(),
        by_day,
    })
}
