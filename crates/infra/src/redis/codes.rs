//! One-time codes in Redis: as in the database, one live code for each identifier, known only by its keyed hash. A code
//! that comes back is taken out in the same moment as it is compared, so it works once, and given back when the
//! transaction that it was meant for is refused.

use std::sync::LazyLock;

use deadpool_redis::redis::Script;
use wallet_rules::calendar::Instant;

use super::Redis;
use crate::{Error, Result, otps::MAX_TRIES};

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

/// Whether every code is the live one of its subject: `{0, tries, end, tries, end, …}`, and they are gone then, all at
/// once; or `{how many are not, their positions …}`, and nothing is gone. A wrong one counts a try. What is compared are
/// keyed hashes, so the time that it takes tells nothing about the codes.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local stood, wrong = {0}, {0}
         for place, key in ipairs(KEYS) do
             local hash, tries, expires = unpack(redis.call('HMGET', key, 'hash', 'tries', 'expires'))
             if not hash or tonumber(tries) >= tonumber(ARGV[1]) or tonumber(expires) <= tonumber(ARGV[2]) then
                 table.insert(wrong, place - 1)
             elseif hash ~= ARGV[2 + place] then
                 redis.call('HINCRBY', key, 'tries', 1)
                 table.insert(wrong, place - 1)
             else
                 table.insert(stood, tonumber(tries))
                 table.insert(stood, tonumber(expires))
             end
         end
         if #wrong > 1 then
             wrong[1] = #wrong - 1
             return wrong
         end
         redis.call('DEL', unpack(KEYS))
         return stood",
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

    /// Takes these codes, each a subject and a hash, out together; or gives the positions of those that are not live or
    /// another, of which the latter count a try, and takes none.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`]; the codes may be gone all the same.
    pub async fn take_codes(
        &self,
        codes: &[(&str, &str)],
        now: Instant,
    ) -> Result<std::result::Result<Vec<TakenCode>, Vec<usize>>> {
        if codes.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let mut take = TAKE.arg(MAX_TRIES);
        take.arg(micros(now));
        for (subject, code_hash) in codes {
            take.key(key(subject)).arg(*code_hash);
        }
        let told: Vec<i64> = self.script(&take).await?;
        let Some((wrong, rest)) = told.split_first() else {
            return Err(Error::corrupt("Redis said nothing of its codes"));
        };
        if *wrong > 0 {
            return Ok(Err(rest.iter().filter_map(|place| usize::try_from(*place).ok()).collect()));
        }
        let (stood, _) = rest.as_chunks::<2>();
        Ok(Ok(codes
            .iter()
            .zip(stood)
            .map(|((subject, code_hash), &[tries, expires_at_us])| TakenCode {
                key: key(subject),
                code_hash: (*code_hash).to_owned(),
                tries,
                expires_at_us,
            })
            .collect()))
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
