//! How often somebody may do something: so many times at once, then one whenever a part of the window has passed;
//! counted for each subject in Redis over all processes, or in this process where there is none.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::TimeDelta;
use deadpool_redis::redis::Script;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    redis::Redis,
    secrets::{Keys, Purpose},
};

/// How long a process counts by itself before it asks a Redis again that did not answer.
const REDIS_LEFT_ALONE_US: i64 = 1_000_000;

/// So many times at once, and one more whenever `window / times` has passed, as nginx counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// How often, at least once.
    pub times: u32,
    /// In how long all of them come free again.
    pub window: TimeDelta,
}

/// How one stands with a limit who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How often at once.
    pub times: u32,
    /// How often more at this moment.
    pub remaining: u32,
    /// Seconds until all are free again.
    pub reset_s: u32,
    /// Seconds to wait for one that was refused, and so not counted; none: it was allowed.
    pub wait_s: Option<u32>,
}

/// Who has done what how often.
#[derive(Debug)]
pub struct Limits {
    process: Subjects,
    /// Where keys give these hashes of subjects.
    redis: Option<(Redis, Keys)>,
    /// In microseconds; 0 while Redis answers.
    redis_asked_again_at_us: AtomicI64,
}

/// Counts one more where there is room: `{whether, when all are free again}`.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local step, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
         if free_at + step > now + window then
             return {0, free_at}
         end
         free_at = free_at + step
         redis.call('SET', KEYS[1], string.format('%.0f', free_at), 'PX', math.ceil((free_at - now) / 1000))
         return {1, free_at}",
    )
});

impl Limits {
    /// Counted in Redis where there is one.
    pub fn of(redis: Option<&Redis>, keys: &Keys) -> Self {
        Self {
            process: Subjects::default(),
            redis: redis.map(|redis| (redis.clone(), keys.clone())),
            redis_asked_again_at_us: AtomicI64::new(0),
        }
    }

    /// Counts one more of `subject`, if the limit allows it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when Redis does not answer.
    pub async fn count(&self, limit: &Limit, subject: &str, now: Instant) -> Result<Standing> {
        let pace = Pace::of(limit, now);
        let (allowed, free_at_us) = match &self.redis {
            Some((redis, keys)) => in_redis(redis, keys, limit, subject, pace).await?,
            None => self.process.count(limit, subject, pace),
        };
        Ok(pace.standing(limit, allowed, free_at_us))
    }

    /// The same; while Redis does not answer, this process counts by itself.
    pub async fn count_anyway(&self, limit: &Limit, subject: &str, now: Instant) -> Standing {
        let pace = Pace::of(limit, now);
        let told = match &self.redis {
            Some((redis, keys)) if self.may_ask_redis(pace.now_us) => {
                let told = in_redis(redis, keys, limit, subject, pace).await;
                let again = if told.is_ok() { 0 } else { pace.now_us.saturating_add(REDIS_LEFT_ALONE_US) };
                self.redis_asked_again_at_us.store(again, Ordering::Relaxed);
                told.ok()
            }
            Some(_) | None => None,
        };
        let (allowed, free_at_us) = told.unwrap_or_else(|| self.process.count(limit, subject, pace));
        pace.standing(limit, allowed, free_at_us)
    }

    /// Of those who come after a while, one tries whether it is back: a Redis that stands still costs half a second.
    fn may_ask_redis(&self, now_us: i64) -> bool {
        let again = self.redis_asked_again_at_us.load(Ordering::Relaxed);
        let next = now_us.saturating_add(REDIS_LEFT_ALONE_US);
        again == 0
            || (again <= now_us
                && self
                    .redis_asked_again_at_us
                    .compare_exchange(again, next, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok())
    }
}

async fn in_redis(
    redis: &Redis,
    keys: &Keys,
    limit: &Limit,
    subject: &str,
    pace: Pace,
) -> Result<(bool, i64)> {
    let name = format!("limit\n{}\n{subject}", limit.name);
    let subject = keys.keyed_hash(Purpose::RedisKey, &name)?;
    let mut count = COUNT.key(format!("ev:limit:{}:{subject}", limit.name));
    count.arg(pace.step_us).arg(pace.window_us).arg(pace.now_us);
    redis.script(&count).await
}

/// A limit at a moment, in microseconds.
#[derive(Clone, Copy)]
struct Pace {
    step_us: i64,
    window_us: i64,
    now_us: i64,
}

impl Pace {
    fn of(limit: &Limit, now: Instant) -> Self {
        let step_us = limit.window.num_microseconds().unwrap_or(i64::MAX) / i64::from(limit.times).max(1);
        let window_us = step_us.saturating_mul(limit.times.into());
        Self { step_us, window_us, now_us: now.utc().and_utc().timestamp_micros() }
    }

    /// What [`COUNT`] says, given what it has stored.
    fn count(self, free_at_us: i64) -> (bool, i64) {
        let free_at_us = free_at_us.max(self.now_us);
        let next_us = free_at_us.saturating_add(self.step_us);
        if next_us > self.now_us.saturating_add(self.window_us) {
            (false, free_at_us)
        } else {
            (true, next_us)
        }
    }

    fn standing(self, limit: &Limit, allowed: bool, free_at_us: i64) -> Standing {
        let used_us = free_at_us.saturating_sub(self.now_us).max(0);
        let remaining = self.window_us.saturating_sub(used_us).max(0) / self.step_us.max(1);
        let wait_us = used_us.saturating_add(self.step_us).saturating_sub(self.window_us);
        Standing {
            times: limit.times,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset_s: whole_seconds(used_us),
            wait_s: (!allowed).then(|| whole_seconds(wait_us).max(1)),
        }
    }
}

fn whole_seconds(us: i64) -> u32 {
    let (seconds, rest) = (us.div_euclid(1_000_000), us.rem_euclid(1_000_000));
    u32::try_from(seconds.saturating_add(i64::from(rest > 0))).unwrap_or(u32::MAX)
}

/// Subjects of a process, in so many sets of so many, 2 MB: as many clients as may send in a minute, and no more
/// memory however many addresses somebody sends from.
const SETS: usize = 16_384;
const IN_A_SET: usize = 8;

/// What a process remembers. Where a set is full, whoever has the most free makes room: those who are refused stay.
struct Subjects {
    sets: Box<[Mutex<[Subject; IN_A_SET]>]>,
    /// Nobody outside knows who is in whose set.
    hasher: RandomState,
}

#[derive(Clone, Copy, Default)]
struct Subject {
    hash: u64,
    free_at_us: i64,
}

impl Default for Subjects {
    fn default() -> Self {
        Self { sets: (0..SETS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }
}

impl fmt::Debug for Subjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subjects")
    }
}

impl Subjects {
    fn count(&self, limit: &Limit, subject: &str, pace: Pace) -> (bool, i64) {
        let hash = self.hasher.hash_one((limit.name, subject));
        let set = usize::try_from(hash).unwrap_or_default() % self.sets.len();
        let Some(set) = self.sets.get(set) else { return pace.count(0) };
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |subject: &&mut Subject| (subject.hash != hash, subject.free_at_us);
        let Some(found) = set.iter_mut().min_by_key(place) else { return pace.count(0) };
        if found.hash != hash {
            *found = Subject { hash, free_at_us: 0 };
        }
        let (allowed, free_at_us) = pace.count(found.free_at_us);
        found.free_at_us = free_at_us;
        (allowed, free_at_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { name: "tests", times: 3, window: TimeDelta::seconds(60) };

    fn at(ms: i64) -> Pace {
        let begin = Instant::parse_rfc3339("2026-11-22T10:00:00+05:30").unwrap();
        Pace::of(&LIMIT, begin.plus(TimeDelta::milliseconds(ms)))
    }

    #[test]
    fn who_is_refused_is_not_forgotten_however_many_others_come() {
        let subjects = Subjects::default();
        for _ in 0..3 {
            assert!(subjects.count(&LIMIT, "loud", at(0)).0);
        }
        // three times as many as there is room for
        for stranger in 0..400_000 {
            assert!(subjects.count(&LIMIT, &stranger.to_string(), at(1)).0);
        }
        assert!(!subjects.count(&LIMIT, "loud", at(2)).0);
        assert!(subjects.count(&LIMIT, "loud", at(20_000)).0);
    }

    #[test]
    fn one_of_those_who_come_after_a_while_asks_redis_again() {
        let limits = Limits::of(None, &Keys::of(&"a secret of the tests, long enough to serve".into()));
        assert!(limits.may_ask_redis(5) && limits.may_ask_redis(5));
        limits.redis_asked_again_at_us.store(10, Ordering::Relaxed);
        assert!(!limits.may_ask_redis(9));
        assert!(limits.may_ask_redis(10));
        assert!(!limits.may_ask_redis(10), "one does already");
        assert!(limits.may_ask_redis(10 + REDIS_LEFT_ALONE_US));
    }
}
