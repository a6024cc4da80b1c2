//! Days of the calendar on which instalments fall due.

use chrono::{Months, NaiveDate};

/// The day on which a plan's first instalment is due when nobody names one: a calendar month after the booking
/// day, or the last day of that month where it is shorter.
///
/// ```
/// # use chrono::NaiveDate;
/// let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).unwrap();
/// assert_eq!(emi::default_first_due(day(1, 31)), day(2, 28));
/// ```
pub fn default_first_due(booking_day: NaiveDate) -> NaiveDate {
    nth_due(booking_day, 1).unwrap_or(NaiveDate::MAX)
}

/// The day `months` months after `first_due`; always counted from the first, so a short month shifts no later one.
pub(crate) fn nth_due(first_due: NaiveDate, months: u32) -> Option<NaiveDate> {
    first_due.checked_add_months(Months::new(months))
}

/// The day on which the month of the first instalment begins.
pub(crate) fn month_before(first_due: NaiveDate) -> NaiveDate {
    first_due.checked_sub_months(Months::new(1)).unwrap_or(NaiveDate::MIN)
}
