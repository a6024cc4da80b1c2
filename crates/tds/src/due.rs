//! The last days for deposits and returns.

use chrono::{Datelike, NaiveDate};

use crate::{FinancialYear, Quarter};

/// The last day on which tax deducted on the Indian day `deducted` is deposited by a deductor other than the Government:
/// the 7th of the next month, and 30 April for March.
///
/// Source: rule 30(2) of the Income-tax Rules, 1962; rule 218 of the Income-tax Rules, 2026, is reported to keep the days.
/// Sundays and bank holidays move nothing here.
///
/// ```
/// # use tds::deposit_due;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(deposit_due("2026-12-31".parse()?), "2027-01-07".parse()?);
/// assert_eq!(deposit_due("2027-03-01".parse()?), "2027-04-30".parse()?);
/// # Ok(())
/// # }
/// ```
pub fn deposit_due(deducted: NaiveDate) -> NaiveDate {
    let (month, day) = match deducted.month() {
        3 => (4, 30),
        12 => (1, 7),
        month => (month.saturating_add(1), 7),
    };
    let year = if month == 1 { deducted.year().saturating_add(1) } else { deducted.year() };
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
}

impl Quarter {
    /// The last day for the quarterly statement of tax deducted in this quarter of `year`: 31 July, 31 October, 31 January,
    /// 31 May.
    ///
    /// Source: rule 31A(2) of the Income-tax Rules, 1962; rule 219 of the Income-tax Rules, 2026, is reported to keep the days.
    /// Sundays move nothing here.
    ///
    /// ```
    /// # use tds::Quarter;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let year = "2026-27".parse()?;
    /// let days = Quarter::ALL.map(|quarter| quarter.return_due(year).to_string());
    /// assert_eq!(days, ["2026-07-31", "2026-10-31", "2027-01-31", "2027-05-31"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn return_due(self, year: FinancialYear) -> NaiveDate {
        let (years, month) = match self {
            Self::Q1 => (0, 7),
            Self::Q2 => (0, 10),
            Self::Q3 => (1, 1),
            Self::Q4 => (1, 5),
        };
        let year = year.start_year().saturating_add(years);
        NaiveDate::from_ymd_opt(year, month, 31).unwrap_or(NaiveDate::MAX)
    }
}
