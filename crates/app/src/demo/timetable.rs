//! When the story happens: four months that end now, and a financial year's end before.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};
use wallet_rules::calendar::{Instant, day_start};

/// How long before a year's end the founders join, so that a payout of theirs is processed on either side.
const FOUNDED_BEFORE: TimeDelta = TimeDelta::days(24);
/// How long after a year's end the story must go on to tell what follows from it.
const TOLD_AFTER: TimeDelta = TimeDelta::days(7);
/// How long the founders are by themselves at least.
const ALONE: TimeDelta = TimeDelta::days(6);
/// The story ends a little before now, so that nothing in it is in the future.
const LAST_WORD: TimeDelta = TimeDelta::minutes(10);
/// Months in which the network grows.
const MONTHS: u32 = 4;

/// The instants that the story hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timetable {
    /// The founders join.
    pub(super) founded: Instant,
    /// 1 April, 00:00 IST: the founders have payouts on both sides of it.
    pub(super) year_end: Instant,
    /// Everyone else begins to join.
    pub(super) opened: Instant,
    /// Nothing happens any more.
    pub(super) closes: Instant,
}

impl Timetable {
    /// The timetable of a story that ends at `until`. Where no year ends within the four months, a prologue goes
    /// back to the last one that did.
    pub(super) fn ending(until: Instant) -> Self {
        let this_year = until.ist_date().year();
        let first_april = |year| NaiveDate::from_ymd_opt(year, 4, 1).map_or(Instant::MIN, day_start);
        let year_end = match first_april(this_year) {
            april if april.plus(TOLD_AFTER) <= until => april,
            _ => first_april(this_year - 1),
        };
        let four_months = until.ist_date().checked_sub_months(Months::new(MONTHS));
        let opened = four_months.map_or(Instant::MIN, day_start);
        let founded = opened.min(year_end.plus(-FOUNDED_BEFORE));
        let opened = opened.max(founded.plus(ALONE));
        Self { founded, year_end, opened, closes: until.plus(-LAST_WORD) }
    }

    /// When the `number`th of `of` people joins: three times as many a day in the end as in the beginning.
    pub(super) fn joining(&self, number: usize, of: usize) -> Instant {
        let (k, n) = (as_i64(number), as_i64(of).max(1));
        let span_s = self.closes.since(self.opened).num_seconds();
        // the curve (3f - f²) / 2 of f = k/n
        let passed = span_s.saturating_mul(3 * k * n - k * k) / (2 * n * n);
        self.opened.plus(TimeDelta::seconds(passed))
    }
}

fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(text: &str) -> Timetable {
        Timetable::ending(Instant::parse_rfc3339(text).expect("an instant"))
    }

    #[test]
    fn a_year_ends_within_every_story() {
        for (until, year_end, founded, opened) in [
            ("2026-11-22T10:00:00+05:30", "2026-04-01", "2026-03-08", "2026-07-22"),
            ("2027-02-28T10:00:00+05:30", "2026-04-01", "2026-03-08", "2026-10-28"),
            ("2027-04-02T10:00:00+05:30", "2026-04-01", "2026-03-08", "2026-12-02"),
            ("2027-04-09T10:00:00+05:30", "2027-04-01", "2026-12-09", "2026-12-15"),
            ("2027-07-20T10:00:00+05:30", "2027-04-01", "2027-03-08", "2027-03-20"),
        ] {
            let times = ending(until);
            let days = [times.year_end, times.founded, times.opened].map(|at| at.ist_date().to_string());
            assert_eq!(days, [year_end, founded, opened], "{until}");
        }
    }

    #[test]
    fn people_join_in_order_and_within_the_months() {
        let times = ending("2026-11-22T10:00:00+05:30");
        let joined: Vec<Instant> = (0..=300).map(|number| times.joining(number, 300)).collect();
        assert!(joined.is_sorted());
        assert_eq!((joined[0], joined[300]), (times.opened, times.closes));
        let half = joined[150].since(times.opened).num_days();
        assert!((70..80).contains(&half), "{half} of 123 days");
    }
}
