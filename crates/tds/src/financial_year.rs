//! Years from 1 April to 31 March.

use core::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};

/// The month in which a financial year begins.
const APRIL: u32 = 4;

/// An Indian financial year, 1 April to 31 March, written `2026-27`.
///
/// ```
/// # use chrono::NaiveDate;
/// # use tds::FinancialYear;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(FinancialYear::of("2027-03-31".parse()?).to_string(), "2026-27");
/// assert_eq!(FinancialYear::of("2027-04-01".parse()?).to_string(), "2027-28");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear {
    start: i32,
}

/// Why a text is no financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFinancialYearError {
    /// Not four digits, a hyphen, two digits.
    #[error("not of the form 2026-27")]
    Form,
    /// The two digits are not those of the year that follows.
    #[error("the second year does not follow the first")]
    NotConsecutive,
}

impl FinancialYear {
    /// The year that `day`, a day in India, falls in.
    pub fn of(day: NaiveDate) -> Self {
        let start = if day.month() < APRIL { day.year().saturating_sub(1) } else { day.year() };
        Self { start }
    }

    /// The calendar year in which it begins: 2026 for `2026-27`.
    pub const fn start_year(self) -> i32 {
        self.start
    }

    /// Its 1 April (the calendar's first day in the year that the calendar begins in).
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.start, APRIL, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its 31 March (the calendar's last day in the year that the calendar ends in).
    pub fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.start.saturating_add(1), 3, 31).unwrap_or(NaiveDate::MAX)
    }

    /// True when `day`, a day in India, falls in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }
}

impl From<NaiveDate> for FinancialYear {
    fn from(day: NaiveDate) -> Self {
        Self::of(day)
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.start.saturating_add(1).rem_euclid(100);
        f.pad(&format!("{:04}-{end:02}", self.start))
    }
}

/// Reads the years 0000-01 to 9999-00.
impl FromStr for FinancialYear {
    type Err = ParseFinancialYearError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, second) = text.split_once('-').ok_or(ParseFinancialYearError::Form)?;
        let number = |part: &str, width: usize| {
            let digits = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<i32>().ok() } else { None }
        };
        let start = number(first, 4).ok_or(ParseFinancialYearError::Form)?;
        let end = number(second, 2).ok_or(ParseFinancialYearError::Form)?;
        if start.saturating_add(1).rem_euclid(100) != end {
            return Err(ParseFinancialYearError::NotConsecutive);
        }
        Ok(Self { start })
    }
}
