//! The business calendar: instants in UTC, days and months in India.

use core::{cmp::Ordering, fmt, str::FromStr};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::text_enum::serde_as_text;

/// Seconds by which Indian clocks are ahead of UTC, all year round.
const IST_OFFSET_S: i64 = 19_800;
/// Months in a year.
const MONTHS: u32 = 12;
/// The last year that RFC 3339 can write.
const LAST_YEAR: i32 = 9999;

/// Why a text is no instant or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseTimeError {
    /// Not RFC 3339 with an offset.
    #[error("not a time of the form 2026-11-22T09:30:00+05:30")]
    NotRfc3339,
    /// Not of the form `2026-11`.
    #[error("not a month of the form 2026-11")]
    NotAMonth,
    /// Outside the years 1 to 9999 in India.
    #[error("outside the years 1 to 9999")]
    OutOfRange,
}

/// An instant in whole microseconds, within the years 1 to 9999 of the Indian calendar.
///
/// ```
/// use wallet_rules::calendar::Instant;
///
/// let instant = Instant::parse_rfc3339("2026-03-31T18:30:00Z")?;
/// assert_eq!(instant.to_string(), "2026-04-01T00:00:00.000000+05:30");
/// assert_eq!(instant.month().to_string(), "2026-04");
/// # Ok::<(), wallet_rules::calendar::ParseTimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(NaiveDateTime);

impl Instant {
    /// 00:00 IST on 1 January of the year 1.
    pub const MIN: Self = Self(match NaiveDate::from_ymd_opt(0, 12, 31) {
        Some(day) => match day.and_hms_opt(18, 30, 0) {
            Some(utc) => utc,
            None => NaiveDateTime::MIN,
        },
        None => NaiveDateTime::MIN,
    });
    /// The last microsecond of the year 9999 in India.
    pub const MAX: Self = Self(match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => match day.and_hms_micro_opt(18, 29, 59, 999_999) {
            Some(utc) => utc,
            None => NaiveDateTime::MAX,
        },
        None => NaiveDateTime::MAX,
    });

    /// The instant of a UTC date and time, cut to whole microseconds and held within
    /// [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
    pub fn from_utc(utc: NaiveDateTime) -> Self {
        Self(to_micros(utc).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The date and time in UTC.
    pub const fn utc(self) -> NaiveDateTime {
        self.0
    }

    /// The Indian day it falls on.
    pub fn ist_date(self) -> NaiveDate {
        self.ist().date()
    }

    /// The Indian month it falls in.
    pub fn month(self) -> Month {
        Month::of(self.ist_date())
    }

    /// This much later (or earlier, for a negative span), cut to whole microseconds; `None` outside the calendar.
    pub fn checked_add(self, span: TimeDelta) -> Option<Self> {
        let utc = to_micros(self.0.checked_add_signed(span)?);
        (Self::MIN.0..=Self::MAX.0).contains(&utc).then_some(Self(utc))
    }

    /// This much later (or earlier), held at the calendar's ends.
    #[must_use]
    pub fn plus(self, span: TimeDelta) -> Self {
        self.checked_add(span).unwrap_or_else(|| match span.cmp(&TimeDelta::zero()) {
            Ordering::Less => Self::MIN,
            Ordering::Equal | Ordering::Greater => Self::MAX,
        })
    }

    /// The time from `earlier` to this instant; negative when this one is the earlier.
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0.signed_duration_since(earlier.0)
    }

    /// Reads RFC 3339 with any offset; digits beyond the microsecond are cut.
    ///
    /// # Errors
    /// [`ParseTimeError::NotRfc3339`] or [`ParseTimeError::OutOfRange`].
    pub fn parse_rfc3339(text: &str) -> Result<Self, ParseTimeError> {
        let utc =
            DateTime::<FixedOffset>::parse_from_rfc3339(text).map_err(|_| ParseTimeError::NotRfc3339)?;
        let utc = to_micros(utc.naive_utc());
        if (Self::MIN.0..=Self::MAX.0).contains(&utc) {
            Ok(Self(utc))
        } else {
            Err(ParseTimeError::OutOfRange)
        }
    }

    /// Indian wall-clock time; every instant in range has one.
    fn ist(self) -> NaiveDateTime {
        self.0.checked_add_signed(TimeDelta::seconds(IST_OFFSET_S)).unwrap_or(self.0)
    }

    /// The instant at which Indian clocks show `wall`.
    fn from_ist(wall: NaiveDateTime) -> Self {
        Self::from_utc(wall.checked_sub_signed(TimeDelta::seconds(IST_OFFSET_S)).unwrap_or(wall))
    }
}

/// Cuts to whole microseconds; a leap second, which the databases don't know, becomes the end of its minute.
fn to_micros(utc: NaiveDateTime) -> NaiveDateTime {
    let micros = utc.nanosecond().checked_div(1_000).unwrap_or_default().min(999_999);
    utc.with_nanosecond(micros.saturating_mul(1_000)).unwrap_or(utc)
}

/// Prints Indian time: `2026-11-22T09:30:00.000000+05:30`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+05:30", self.ist().format("%Y-%m-%dT%H:%M:%S%.6f"))
    }
}

impl FromStr for Instant {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_rfc3339(text)
    }
}

serde_as_text!(Instant);

/// 00:00 IST of `day`.
pub fn day_start(day: NaiveDate) -> Instant {
    Instant::from_ist(day.and_time(NaiveTime::MIN))
}

/// 00:00 IST of the day after `day`: a range that includes both of its days ends before this instant.
pub fn day_end_exclusive(day: NaiveDate) -> Instant {
    day.succ_opt().map_or(Instant::MAX, day_start)
}

/// A calendar month in India, within the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// `month` counts from 1 (January) to 12; `None` outside the years 1 to 9999.
    pub fn try_new(year: i32, month: u32) -> Option<Self> {
        ((1..=LAST_YEAR).contains(&year) && (1..=MONTHS).contains(&month)).then_some(Self { year, month })
    }

    /// The month of a day, held within the years 1 to 9999.
    pub fn of(day: NaiveDate) -> Self {
        if day.year() < 1 {
            Self { year: 1, month: 1 }
        } else if day.year() > LAST_YEAR {
            Self { year: LAST_YEAR, month: MONTHS }
        } else {
            Self { year: day.year(), month: day.month() }
        }
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, 1 to 12.
    pub const fn month(self) -> u32 {
        self.month
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// 00:00 IST on the 1st.
    pub fn first_instant(self) -> Instant {
        day_start(self.first_day())
    }

    /// The month after; December 9999 stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self::from_index(self.index().saturating_add(1)).unwrap_or(self)
    }

    /// The month before; January of the year 1 stays.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::from_index(self.index().saturating_sub(1)).unwrap_or(self)
    }

    /// Months counted through: `year * 12 + month - 1`.
    pub fn index(self) -> u32 {
        self.year.unsigned_abs().saturating_mul(MONTHS).saturating_add(self.month).saturating_sub(1)
    }

    /// The month of an [`index`](Self::index); `None` outside the years 1 to 9999.
    pub fn from_index(index: u32) -> Option<Self> {
        let year = i32::try_from(index.checked_div(MONTHS)?).ok()?;
        Self::try_new(year, index.checked_rem(MONTHS)?.checked_add(1)?)
    }
}

/// Prints `2026-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, month) = text.split_once('-').ok_or(ParseTimeError::NotAMonth)?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(ParseTimeError::NotAMonth);
        }
        let year = year.parse().map_err(|_| ParseTimeError::NotAMonth)?;
        let month = month.parse().map_err(|_| ParseTimeError::NotAMonth)?;
        Self::try_new(year, month).ok_or(ParseTimeError::NotAMonth)
    }
}

serde_as_text!(Month);
