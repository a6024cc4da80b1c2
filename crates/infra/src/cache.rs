//! Replies that everyone who may see them shares for a moment: in Redis over all processes, or in this process where
//! there is none. What is one person's own never comes here.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use deadpool_redis::redis::cmd;

use crate::{
    Result,
    redis::Redis,
    secrets::{Keys, Purpose},
};

/// How long a reply is shown again.
const LIFETIME: Duration = Duration::from_secs(10);

/// The replies, and who is making one.
#[derive(Debug)]
pub struct Cache {
    kept: Kept,
    /// One gate for each reply that this process is making.
    making: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Debug)]
enum Kept {
    /// With the moment at which each is over.
    Process(Mutex<HashMap<String, (Instant, String)>>),
    Redis(Redis, Keys),
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    /// Its text.
    pub text: String,
    /// True when it was there; false when it was made now.
    pub hit: bool,
}

impl Cache {
    /// In Redis where there is one.
    pub fn of(redis: Option<&Redis>, keys: &Keys) -> Self {
        let kept = match redis {
            Some(redis) => Kept::Redis(redis.clone(), keys.clone()),
            None => Kept::Process(Mutex::default()),
        };
        Self { kept, making: Mutex::default() }
    }

    /// The reply of this name, which must say everything that it depends on: the route, what was asked of it, and for
    /// which role. Of those who ask at once in this process one makes it, and the others wait for that one. When Redis
    /// does not answer, each makes its own.
    ///
    /// # Errors
    /// What `make` gives.
    pub async fn share<E>(
        &self,
        name: &str,
        make: impl Future<Output = std::result::Result<String, E>>,
    ) -> std::result::Result<Cached, E>
    where
        E: From<crate::Error>,
    {
        let key = self.key(name)?;
        if let Some(text) = self.find(&key).await {
            return Ok(Cached { text, hit: true });
        }
        let gate = Arc::clone(self.making().entry(key.clone()).or_default());
        let Ok(_making) = gate.try_lock() else {
            drop(gate.lock().await);
            if let Some(text) = self.find(&key).await {
                return Ok(Cached { text, hit: true });
            }
            // the one who made it failed, so this one doesn't wait again
            return Ok(Cached { text: make.await?, hit: false });
        };
        let made = make.await;
        if let Ok(text) = &made {
            self.keep(&key, text).await;
        }
        self.making().remove(&key);
        Ok(Cached { text: made?, hit: false })
    }

    fn key(&self, name: &str) -> Result<String> {
        match &self.kept {
            Kept::Process(_) => Ok(name.to_owned()),
            // hashed with the platform's key, so that two platforms on one Redis show each their own figures
            Kept::Redis(_, keys) => {
                let hash = keys.keyed_hash(Purpose::RedisKey, &format!("cache\n{name}"))?;
                Ok(format!("ev:cache:{hash}"))
            }
        }
    }

    async fn find(&self, key: &str) -> Option<String> {
        match &self.kept {
            Kept::Process(kept) => {
                let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let (until, text) = kept.get(key)?;
                (*until > Instant::now()).then(|| text.clone())
            }
            Kept::Redis(redis, _) => match redis.command(cmd("GET").arg(key)).await {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(%error, "the cache is passed over");
                    None
                }
            },
        }
    }

    async fn keep(&self, key: &str, text: &str) {
        match &self.kept {
            Kept::Process(kept) => {
                let now = Instant::now();
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.retain(|_, (until, _)| *until > now);
                if let Some(until) = now.checked_add(LIFETIME) {
                    kept.insert(key.to_owned(), (until, text.to_owned()));
                }
            }
            Kept::Redis(redis, _) => {
                let mut set = cmd("SET");
                set.arg(key).arg(text).arg("EX").arg(LIFETIME.as_secs());
                if let Err(error) = redis.command::<()>(&set).await {
                    tracing::warn!(%error, "the cache keeps nothing");
                }
            }
        }
    }

    fn making(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
