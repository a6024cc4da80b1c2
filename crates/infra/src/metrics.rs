//! What a process counts and times, in the text that Prometheus reads.

use std::{sync::atomic::AtomicI64, time::Duration};

use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{
        counter::Counter,
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};

use crate::{Error, Result};

/// Upper bounds of the latencies that are told apart, in seconds: a read takes a millisecond or two, a client
/// waits for a second, a part that is away is waited for longer.
const LATENCIES_S: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// A request that was answered.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Served {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct TaskRun {
    kind: String,
    result: &'static str,
}

type Latencies = Family<Served, Histogram, fn() -> Histogram>;

/// What happens in this process, counted as it happens.
pub struct Metrics {
    registry: Registry,
    served: Latencies,
    tasks: Family<TaskRun, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut this = Self {
            registry: Registry::default(),
            served: Family::new_with_constructor(|| Histogram::new(LATENCIES_S)),
            tasks: Family::default(),
        };
        this.registry.register_with_unit(
            "http_request_duration",
            "Requests by route and status, and how long they took",
            Unit::Seconds,
            this.served.clone(),
        );
        this.registry.register(
            "tasks",
            "Tries of tasks in this process, by kind and result",
            this.tasks.clone(),
        );
        this
    }
}

impl Metrics {
    /// Counts a request of this route: the pattern, never the path itself.
    pub fn served(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = Served { method: method.to_owned(), route: route.to_owned(), status };
        self.served.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Counts a try of a task.
    pub fn task_run(&self, kind: &str, is_done: bool) {
        let result = if is_done { "done" } else { "failed" };
        self.tasks.get_or_create(&TaskRun { kind: kind.to_owned(), result }).inc();
    }

    /// What was counted, with `gauges`, in Prometheus's text format.
    ///
    /// # Errors
    /// [`Error::Corrupt`] never in practice.
    pub fn text(&self, gauges: Gauges) -> Result<String> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &gauges.0))
            .and_then(|()| encode_eof(&mut text))
            .map_err(Error::corrupt)?;
        Ok(text)
    }
}

/// What is so at this moment.
#[derive(Default)]
pub struct Gauges(Registry);

impl Gauges {
    /// A figure.
    pub fn add(&mut self, name: &str, help: &str, value: i64) {
        self.0.register(name, help, ConstGauge::new(value));
    }

    /// A figure for each of these labels.
    pub fn add_each(&mut self, name: &str, help: &str, label: &str, values: &[(String, i64)]) {
        let family = Family::<Vec<(String, String)>, Gauge<i64, AtomicI64>>::default();
        for (of, value) in values {
            family.get_or_create(&vec![(label.to_owned(), of.clone())]).set(*value);
        }
        self.0.register(name, help, family);
    }
}
