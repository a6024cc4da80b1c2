//! RabbitMQ, which brings announced tasks to the processes that run them, in Celery's protocol.
//!
//! The database stays the truth: a message only names an outbox row, so one that is lost, doubled, late or out of
//! order changes nothing. [`Publisher`] sends with confirms; [`consume`] has rusty-celery run what arrives
//! ([decision 13](https://github.com/ev-distribution/platform/blob/main/docs/decisions/0013-rusty-celery-is-mended.md)).

mod consumer;
mod delivery;
mod events;
mod letter;
mod publisher;
mod task;
mod transport;

pub use consumer::{Registry, consume};
pub use delivery::Received;
pub use letter::Letter;
pub use publisher::{Outgoing, Publisher};
pub use task::{Kind, Taken, Trouble, Work};

use std::{future::Future, time::Duration};

use lapin::{
    Channel, Connection, ConnectionProperties,
    options::QueueDeclareOptions,
    types::FieldTable,
    uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo},
};
use secrecy::ExposeSecret as _;

use crate::{Error, Result, config::BrokerConfig};

/// What a task that an outbox row announces is called; the row's key follows.
const ROW_ID: &str = "outbox-";

/// How long a process that begins waits for an answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// Celery's name of the task that a row announces: the same however often it is sent.
fn task_id(row: i64) -> String {
    format!("{ROW_ID}{row}")
}

/// The row that a task of this name announces.
fn row_of(task_id: &str) -> Option<i64> {
    task_id.strip_prefix(ROW_ID)?.parse().ok()
}

pub(crate) fn uri(config: &BrokerConfig) -> AMQPUri {
    let userinfo =
        AMQPUserInfo { username: config.user.clone(), password: config.password.expose_secret().to_owned() };
    // a peer is given up after twice its heartbeat
    let heartbeat = u16::try_from(config.silence.as_secs().div_ceil(2)).unwrap_or(u16::MAX);
    AMQPUri {
        scheme: AMQPScheme::AMQP,
        authority: AMQPAuthority { userinfo, host: config.host.clone(), port: config.port },
        vhost: "/".to_owned(),
        query: AMQPQueryString { heartbeat: Some(heartbeat), ..AMQPQueryString::default() },
    }
}

/// Asks whether it lets us in.
///
/// # Errors
/// [`Error::Unavailable`] says why not.
pub async fn answers(config: &BrokerConfig) -> Result<()> {
    let asked = BrokerConfig { silence: config.silence.min(PATIENCE), ..config.clone() };
    connect(&asked, "start").await.map(drop)
}

/// Connects; `purpose` is what RabbitMQ's own lists call the connection.
async fn connect(config: &BrokerConfig, purpose: &str) -> Result<Connection> {
    let properties = ConnectionProperties::default().with_connection_name(format!("ev {purpose}").into());
    within(config.silence, Connection::connect_uri(uri(config), properties)).await
}

/// A channel on which the queue is known to be there. A queue that an operator has made, of whatever type, is taken
/// as it is; else it is made as Celery makes its own: durable, and without arguments.
pub(crate) async fn channel_with(connection: &Connection, queue: &str, silence: Duration) -> Result<Channel> {
    let channel = within(silence, connection.create_channel()).await?;
    if within(silence, declare(&channel, queue, true)).await.is_ok() {
        return Ok(channel);
    }
    // the refusal has closed the channel
    let channel = within(silence, connection.create_channel()).await?;
    within(silence, declare(&channel, queue, false)).await?;
    Ok(channel)
}

/// Declares a durable queue, or with `passive` asks whether it is there; gives how many messages wait in it.
async fn declare(channel: &Channel, queue: &str, passive: bool) -> lapin::Result<u32> {
    let options = QueueDeclareOptions { passive, durable: true, ..QueueDeclareOptions::default() };
    let queue = channel.queue_declare(queue.into(), options, FieldTable::default()).await?;
    Ok(queue.message_count())
}

/// Gives the broker this long to answer.
async fn within<T>(silence: Duration, asked: impl Future<Output = lapin::Result<T>>) -> Result<T> {
    match tokio::time::timeout(silence, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(unavailable(&error)),
        Err(_) => Err(Error::unavailable("the broker does not answer")),
    }
}

fn unavailable(error: &lapin::Error) -> Error {
    Error::unavailable(format!("the broker: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_called_after_its_row() {
        assert_eq!(task_id(7), "outbox-7");
        assert_eq!(row_of("outbox-7"), Some(7));
        for other in ["outbox-", "outbox-x", "7", "0b6e1e0a-7c3d-4f0e-8f7e-3f1c2d4b5a69"] {
            assert_eq!(row_of(other), None, "{other}");
        }
    }
}
