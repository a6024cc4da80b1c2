//! Sends tasks, and knows of each whether the broker has it.

use futures_util::future::join_all;
use lapin::{
    BasicProperties, Channel, Connection, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldArray, FieldTable},
};
use serde_json::json;

use super::{channel_with, connect, declare, task_id, unavailable, within};
use crate::{Error, Result, config::BrokerConfig};

/// Survives a restart of the broker.
const PERSISTENT: u8 = 2;

/// A task to be sent: only names, no amount and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The outbox row.
    pub row: i64,
    /// Its kind.
    pub kind: String,
    /// The row that it is about.
    pub subject: i64,
}

/// A connection that sends.
pub struct Publisher {
    connection: Connection,
    channel: Channel,
    config: BrokerConfig,
}

impl Publisher {
    /// Connects, and sees to it that every queue is there.
    ///
    /// # Errors
    /// [`Error::Unavailable`] says what the broker says.
    pub async fn connect(config: &BrokerConfig) -> Result<Self> {
        let connection = connect(config, "relay").await?;
        let mut channel = channel_with(&connection, &config.queue, config.silence).await?;
        for queue in config.routes.values() {
            channel = channel_with(&connection, queue, config.silence).await?;
        }
        within(config.silence, channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(Self { connection, channel, config: config.clone() })
    }

    /// Becomes the one that relays, for as long as this connection lives: the leader's queue is exclusive to its
    /// connection. False while it is another's.
    ///
    /// # Errors
    /// As [`Publisher::connect`].
    pub async fn lead(&self) -> Result<bool> {
        let seat = format!("{}.leader", self.config.queue);
        let channel = within(self.config.silence, self.connection.create_channel()).await?;
        let options =
            QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
        let taken = channel.queue_declare(seat.as_str().into(), options, FieldTable::default());
        match tokio::time::timeout(self.config.silence, taken).await {
            Ok(Ok(_)) => Ok(true),
            Ok(Err(error)) if error.is_amqp_soft_error() => Ok(false),
            Ok(Err(error)) => Err(unavailable(&error)),
            Err(_) => Err(Error::unavailable("the broker does not answer")),
        }
    }

    /// How many messages wait in a queue; those that workers have in hand are not counted.
    ///
    /// # Errors
    /// As [`Publisher::connect`]; also when the queue is gone, and this connection is to be made anew.
    pub async fn depth(&self, queue: &str) -> Result<u32> {
        within(self.config.silence, declare(&self.channel, queue, true)).await
    }

    /// Sends tasks, each to its kind's queue, and gives for each whether the broker has stored it.
    ///
    /// # Errors
    /// As [`Publisher::connect`]; then it is unknown which were stored.
    pub async fn publish(&self, tasks: &[Outgoing]) -> Result<Vec<bool>> {
        let mut sent = Vec::with_capacity(tasks.len());
        for task in tasks {
            sent.push(within(self.config.silence, self.send(task)).await?);
        }
        let confirmed = async {
            let confirmed: lapin::Result<Vec<_>> = join_all(sent).await.into_iter().collect();
            confirmed
        };
        let confirmed = within(self.config.silence, confirmed).await?;
        // a message that no queue takes is returned, and then confirmed
        Ok(confirmed.into_iter().map(|told| told.is_ack() && told.take_message().is_none()).collect())
    }

    async fn send(&self, task: &Outgoing) -> lapin::Result<PublisherConfirm> {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let queue = self.config.queue_of(&task.kind);
        let body = body(task);
        self.channel.basic_publish("".into(), queue.into(), options, body.as_bytes(), properties(task)).await
    }
}

/// The arguments as Celery's second protocol sends them: positional, named, and what is to follow.
fn body(task: &Outgoing) -> String {
    let follows = json!({ "callbacks": null, "errbacks": null, "chain": null, "chord": null });
    json!([[task.subject], {}, follows]).to_string()
}

fn properties(task: &Outgoing) -> BasicProperties {
    let id = task_id(task.row);
    let text = |text: &str| AMQPValue::LongString(text.into());
    let mut headers = FieldTable::default();
    headers.insert("lang".into(), text("rust"));
    headers.insert("task".into(), text(&task.kind));
    headers.insert("id".into(), text(&id));
    headers.insert("root_id".into(), text(&id));
    headers.insert("parent_id".into(), AMQPValue::Void);
    headers.insert("group".into(), AMQPValue::Void);
    headers.insert("eta".into(), AMQPValue::Void);
    headers.insert("expires".into(), AMQPValue::Void);
    headers.insert("retries".into(), AMQPValue::LongInt(0));
    let mut limits = FieldArray::default();
    limits.push(AMQPValue::Void);
    limits.push(AMQPValue::Void);
    headers.insert("timelimit".into(), AMQPValue::FieldArray(limits));
    headers.insert("argsrepr".into(), text(&format!("({},)", task.subject)));
    headers.insert("kwargsrepr".into(), text("{}"));
    headers.insert("origin".into(), text("ev"));
    headers.insert("ignore_result".into(), AMQPValue::Boolean(true));
    BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_correlation_id(id.as_str().into())
        .with_delivery_mode(PERSISTENT)
        .with_headers(headers)
}
