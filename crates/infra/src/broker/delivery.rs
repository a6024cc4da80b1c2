//! What arrives: read whole before rusty-celery gets it, which drops what it can't read.

use std::{collections::BTreeMap, time::Duration};

use celery::{
    broker::{Broker, Delivery},
    error::{BrokerError, ProtocolError},
    protocol::{Message, MessageHeaders, MessageProperties, TryDeserializeMessage},
};
use chrono::{DateTime, Utc};
use lapin::{
    Acker,
    options::BasicAckOptions,
    types::{AMQPValue, FieldTable},
};
use serde_json::{Map, Value};

use super::{Letter, consumer::InHand, within};

/// The longest id that a task from elsewhere may have; Celery's own are UUIDs of 36 letters.
const LONGEST_ID: usize = 40;

/// A task that somebody else sent, with nothing but names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The task's name.
    pub kind: String,
    /// Celery's id of this task.
    pub task_id: String,
    /// The row that it is about.
    pub subject: i64,
    /// Not to be run before.
    pub eta: Option<DateTime<Utc>>,
}

impl Received {
    /// It as a letter, with the reason why it can't be run.
    pub fn letter(&self, reason: String) -> Letter {
        let body = format!("[{}]", self.subject);
        Letter { task: self.kind.clone(), task_id: self.task_id.clone(), body, reason }
    }
}

/// How the arguments of a known kind are read: by rusty-celery itself, so that it reads them again later.
pub(super) type Arguments = fn(&Message) -> Result<Map<String, Value>, ProtocolError>;

/// A kind that can be run here.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub argument: &'static str,
    pub arguments: Arguments,
}

/// Reads a message to its end, as far as rusty-celery will and [`subject`] asks for.
///
/// # Errors
/// The message as a letter, with the reason why it can't be run.
pub(super) fn read(
    delivery: &lapin::message::Delivery,
    known: &BTreeMap<&'static str, Known>,
) -> Result<Message, Letter> {
    let headers = delivery.properties.headers().clone().unwrap_or_default();
    let message = message(delivery, &headers);
    let letter = |reason: String| Letter {
        task: message.headers.task.clone(),
        task_id: message.headers.id.clone(),
        body: String::from_utf8_lossy(&message.raw_body).into_owned(),
        reason,
    };
    let (task, id) = (&message.headers.task, &message.headers.id);
    if task.is_empty() {
        return Err(letter("it is no task of Celery's second protocol".to_owned()));
    }
    let Some(kind) = known.get(task.as_str()) else {
        return Err(letter("there is no task of this name".to_owned()));
    };
    if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(|letter| letter.is_ascii_graphic()) {
        return Err(letter(format!("its id is not of 1 to {LONGEST_ID} plain letters")));
    }
    let arguments = (kind.arguments)(&message).map_err(|error| letter(format!("its body: {error}")))?;
    if subject(&arguments, kind.argument).is_none() {
        return Err(letter(format!("{} is not a whole number", kind.argument)));
    }
    Ok(message)
}

/// The row that a task is about.
pub(super) fn subject(arguments: &Map<String, Value>, name: &str) -> Option<i64> {
    arguments.get(name)?.as_i64()
}

/// When a task is due, which travels where nobody else looks: nobody is ever replied to.
pub(super) fn eta(reply_to: Option<&String>) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(reply_to?).ok()?.into())
}

/// The message as rusty-celery knows it. Its instant and its limits are not where rusty-celery looks: what waits in
/// a worker's memory, or is cut off there, is lost with it; the outbox row holds when it is due.
fn message(delivery: &lapin::message::Delivery, headers: &FieldTable) -> Message {
    let properties = &delivery.properties;
    let id = text(headers, "id").unwrap_or_default();
    let or = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
    Message {
        properties: MessageProperties {
            correlation_id: id.clone(),
            content_type: or(properties.content_type().as_ref().map(ToString::to_string), "application/json"),
            content_encoding: or(properties.content_encoding().as_ref().map(ToString::to_string), "utf-8"),
            reply_to: text(headers, "eta"),
        },
        headers: MessageHeaders {
            id,
            task: text(headers, "task").unwrap_or_default(),
            lang: text(headers, "lang"),
            origin: text(headers, "origin"),
            ..MessageHeaders::default()
        },
        raw_body: delivery.data.clone(),
    }
}

fn text(headers: &FieldTable, name: &str) -> Option<String> {
    match headers.inner().get(name)? {
        AMQPValue::ShortString(text) => Some(text.to_string()),
        AMQPValue::LongString(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Tells the broker that a message is done with. What is told at the moment at which the connection ends may never be
/// answered: lapin keeps it in a queue that nobody reads any more.
pub(super) async fn acknowledge(acker: &Acker, task: &str, silence: Duration) {
    if let Err(error) = within(silence, acker.ack(BasicAckOptions::default())).await {
        // the broker gives it to somebody once more, who finds it done
        tracing::warn!(task, %error, "a task could not be acknowledged");
    }
}

/// A message in rusty-celery's hands, which drops it when it is acknowledged.
pub(super) struct Handed {
    pub message: Message,
    pub acker: Acker,
    /// How long the broker may be silent.
    pub silence: Duration,
    pub _in_hand: InHand,
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Handed").field(&self.message.headers.id).finish()
    }
}

impl TryDeserializeMessage for Handed {
    fn try_deserialize_message(&self) -> Result<Message, ProtocolError> {
        Ok(self.message.clone())
    }
}

#[async_trait::async_trait]
impl Delivery for Handed {
    /// Never asked for: no task is tried again by the broker, since the outbox row does that.
    async fn resend(&self, _: &dyn Broker, _: Option<DateTime<Utc>>) -> Result<(), BrokerError> {
        Err(BrokerError::NotConnected)
    }

    /// Never asked for.
    async fn remove(&self) -> Result<(), BrokerError> {
        Err(BrokerError::NotConnected)
    }

    async fn ack(&self) -> Result<(), BrokerError> {
        acknowledge(&self.acker, &self.message.headers.id, self.silence).await;
        Ok(())
    }
}
