//! How often somebody may do something: so many times in any so long, for each subject; counted in Redis over all
//! processes, or in this process where there is none.

use std::{
    collections::{HashMap, VecDeque},
    sync::{LazyLock, Mutex, PoisonError},
};

use chrono::TimeDelta;
use deadpool_redis::redis::Script;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    redis::Redis,
    secrets::{Keys, Purpose},
};

/// Subjects that a process remembers before it forgets those whose time is over.
const REMEMBERED: usize = 10_000;

/// So many times in any so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// How often, at least once.
    pub times: u32,
    /// In how long.
    pub window: TimeDelta,
}

/// What is said to one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// They may, and so often more at this moment.
    Allowed {
        /// How often more.
        remaining: u32,
    },
    /// They may not, and were not counted.
    Refused {
        /// How long to wait, in seconds.
        wait_s: u32,
    },
}

/// Who has done what how often.
#[derive(Debug)]
pub enum Limits {
    /// In this process.
    Process(Mutex<HashMap<String, Times>>),
    /// In Redis, where keys give these hashes of subjects.
    Redis(Redis, Keys),
}

/// When a subject was counted, the oldest first, in microseconds, and how long that matters.
#[derive(Debug)]
pub struct Times {
    counted: VecDeque<i64>,
    window_us: i64,
}

/// Counts one more, or says when the oldest of a full window was: `{1, how many}` or `{0, when}`.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local times, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local first = redis.call('LINDEX', KEYS[1], 0)
         while first and tonumber(first) <= now - window do
             redis.call('LPOP', KEYS[1])
             first = redis.call('LINDEX', KEYS[1], 0)
         end
         if first and redis.call('LLEN', KEYS[1]) >= times then
             return {0, tonumber(first)}
         end
         local count = redis.call('RPUSH', KEYS[1], ARGV[3])
         redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
         return {1, count}",
    )
});

impl Limits {
    /// Counted in Redis where there is one.
    pub fn of(redis: Option<&Redis>, keys: &Keys) -> Self {
        match redis {
            Some(redis) => Self::Redis(redis.clone(), keys.clone()),
            None => Self::Process(Mutex::default()),
        }
    }

    /// Counts one more of `subject`, if the limit allows it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when Redis does not answer; whether that is allowed then is the caller's to say.
    pub async fn count(&self, limit: &Limit, subject: &str, now: Instant) -> Result<Allowance> {
        let name = format!("{}\n{subject}", limit.name);
        let now_us = now.utc().and_utc().timestamp_micros();
        let window_us = limit.window.num_microseconds().unwrap_or(i64::MAX);
        let told = match self {
            Self::Process(seen) => {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if seen.len() >= REMEMBERED {
                    seen.retain(|_, times| times.matters_at(now_us));
                }
                let new = || Times { counted: VecDeque::new(), window_us };
                seen.entry(name).or_insert_with(new).count(limit.times, now_us)
            }
            Self::Redis(redis, keys) => {
                let subject = keys.keyed_hash(Purpose::RedisKey, &format!("limit\n{name}"))?;
                let mut count = COUNT.key(format!("ev:limit:{}:{subject}", limit.name));
                count.arg(limit.times).arg(window_us).arg(now_us);
                match redis.script(&count).await? {
                    (0, oldest_us) => Err(oldest_us),
                    (_, count) => Ok(count),
                }
            }
        };
        Ok(match told {
            Ok(count) => Allowance::Allowed {
                remaining: limit.times.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX)),
            },
            Err(oldest_us) => {
                let wait_us = oldest_us.saturating_add(window_us).saturating_sub(now_us);
                let wait_s = wait_us.div_euclid(1_000_000).saturating_add(1);
                Allowance::Refused { wait_s: u32::try_from(wait_s).unwrap_or(1) }
            }
        })
    }
}

impl Times {
    /// How many there are now with this one, or when the oldest of a full window was.
    fn count(&mut self, times: u32, now_us: i64) -> std::result::Result<i64, i64> {
        while self.counted.front().is_some_and(|first| *first <= now_us.saturating_sub(self.window_us)) {
            self.counted.pop_front();
        }
        match self.counted.front() {
            Some(first) if self.counted.len() >= usize::try_from(times).unwrap_or(usize::MAX) => Err(*first),
            _ => {
                self.counted.push_back(now_us);
                Ok(i64::try_from(self.counted.len()).unwrap_or(i64::MAX))
            }
        }
    }

    fn matters_at(&self, now_us: i64) -> bool {
        self.counted.back().is_some_and(|last| *last > now_us.saturating_sub(self.window_us))
    }
}
