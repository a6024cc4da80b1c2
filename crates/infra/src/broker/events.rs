//! What a worker does, told as Celery's workers tell it, so that its own tools (`celery events`, Flower) show it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use celery::protocol::Message;
use lapin::{
    BasicProperties, Channel, Connection, ExchangeKind,
    options::{BasicPublishOptions, ExchangeDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::MissedTickBehavior};

use super::{connect, within};
use crate::{Result, clock::Clock, config::BrokerConfig};

/// Where Celery's tools listen.
const EXCHANGE: &str = "celeryev";
/// How often a worker says that it lives, seconds.
const HEARTBEAT_S: u64 = 2;
/// How long an event waits for others to be sent with it.
const GATHER: Duration = Duration::from_millis(100);
/// Events in one message at most.
const MOST: usize = 200;
/// Events that may wait while the broker is away; those beyond are forgotten, since they only inform.
const WAITING: usize = 10_000;
/// How long to wait after the broker could not be reached.
const WAIT: Duration = Duration::from_secs(1);

/// Takes what happens to tasks.
#[derive(Clone)]
pub(super) struct Events {
    told: mpsc::Sender<Value>,
    counts: Arc<Counts>,
}

/// Sends what [`Events`] takes.
pub(super) struct Outbound {
    told: mpsc::Receiver<Value>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    active: AtomicU64,
    processed: AtomicU64,
    clock: AtomicU64,
}

impl Events {
    pub fn new() -> (Self, Outbound) {
        let (tell, told) = mpsc::channel(WAITING);
        let counts = Arc::new(Counts::default());
        (Self { told: tell, counts: counts.clone() }, Outbound { told, counts })
    }

    pub fn received(&self, message: &Message) {
        let (headers, body) = (&message.headers, String::from_utf8_lossy(&message.raw_body));
        self.tell(json!({
            "type": "task-received", "uuid": headers.id, "name": headers.task, "args": body, "kwargs": "{}",
            "root_id": headers.id, "parent_id": null, "retries": 0, "eta": null, "expires": null,
        }));
    }

    pub fn started(&self, id: &str) {
        self.counts.active.fetch_add(1, Ordering::Relaxed);
        self.tell(json!({ "type": "task-started", "uuid": id }));
    }

    pub fn succeeded(&self, id: &str, took: Duration) {
        self.ended();
        let runtime = took.as_secs_f64();
        self.tell(json!({ "type": "task-succeeded", "uuid": id, "result": "None", "runtime": runtime }));
    }

    pub fn failed(&self, id: &str, error: &str) {
        self.ended();
        self.tell(json!({ "type": "task-failed", "uuid": id, "exception": error, "traceback": "" }));
    }

    fn ended(&self) {
        self.counts.active.fetch_sub(1, Ordering::Relaxed);
        self.counts.processed.fetch_add(1, Ordering::Relaxed);
    }

    fn tell(&self, mut event: Value) {
        event["timestamp"] = now();
        // a full channel forgets it
        drop(self.told.try_send(event));
    }
}

impl Outbound {
    /// Sends events and signs of life as the worker `hostname`, until it is aborted.
    pub async fn publish(mut self, config: BrokerConfig, hostname: String) {
        loop {
            if let Err(error) = self.publish_on(&config, &hostname).await {
                tracing::debug!(%error, "events are not sent");
            }
            tokio::time::sleep(WAIT).await;
        }
    }

    async fn publish_on(&mut self, config: &BrokerConfig, hostname: &str) -> Result<()> {
        let connection = connect(config, "events").await?;
        let line = Line::open(&connection, config, hostname).await?;
        line.send("worker.online", self.alive("worker-online"), &self.counts).await?;
        let mut heartbeat = tokio::time::interval(Duration::from_secs(HEARTBEAT_S));
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut gathered = Vec::new();
            tokio::select! {
                _ = heartbeat.tick() => {
                    line.send("worker.heartbeat", self.alive("worker-heartbeat"), &self.counts).await?;
                }
                // none when the worker has ended
                count = self.told.recv_many(&mut gathered, MOST) => if count == 0 {
                    line.send("worker.offline", self.alive("worker-offline"), &self.counts).await?;
                    std::future::pending::<()>().await;
                }
            }
            if !gathered.is_empty() {
                tokio::time::sleep(GATHER).await;
                while gathered.len() < MOST {
                    let Ok(event) = self.told.try_recv() else { break };
                    gathered.push(event);
                }
                line.send("task.multi", Value::Array(gathered), &self.counts).await?;
            }
        }
    }

    fn alive(&self, kind: &str) -> Value {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "type": kind, "freq": HEARTBEAT_S, "timestamp": now(),
            "active": count(&self.counts.active), "processed": count(&self.counts.processed),
            "loadavg": [0.0, 0.0, 0.0], "sw_ident": "ev-platform",
            "sw_ver": env!("CARGO_PKG_VERSION"), "sw_sys": std::env::consts::OS,
        })
    }
}

/// Seconds since 1970, as Celery tells them.
fn now() -> Value {
    json!(
        Duration::from_micros(Clock::System.now().utc().and_utc().timestamp_micros().unsigned_abs())
            .as_secs_f64()
    )
}

/// A channel to those who watch.
struct Line {
    channel: Channel,
    hostname: String,
    silence: Duration,
}

impl Line {
    async fn open(connection: &Connection, config: &BrokerConfig, hostname: &str) -> Result<Self> {
        let silence = config.silence;
        let channel = within(silence, connection.create_channel()).await?;
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let declared =
            channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, options, FieldTable::default());
        within(silence, declared).await?;
        Ok(Self { channel, hostname: hostname.to_owned(), silence })
    }

    /// Sends an event, or an array of them, signed as this worker's.
    async fn send(&self, routing_key: &str, mut body: Value, counts: &Counts) -> Result<()> {
        let sign = |event: &mut Value| {
            event["hostname"] = json!(self.hostname);
            event["pid"] = json!(std::process::id());
            event["utcoffset"] = json!(0);
            event["clock"] = json!(counts.clock.fetch_add(1, Ordering::Relaxed));
        };
        match &mut body {
            Value::Array(events) => events.iter_mut().for_each(sign),
            event => sign(event),
        }
        let mut headers = FieldTable::default();
        headers.insert("hostname".into(), AMQPValue::LongString(self.hostname.as_str().into()));
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_content_encoding("utf-8".into())
            .with_headers(headers);
        let (options, body) = (BasicPublishOptions::default(), body.to_string());
        let sent = self.channel.basic_publish(
            EXCHANGE.into(),
            routing_key.into(),
            options,
            body.as_bytes(),
            properties,
        );
        within(self.silence, sent).await.map(drop)
    }
}
