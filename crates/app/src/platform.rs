//! What every use-case stands on.

use std::{ops::Deref, sync::Arc};

use infra::{
    cache::Cache,
    clock::Clock,
    config::{Config, TokensConfig},
    db::Db,
    files::FileStore,
    limits::Limits,
    metrics::Metrics,
    outsiders::{Gateway, Mailer, SmsSender},
    redis::Redis,
    secrets::{Keys, SecretsError},
    tokens::TokenKeys,
};
use tokio::sync::Notify;

use crate::tree::TreeReader;

/// The platform of one process. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a process puts together at its start.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Holds one-time codes, where there is one; else the database does.
    pub redis: Option<Redis>,
    /// Who has asked how often.
    pub limits: Limits,
    /// Replies that everyone who may see them shares.
    pub cache: Cache,
    /// The time.
    pub clock: Clock,
    /// Hash and seal what is stored.
    pub keys: Keys,
    /// Sign tokens.
    pub tokens: TokenKeys,
    /// How long tokens live.
    pub lifetimes: TokensConfig,
    /// Private uploads.
    pub files: FileStore,
    /// Takes online payments.
    pub gateway: Gateway,
    /// Sends mail.
    pub mailer: Mailer,
    /// Sends SMS.
    pub sms: SmsSender,
    /// Who is woken by what was committed.
    pub signals: Signals,
    /// The trees, once they are loaded.
    pub trees: TreeReader,
    /// What happens here, counted.
    pub metrics: Metrics,
}

/// Wakes this process's own followers of the database at once; other processes poll.
#[derive(Debug, Default)]
pub struct Signals {
    /// The task runner: an outbox row may be due.
    pub tasks: Notify,
    /// The matcher: a tree event may wait.
    pub tree_events: Notify,
    /// The tree's readers: the matcher has moved on.
    pub tree_moved: Notify,
}

impl Signals {
    /// To be called after every commit that announced tasks or tree events.
    pub fn committed(&self) {
        self.tasks.notify_one();
        self.tree_events.notify_one();
    }
}

/// Why a process can't be put together.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Secrets are missing.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A part can't be opened.
    #[error(transparent)]
    Part(#[from] infra::Error),
}

impl App {
    /// A platform of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The platform that is configured. Blocking; neither the database nor Redis is asked yet.
    ///
    /// # Errors
    /// [`OpenError`] names what is missing.
    pub fn open(config: &Config) -> Result<Self, OpenError> {
        Self::open_on(config, Db::open(config.database.address.clone(), config.database.pool)?)
    }

    /// The platform that is configured, on another database than the configured one. Blocking.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_on(config: &Config, db: Db) -> Result<Self, OpenError> {
        let secrets = infra::secrets::load(&config.secrets)?;
        let redis = config.redis.as_ref().map(Redis::open).transpose()?;
        Ok(Self::new(Parts {
            db,
            limits: Limits::of(redis.as_ref(), &secrets.keys),
            cache: Cache::of(redis.as_ref(), &secrets.keys),
            redis,
            clock: Clock::System,
            keys: secrets.keys,
            tokens: secrets.tokens,
            lifetimes: config.tokens,
            files: FileStore::of(&config.files)?,
            gateway: Gateway::of(config.gateway),
            mailer: Mailer::of(&config.mail)?,
            sms: SmsSender::of(&config.sms),
            signals: Signals::default(),
            trees: TreeReader::default(),
            metrics: Metrics::default(),
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
