//! The test run's RabbitMQ, a queue for each test.

use std::{
    collections::BTreeMap,
    net::TcpStream,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicPublishOptions, QueueDeleteOptions, QueuePurgeOptions},
    types::{AMQPValue, FieldTable},
};
use secrecy::SecretString;

use super::variable;
use crate::{
    broker::{channel_with, uri},
    config::BrokerConfig,
};

/// RabbitMQ boots while tests are compiled, and perhaps a while longer.
const BOOT: Duration = Duration::from_secs(120);

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The test run's RabbitMQ with a queue of the test's own, once it takes connections. Blocking.
///
/// # Panics
/// Where there is none: run the tests with `cargo xtask test`.
pub fn config() -> BrokerConfig {
    let (host, port) = (variable("TEST_RABBITMQ_HOST"), variable("TEST_RABBITMQ_PORT"));
    let deadline = Instant::now() + BOOT;
    while TcpStream::connect(format!("{host}:{port}")).is_err() {
        assert!(Instant::now() < deadline, "RabbitMQ takes no connections");
        std::thread::sleep(Duration::from_millis(100));
    }
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    BrokerConfig {
        host,
        port: port.parse().expect("a port"),
        user: variable("TEST_RABBITMQ_USER"),
        password: SecretString::from(variable("TEST_RABBITMQ_PASSWORD")),
        queue: format!("test-{}-{number}", std::process::id()),
        routes: BTreeMap::new(),
        prefetch: 8,
        time_limit: Duration::from_secs(60),
        resend_after: Duration::from_secs(30),
        silence: Duration::from_secs(20),
    }
}

/// Somebody else on the broker, who may send anything.
pub struct Outsider {
    channel: Channel,
    _connection: Connection,
    queue: String,
}

impl Outsider {
    /// Connects, on the queue of this configuration.
    ///
    /// # Panics
    /// Where the broker refuses it: a test can't go on.
    pub async fn connect(config: &BrokerConfig) -> Self {
        let connected = Connection::connect_uri(uri(config), ConnectionProperties::default());
        let connection = connected.await.expect("a connection");
        let channel = channel_with(&connection, &config.queue, config.silence).await.expect("a queue");
        Self { channel, _connection: connection, queue: config.queue.clone() }
    }

    /// Sends a task as Celery does; `more` are headers beside its name and id.
    ///
    /// # Panics
    /// As [`Outsider::connect`].
    pub async fn send(&self, task: &str, id: &str, body: &str, more: &[(&str, &str)]) {
        let mut headers = FieldTable::default();
        for (name, value) in [("task", task), ("id", id)].iter().chain(more) {
            headers.insert((*name).into(), AMQPValue::LongString((*value).into()));
        }
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_content_encoding("utf-8".into())
            .with_headers(headers);
        self.send_raw(body.as_bytes(), properties).await;
    }

    /// Sends something that is no task.
    ///
    /// # Panics
    /// As [`Outsider::connect`].
    pub async fn send_bare(&self, body: &[u8]) {
        self.send_raw(body, BasicProperties::default()).await;
    }

    async fn send_raw(&self, body: &[u8], properties: BasicProperties) {
        let options = BasicPublishOptions::default();
        let sent =
            self.channel.basic_publish("".into(), self.queue.as_str().into(), options, body, properties);
        sent.await.expect("it is sent");
    }

    /// Throws away what waits in the queue, and says how much that was.
    ///
    /// # Panics
    /// As [`Outsider::connect`].
    pub async fn purge(&self) -> u32 {
        let purged = self.channel.queue_purge(self.queue.as_str().into(), QueuePurgeOptions::default());
        purged.await.expect("it is purged")
    }

    /// Deletes the queue under those who use it.
    ///
    /// # Panics
    /// As [`Outsider::connect`].
    pub async fn delete_queue(&self) {
        let deleted = self.channel.queue_delete(self.queue.as_str().into(), QueueDeleteOptions::default());
        deleted.await.expect("it is deleted");
    }
}

/// The broker's address as other programs are told it, with its password.
pub fn url(config: &BrokerConfig) -> String {
    uri(config).to_string()
}
