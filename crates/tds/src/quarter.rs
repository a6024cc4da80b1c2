//! Quarters of a financial year.

use core::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::FinancialYear;

/// A quarter of a financial year; the first is April to June.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quarter {
    /// April to June.
    Q1,
    /// July to September.
    Q2,
    /// October to December.
    Q3,
    /// January to March, of the calendar year after the financial year's start.
    Q4,
}

/// A text that is not one of `Q1` to `Q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of Q1, Q2, Q3, Q4")]
pub struct ParseQuarterError;

impl Quarter {
    /// All four in order.
    pub const ALL: [Self; 4] = [Self::Q1, Self::Q2, Self::Q3, Self::Q4];

    /// The quarter that `day`, a day in India, falls in.
    ///
    /// ```
    /// # use tds::Quarter;
    /// assert_eq!(Quarter::of("2027-01-01".parse()?), Quarter::Q4);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn of(day: NaiveDate) -> Self {
        match day.month() {
            4..=6 => Self::Q1,
            7..=9 => Self::Q2,
            10..=12 => Self::Q3,
            _ => Self::Q4,
        }
    }

    /// 1 to 4.
    pub const fn number(self) -> u8 {
        match self {
            Self::Q1 => 1,
            Self::Q2 => 2,
            Self::Q3 => 3,
            Self::Q4 => 4,
        }
    }

    /// `Q1` to `Q4`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Q1 => "Q1",
            Self::Q2 => "Q2",
            Self::Q3 => "Q3",
            Self::Q4 => "Q4",
        }
    }

    /// Its first day in `year`.
    pub fn first_day(self, year: FinancialYear) -> NaiveDate {
        let months = u32::from(self.number()).saturating_sub(1).saturating_mul(3);
        year.first_day().checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day in `year`.
    pub fn last_day(self, year: FinancialYear) -> NaiveDate {
        let next = self.first_day(year).checked_add_months(Months::new(3));
        next.and_then(|day| day.checked_sub_days(Days::new(1))).unwrap_or(NaiveDate::MAX)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Quarter {
    type Err = ParseQuarterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|quarter| quarter.as_str() == text).ok_or(ParseQuarterError)
    }
}
