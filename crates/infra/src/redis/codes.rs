//! One-time codes in Redis: as in the database, one live code for each identifier, known only by its keyed hash. A code
//! that comes back is taken out in the same moment as it is compared, so it works once, and given back when the
//! transaction that it was meant for is refused.

use std::sync::LazyLock;

use deadpool_redis::redis::Script;
use wallet_rules::calendar::Instant;

use super::Redis;
use crate::{Result, otps::MAX_TRIES};

/// A code that was right and is taken out.
#[derive(Debug)]
pub struct TakenCode {
    key: String,
    code_hash: String,
    tries: i64,
    expires_at_us: i64,
}

/// A new code in place of the one before.
static PUT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'tries', 0, 'expires', ARGV[2])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])",
    )
});

/// The tries and the end of the code with this hash, which is gone then; a wrong one counts a try. What is compared are
/// keyed hashes, so the time that it takes tells nothing about the code.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local hash, tries, expires = unpack(redis.call('HMGET', KEYS[1], 'hash', 'tries', 'expires'))
         if not hash or tonumber(tries) >= tonumber(ARGV[2]) or tonumber(expires) <= tonumber(ARGV[3]) then
             return false
         end
         if hash ~= ARGV[1] then
             redis.call('HINCRBY', KEYS[1], 'tries', 1)
             return false
         end
         redis.call('DEL', KEYS[1])
         return {tonumber(tries), tonumber(expires)}",
    )
});

/// A code as it stood, unless there is a newer one.
static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('EXISTS', KEYS[1]) == 0 then
             redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'tries', ARGV[2], 'expires', ARGV[3])
             redis.call('PEXPIRE', KEYS[1], ARGV[4])
         end",
    )
});

impl Redis {
    /// Stores a new code in place of the one before. `subject` says without clear text whose it is.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn put_code(
        &self,
        subject: &str,
        code_hash: &str,
        expires_at: Instant,
        now: Instant,
    ) -> Result<()> {
        let mut put = PUT.key(key(subject));
        put.arg(code_hash).arg(micros(expires_at)).arg(lifetime_ms(micros(expires_at), now));
        self.script(&put).await
    }

    /// Takes the code with this hash out; none when there is none, its time is over, its tries are used up, or it is
    /// another, which counts a try.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]; the code may be gone all the same.
    pub async fn take_code(&self, subject: &str, code_hash: &str, now: Instant) -> Result<Option<TakenCode>> {
        let key = key(subject);
        let mut take = TAKE.key(&key);
        take.arg(code_hash).arg(MAX_TRIES).arg(micros(now));
        let stood: Option<(i64, i64)> = self.script(&take).await?;
        let code_hash = code_hash.to_owned();
        Ok(stood.map(|(tries, expires_at_us)| TakenCode { key, code_hash, tries, expires_at_us }))
    }

    /// Gives a code back with the tries and the life that it had left, unless a newer one stands there.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]; then a new code has to be asked for.
    pub async fn give_code_back(&self, code: TakenCode, now: Instant) -> Result<()> {
        let mut give_back = GIVE_BACK.key(code.key);
        give_back.arg(code.code_hash).arg(code.tries).arg(code.expires_at_us);
        give_back.arg(lifetime_ms(code.expires_at_us, now));
        self.script(&give_back).await
    }
}

fn key(subject: &str) -> String {
    format!("ev:otp:{subject}")
}

fn micros(instant: Instant) -> i64 {
    instant.utc().and_utc().timestamp_micros()
}

/// How long Redis keeps a code, at least a millisecond: none at all is no lifetime.
fn lifetime_ms(expires_at_us: i64, now: Instant) -> i64 {
    expires_at_us.saturating_sub(micros(now)).div_euclid(1_000).max(1)
}
