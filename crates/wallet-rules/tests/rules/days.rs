//! The calendar: microseconds, Indian days and months, and the ends of time.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use wallet_rules::calendar::{Instant, Month, ParseTimeError, day_end_exclusive, day_start};

fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn prints_indian_time_with_microseconds() {
    let cases = [
        ("2026-11-22T09:30:00+05:30", "2026-11-22T09:30:00.000000+05:30"),
        ("2026-11-22T09:30:00.1234567+05:30", "2026-11-22T09:30:00.123456+05:30"),
        ("2026-03-31T18:29:59.999999Z", "2026-03-31T23:59:59.999999+05:30"),
        ("2026-03-31T18:30:00Z", "2026-04-01T00:00:00.000000+05:30"),
        ("2026-03-31T14:30:00-04:00", "2026-04-01T00:00:00.000000+05:30"),
        ("2016-12-31T23:59:60Z", "2017-01-01T05:29:59.999999+05:30"),
    ];
    for (text, expect) in cases {
        assert_eq!(at(text).to_string(), expect, "{text}");
        assert_eq!(at(expect), at(text));
    }
}

#[test]
fn refuses_what_is_no_instant() {
    for text in ["", "now", "2026-11-22", "2026-11-22T09:30:00", "2026-02-30T00:00:00Z", "1700000000"] {
        assert_eq!(Instant::parse_rfc3339(text), Err(ParseTimeError::NotRfc3339), "{text}");
    }
    for text in ["0000-06-01T00:00:00Z", "9999-12-31T18:30:00Z"] {
        assert_eq!(Instant::parse_rfc3339(text), Err(ParseTimeError::OutOfRange), "{text}");
    }
}

#[test]
fn today_and_this_month_are_indian() {
    let before = at("2026-03-31T18:29:59.999999Z");
    let after = at("2026-03-31T18:30:00Z");
    assert_eq!((before.ist_date(), after.ist_date()), (day("2026-03-31"), day("2026-04-01")));
    assert_eq!((before.month().to_string(), after.month().to_string()), ("2026-03".into(), "2026-04".into()));
    assert_eq!(after.month().first_instant(), after);
    assert_eq!(day_start(day("2026-04-01")), after);
    assert_eq!(day_end_exclusive(day("2026-03-31")), after);
    assert_eq!(after.since(before), TimeDelta::microseconds(1));
}

#[test]
fn a_month_is_that_of_the_day() {
    for (text, year, month) in [("2026-11-22", 2026, 11), ("0001-05-31", 1, 5), ("9999-05-01", 9999, 5)] {
        let of = Month::of(day(text));
        assert_eq!((of.year(), of.month()), (year, month), "{text}");
    }
}

#[test]
fn later_and_earlier() {
    let noon = at("2026-11-22T12:00:00+05:30");
    for (span, expect) in [
        (TimeDelta::zero(), noon),
        (TimeDelta::hours(12), at("2026-11-23T00:00:00+05:30")),
        (TimeDelta::microseconds(-1), at("2026-11-22T11:59:59.999999+05:30")),
    ] {
        assert_eq!((noon.checked_add(span), noon.plus(span)), (Some(expect), expect));
    }
    for (end, span) in
        [(Instant::MIN, TimeDelta::microseconds(-1)), (Instant::MAX, TimeDelta::microseconds(1))]
    {
        assert_eq!((end.checked_add(span), end.plus(span)), (None, end));
        assert_eq!(end.plus(TimeDelta::zero()), end);
    }
    assert_eq!(noon.checked_add(TimeDelta::MAX), None);
}

#[test]
fn the_ends_of_time_hold() {
    assert_eq!(Instant::MIN.to_string(), "0001-01-01T00:00:00.000000+05:30");
    assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59.999999+05:30");
    assert_eq!(Instant::from_utc(NaiveDateTime::MIN), Instant::MIN);
    assert_eq!(Instant::from_utc(NaiveDateTime::MAX), Instant::MAX);
    assert_eq!(day_start(NaiveDate::MIN), Instant::MIN);
    assert_eq!(day_end_exclusive(NaiveDate::MAX), Instant::MAX);
    assert_eq!(Month::of(NaiveDate::MIN), Instant::MIN.month());
    assert_eq!(Month::of(NaiveDate::MAX), Instant::MAX.month());
    assert_eq!(Instant::MAX.checked_add(TimeDelta::microseconds(1)), None);
    assert_eq!(Instant::MAX.plus(TimeDelta::MAX), Instant::MAX);
    assert_eq!(Instant::MIN.plus(TimeDelta::MIN), Instant::MIN);
    assert_eq!(Instant::MAX.month().next(), Instant::MAX.month());
    assert_eq!(Instant::MIN.month().previous(), Instant::MIN.month());
    assert_eq!(Instant::MIN.month().first_instant(), Instant::MIN);
}

#[test]
fn months_count_through() {
    let december = Month::try_new(2026, 12).unwrap();
    assert_eq!(december.index(), 2026 * 12 + 11);
    assert_eq!((december.next().year(), december.next().month()), (2027, 1));
    assert_eq!(december.next().previous(), december);
    assert_eq!("2026-12".parse(), Ok(december));
    for text in ["2026-13", "2026-00", "2026-1", "26-01", "2026/01", "+026-01", "0000-01", "2026-01-01"] {
        assert_eq!(text.parse::<Month>(), Err(ParseTimeError::NotAMonth), "{text}");
    }
    assert_eq!(Month::from_index(11), None);
    assert_eq!(Month::from_index(u32::MAX), None);
    assert_eq!((Month::try_new(2026, 0), Month::try_new(10_000, 1)), (None, None));
}

proptest! {
    #[test]
    fn text_and_back(micros in -60_000_000_000_000_000i64..250_000_000_000_000_000) {
        let utc = chrono::DateTime::from_timestamp_micros(micros).unwrap().naive_utc();
        let instant = Instant::from_utc(utc);
        prop_assert_eq!(instant.utc(), utc);
        prop_assert_eq!(instant.to_string().parse(), Ok(instant));
    }

    #[test]
    fn a_day_holds_its_instants(micros in -60_000_000_000_000_000i64..250_000_000_000_000_000) {
        let instant = Instant::from_utc(chrono::DateTime::from_timestamp_micros(micros).unwrap().naive_utc());
        let today = instant.ist_date();
        prop_assert!(day_start(today) <= instant && instant < day_end_exclusive(today));
        prop_assert_eq!(day_end_exclusive(today).since(day_start(today)), TimeDelta::days(1));
        let month = instant.month();
        prop_assert!(month.first_instant() <= instant && instant < month.next().first_instant());
    }

    #[test]
    fn months_are_ordered_as_their_index(a in 12u32..120_000, b in 12u32..120_000) {
        let (first, second) = (Month::from_index(a).unwrap(), Month::from_index(b).unwrap());
        prop_assert_eq!(first.index(), a);
        prop_assert_eq!(first.cmp(&second), a.cmp(&b));
        prop_assert_eq!(first.first_instant().cmp(&second.first_instant()), a.cmp(&b));
    }
}
