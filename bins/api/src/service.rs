//! The HTTP service: routes and what surrounds them, and the server that listens for it.

use std::{
    io,
    net::TcpListener,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    body::BoxBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data},
};

use infra::config::Config;
use ipnet::IpNet;

use crate::{endpoints, envelope, routes};

/// Seconds that requests under way may still take when the process is asked to end.
const LAST_REQUESTS_S: u64 = 25;

/// How long the server waits for whoever is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a connection's first request.
    pub head: Duration,
    /// For a body of JSON or of a form without files.
    pub body: Duration,
    /// For a body with files.
    pub files: Duration,
    /// For the next request on an idle connection.
    pub idle: Duration,
    /// For the end of a body that nobody reads: a connection that is closed on a sender is reset, and the reply
    /// that came before is lost with it.
    pub unread: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            files: Duration::from_secs(180),
            idle: Duration::from_secs(75),
            unread: Duration::from_secs(10),
        }
    }
}

/// What every handler stands on.
pub struct State {
    /// The platform.
    pub app: app::App,
    /// The origins whose pages may read replies.
    pub origins: Vec<String>,
    /// The names the server answers to; `*` is every name.
    pub hosts: Vec<String>,
    /// Tasks travel through a broker to workers.
    pub has_broker: bool,
    /// Who may read the metrics.
    pub metrics_allowed: Vec<IpNet>,
    /// Proxies whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether callers that ask too often are refused for a while.
    pub rate_limits: bool,
    /// Whether staff and admins need a second factor.
    pub staff_totp: bool,
    /// How long it waits for others.
    pub patience: Patience,
    schema_seen_current: AtomicBool,
}

impl State {
    /// What handlers stand on: the platform, and how this server is to be reached.
    pub fn new(app: app::App, config: &Config) -> Self {
        let server = &config.server;
        Self {
            app,
            origins: server.cors_allowed_origins.clone(),
            hosts: server.allowed_hosts.clone(),
            has_broker: config.broker.is_some(),
            metrics_allowed: server.metrics_allowed.clone(),
            trusted_proxies: server.trusted_proxies.clone(),
            rate_limits: server.rate_limits,
            staff_totp: server.staff_totp,
            patience: Patience::default(),
            schema_seen_current: AtomicBool::new(false),
        }
    }

    /// True once the schema was seen to be current.
    pub fn is_schema_seen_current(&self) -> bool {
        self.schema_seen_current.load(Ordering::Relaxed)
    }

    /// Remembers how the schema was seen.
    pub fn set_schema_seen_current(&self, is_current: bool) {
        self.schema_seen_current.store(is_current, Ordering::Relaxed);
    }

    /// True when the request asks for a name of ours. Probes of health come by address, from near by.
    pub fn answers_to(&self, request: &ServiceRequest) -> bool {
        if self.hosts.iter().any(|host| host == "*") || request.path().starts_with("/health/") {
            return true;
        }
        let connection = request.connection_info();
        let asked = connection.host();
        // a port follows the last colon, unless that stands inside an IPv6 address
        let name = match asked.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => asked,
        };
        self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
    }
}

/// The service of one thread.
pub fn service(
    state: Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(state)
        .configure(|server| endpoints::register(server, &routes::all()))
        .default_service(web::to(envelope::unknown_path))
        .wrap(from_fn(envelope::envelope))
}

/// The server of the service at this address. It runs once it is polled, and knows no signals.
///
/// # Errors
/// When the listener can't be used.
pub fn server(state: Data<State>, listener: TcpListener) -> io::Result<Server> {
    let patience = state.patience;
    let server = HttpServer::new(move || service(state.clone()))
        .client_request_timeout(patience.head)
        .keep_alive(patience.idle)
        .client_disconnect_timeout(patience.unread)
        .shutdown_timeout(LAST_REQUESTS_S)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}
