//! What rusty-celery consumes through, instead of its own connection, whose faults decision 13 lists.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use celery::{
    broker::{Broker, Delivery, DeliveryError, DeliveryStream},
    error::BrokerError,
    protocol::Message,
};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _};
use lapin::{
    Channel, Connection, Consumer,
    options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::sync::{Mutex, mpsc};

use super::{
    channel_with, connect,
    consumer::Shared,
    delivery::{Handed, acknowledge, read},
    task::bury,
    within,
};
use crate::{Result, config::BrokerConfig};

/// The consuming side of a worker. It connects anew whenever it is asked to consume.
#[derive(Clone)]
pub(super) struct Transport(Arc<Inner>);

struct Inner {
    config: BrokerConfig,
    shared: Arc<Shared>,
    open: Mutex<Option<Open>>,
    /// Set when we cancel by ourselves, so that the end of the stream is no fault.
    stopping: AtomicBool,
}

struct Open {
    connection: Connection,
    channel: Channel,
    tag: String,
}

impl Transport {
    pub fn new(config: &BrokerConfig, shared: Arc<Shared>) -> Self {
        let (config, open) = (config.clone(), Mutex::new(None));
        Self(Arc::new(Inner { config, shared, open, stopping: AtomicBool::new(false) }))
    }

    /// Takes no more tasks; those in hand go on.
    pub async fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        if let Some(open) = self.0.open.lock().await.as_ref() {
            let options = BasicCancelOptions::default();
            let cancelled = open.channel.basic_cancel(open.tag.as_str().into(), options);
            // whoever is gone brings nothing more either
            drop(within(self.0.config.silence, cancelled).await);
        }
    }

    /// Ends the connection; what is still in hand is given to others.
    pub async fn end(&self) {
        if let Some(open) = self.0.open.lock().await.take() {
            drop(within(self.0.config.silence, open.connection.close(200, "OK".into())).await);
        }
    }

    async fn open(&self, queue: &str) -> Result<Consumer> {
        let Inner { config, open, .. } = &*self.0;
        self.end().await;
        let connection = connect(config, "worker").await?;
        let channel = channel_with(&connection, queue, config.silence).await?;
        within(config.silence, channel.basic_qos(config.prefetch, BasicQosOptions::default())).await?;
        let options = BasicConsumeOptions::default();
        let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
        let consumer = within(config.silence, consumer).await?;
        *open.lock().await = Some(Open { connection, channel, tag: consumer.tag().to_string() });
        Ok(consumer)
    }

    /// Hands on what rusty-celery can run, and keeps the rest as letters, until the connection ends.
    async fn pump(self, mut consumer: Consumer, hand: mpsc::UnboundedSender<Handed>) {
        let Inner { config: BrokerConfig { silence, .. }, shared, .. } = &*self.0;
        while let Some(Ok(delivery)) = consumer.next().await {
            match read(&delivery, &shared.known) {
                Ok(message) => {
                    shared.events.received(&message);
                    let (acker, _in_hand) = (delivery.acker, shared.in_hand.one_more());
                    let handed = Handed { message, acker, silence: *silence, _in_hand };
                    // a loop that has ended leaves it to the broker, who gives it to others
                    drop(hand.send(handed));
                }
                Err(letter) => {
                    let (shared, silence) = (shared.clone(), *silence);
                    let in_hand = shared.in_hand.one_more();
                    tokio::spawn(async move {
                        let task = letter.task_id.clone();
                        bury(&shared, letter).await;
                        acknowledge(&delivery.acker, &task, silence).await;
                        drop(in_hand);
                    });
                }
            }
        }
    }
}

/// The deliveries of one connection. It never ends: rusty-celery would go round in circles.
struct Deliveries(mpsc::UnboundedReceiver<Handed>);

impl Stream for Deliveries {
    type Item = std::result::Result<Box<dyn Delivery>, Box<dyn DeliveryError>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.poll_recv(context) {
            Poll::Ready(Some(handed)) => Poll::Ready(Some(Ok(Box::new(handed)))),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

impl DeliveryStream for Deliveries {}

#[async_trait::async_trait]
impl Broker for Transport {
    fn safe_url(&self) -> String {
        format!("amqp://{}:{}", self.0.config.host, self.0.config.port)
    }

    async fn consume(
        &self,
        queue: &str,
        error_handler: Box<dyn Fn(BrokerError) + Send + Sync + 'static>,
    ) -> std::result::Result<(String, Box<dyn DeliveryStream>), BrokerError> {
        let consumer = self.open(queue).await.map_err(|error| {
            tracing::warn!(%error, "no tasks are taken");
            BrokerError::NotConnected
        })?;
        tracing::info!(queue, "tasks are taken");
        let (hand, handed) = mpsc::unbounded_channel();
        let (tag, transport) = (consumer.tag().to_string(), self.clone());
        tokio::spawn(async move {
            transport.clone().pump(consumer, hand).await;
            if !transport.0.stopping.load(Ordering::Acquire) {
                error_handler(BrokerError::NotConnected);
            }
        });
        Ok((tag, Box::new(Deliveries(handed))))
    }

    async fn cancel(&self, _: &str) -> std::result::Result<(), BrokerError> {
        self.stop().await;
        Ok(())
    }

    async fn ack(&self, delivery: &dyn Delivery) -> std::result::Result<(), BrokerError> {
        delivery.ack().await
    }

    /// Never asked for: see [`Handed`].
    async fn retry(
        &self,
        _: &dyn Delivery,
        _: Option<DateTime<Utc>>,
    ) -> std::result::Result<(), BrokerError> {
        Err(BrokerError::NotConnected)
    }

    /// Never asked for: the outbox is what sends.
    async fn send(&self, _: &Message, _: &str) -> std::result::Result<(), BrokerError> {
        Err(BrokerError::NotConnected)
    }

    /// Never asked for: no message waits in memory for its instant.
    async fn increase_prefetch_count(&self) -> std::result::Result<(), BrokerError> {
        Ok(())
    }

    async fn decrease_prefetch_count(&self) -> std::result::Result<(), BrokerError> {
        Ok(())
    }

    async fn close(&self) -> std::result::Result<(), BrokerError> {
        self.end().await;
        Ok(())
    }

    /// What follows is [`Broker::consume`], which connects.
    async fn reconnect(&self, _: u32) -> std::result::Result<(), BrokerError> {
        Ok(())
    }
}
