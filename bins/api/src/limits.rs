//! How often somebody may ask for what costs us money or a stranger's peace.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;
use wallet_rules::calendar::Instant;

use crate::errors::{Error, Result};

/// Subjects remembered before those whose time is over are forgotten.
const REMEMBERED: usize = 10_000;

/// So many times in so long, for each subject; kept in this process.
#[derive(Debug)]
pub struct Limit {
    times: usize,
    window: TimeDelta,
    seen: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Limit {
    /// At most `times` in any `window`.
    pub fn new(times: usize, window: TimeDelta) -> Self {
        Self { times, window, seen: Mutex::default() }
    }

    /// Counts one more of `subject`.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it was there too often; that is not counted.
    pub fn count(&self, subject: &str, now: Instant) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = now.plus(-self.window);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, times| times.back().is_some_and(|last| *last > begin));
        }
        let times = seen.entry(subject.to_owned()).or_default();
        while times.front().is_some_and(|first| *first <= begin) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= self.times => {
                let wait = first.since(begin).num_seconds().saturating_add(1);
                Err(Error::TooMany { retry_after_s: u32::try_from(wait).unwrap_or(1) })
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_when_its_time_is_over() {
        let limit = Limit::new(2, TimeDelta::seconds(60));
        let at = |seconds: i64| Instant::MIN.plus(TimeDelta::days(1) + TimeDelta::seconds(seconds));
        let wait = |subject: &str, seconds: i64| match limit.count(subject, at(seconds)) {
            Ok(()) => 0,
            Err(Error::TooMany { retry_after_s }) => retry_after_s,
            Err(other) => panic!("{other}"),
        };
        assert_eq!([wait("a", 0), wait("a", 10), wait("b", 10)], [0, 0, 0]);
        assert_eq!([wait("a", 10), wait("a", 59)], [51, 2]);
        assert_eq!([wait("a", 60), wait("a", 61), wait("a", 70)], [0, 10, 0]);
    }
}
