//! The process's log, and its traces where a collector of OpenTelemetry takes them.

use std::{io::IsTerminal as _, time::Duration};

use opentelemetry::trace::{Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogConfig, LogFormat};

/// How long the collector may take for what it is sent at once.
const COLLECTOR_TIMEOUT: Duration = Duration::from_secs(5);
/// The server's own starting lines say what ours say; what is no HTTP is no error of ours; and the exporter's own
/// requests are not to be traced; what rusty-celery and lapin tell of the broker is told by the platform too.
const QUIET: &str = "actix_server=warn,actix_http::h1::dispatcher=off,opentelemetry=warn,ureq=warn,ureq_proto=warn,celery=off,lapin=off";

/// Why the log can't begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The levels can't be read.
    #[error("LOG_LEVEL: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// The collector's address is none.
    #[error("OTEL_EXPORTER_OTLP_ENDPOINT: {0}")]
    Collector(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The process has a log already.
    #[error("the log has begun before")]
    Begun(#[from] tracing_subscriber::util::TryInitError),
}

/// The log of this process; dropped, it sends the last traces.
pub struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Begins the log of the program `service`, on standard error.
///
/// # Errors
/// [`TelemetryError`] names the variable.
pub fn start(log: &LogConfig, service: &'static str) -> Result<Telemetry, TelemetryError> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", log.level))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let provider = log.collector.as_deref().map(|collector| provider(collector, service)).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer().with_tracer(provider.tracer(service)).with_location(false)
    });
    tracing_subscriber::registry().with(filter).with(lines).with(traces).try_init()?;
    Ok(Telemetry(provider))
}

/// Says in a trace which route the request of this span came for, and what it was answered.
pub fn describe_request(span: &tracing::Span, method: &str, route: &str, status: u16) {
    let context = span.context();
    context.span().update_name(format!("{method} {route}"));
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.route", route.to_owned());
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

fn provider(collector: &str, service: &'static str) -> Result<SdkTracerProvider, TelemetryError> {
    let agent =
        ureq::Agent::config_builder().timeout_global(Some(COLLECTOR_TIMEOUT)).http_status_as_error(false);
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
        .with_http_client(Client(agent.build().into()))
        .build()?;
    // its batches are sent from a thread of their own, where the blocking client may block
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name(service).build())
        .build())
}

/// The client that sends SMS too, in the form that the exporter asks for.
#[derive(Debug)]
struct Client(ureq::Agent);

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(
        &self,
        request: opentelemetry_http::Request<Bytes>,
    ) -> Result<opentelemetry_http::Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let request = opentelemetry_http::Request::from_parts(parts, body.to_vec());
        let (parts, mut body) = self.0.run(request)?.into_parts();
        let read = Bytes::from(body.read_to_vec()?);
        Ok(opentelemetry_http::Response::from_parts(parts, read))
    }
}
