//! RabbitMQ, and how tasks travel through it.

use std::{collections::BTreeMap, time::Duration};

use secrecy::SecretString;

use super::{ConfigError, ConfigFault, DatabaseConfig, Environment, Setting};
use crate::db::Address;

/// RabbitMQ, and how tasks travel through it.
#[derive(Clone, Debug)]
pub struct BrokerConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User name.
    pub user: String,
    /// Password.
    pub password: SecretString,
    /// The queue that our workers take tasks from.
    pub queue: String,
    /// Kinds of tasks that go to another queue, whose workers are not ours.
    pub routes: BTreeMap<String, String>,
    /// How many tasks a worker has in hand at once.
    pub prefetch: u16,
    /// How long a task may take.
    pub time_limit: Duration,
    /// When a task that was sent and not begun is sent again.
    pub resend_after: Duration,
    /// How long the other side may be silent before it counts as gone.
    pub silence: Duration,
}

impl BrokerConfig {
    /// None without a host.
    pub(super) fn read(env: &Environment, database: &DatabaseConfig) -> Result<Option<Self>, ConfigError> {
        env.section("Broker: blank, and tasks run without one");
        let host = env.optional(Setting::new(
            "RABBITMQ_HOST",
            "Host name or address of RabbitMQ, which brings tasks to `worker` processes; needs DB_ENGINE=mysql",
            "",
        ));
        let port = env.parsed(Setting::new("RABBITMQ_PORT", "Port of RabbitMQ", "5672"), "a port")?;
        let user = env.text(Setting::new("RABBITMQ_USER", "User name on RabbitMQ", "guest"));
        let password = env.secret(Setting::new("RABBITMQ_PASSWORD", "Password on RabbitMQ", ""));
        let silence = Setting::new(
            "RABBITMQ_SILENCE",
            "How long RabbitMQ may be silent before it counts as gone, seconds",
            "10",
        );
        let silence = env.count(silence)?;
        let queue = env.text(Setting::new("TASK_QUEUE", "The queue that our workers take tasks from", "ev"));
        let routes = routes(env.list(Setting::new(
            "TASK_ROUTES",
            "Kinds of tasks for workers that are not ours, each with its queue, between commas: wallet_update=python",
            "",
        )))?;
        let prefetch = Setting::new("TASK_PREFETCH", "How many tasks a worker has in hand at once", "8");
        let prefetch = env.count(prefetch)?;
        let limit = env.count(Setting::new("TASK_TIME_LIMIT", "How long a task may take, seconds", "60"))?;
        let resend = Setting::new(
            "TASK_RESEND_AFTER",
            "When a task that was sent and that no worker has begun is sent again, seconds",
            "30",
        );
        let resend = env.count(resend)?;
        let Some(host) = host else { return Ok(None) };
        if matches!(database.address, Address::Sqlite { .. }) {
            let why = "DB_ENGINE=mysql: a SQLite file has one process, which runs the tasks itself";
            return Err(ConfigError::new("RABBITMQ_HOST", ConfigFault::Needs(why)));
        }
        let why = ConfigFault::Missing("RABBITMQ_HOST is set");
        let password = password.ok_or(ConfigError::new("RABBITMQ_PASSWORD", why))?;
        let most = ConfigFault::NotA("a whole number from 1 to 65535".to_owned());
        Ok(Some(Self {
            host,
            port,
            user,
            password,
            queue,
            routes,
            prefetch: prefetch.try_into().map_err(|_| ConfigError::new("TASK_PREFETCH", most))?,
            time_limit: Duration::from_secs(limit.into()),
            resend_after: Duration::from_secs(resend.into()),
            silence: Duration::from_secs(silence.into()),
        }))
    }

    /// Where tasks of this kind go.
    pub fn queue_of(&self, kind: &str) -> &str {
        self.routes.get(kind).map_or(&self.queue, String::as_str)
    }
}

fn routes(items: Vec<String>) -> Result<BTreeMap<String, String>, ConfigError> {
    items
        .into_iter()
        .map(|item| {
            let (kind, queue) = item.split_once('=').map(|(kind, queue)| (kind.trim(), queue.trim()))?;
            (!kind.is_empty() && !queue.is_empty()).then(|| (kind.to_owned(), queue.to_owned()))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| {
            let form = "a list such as wallet_update=python".to_owned();
            ConfigError::new("TASK_ROUTES", ConfigFault::NotA(form))
        })
}
