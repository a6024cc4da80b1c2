//! The HTTP service: routes and what surrounds them.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{
    App,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data},
};

use chrono::TimeDelta;
use infra::config::ServerConfig;

use crate::{endpoints, envelope, limits::Limit, routes};

/// Codes that are sent to one identifier in [`CODES_WINDOW_MIN`], at most.
const CODES: usize = 5;
/// In minutes: as long as a code lives.
const CODES_WINDOW_MIN: i64 = 10;

/// What every handler stands on.
pub struct State {
    /// The platform.
    pub app: app::App,
    /// The origins whose pages may read replies.
    pub origins: Vec<String>,
    /// The names the server answers to; `*` is every name.
    pub hosts: Vec<String>,
    /// How often a code may be sent to one identifier, where that is limited.
    pub codes: Option<Limit>,
    schema_seen_current: AtomicBool,
}

impl State {
    /// What handlers stand on: the platform, and how this server is to be reached.
    pub fn new(app: app::App, server: &ServerConfig) -> Self {
        Self {
            app,
            origins: server.cors_allowed_origins.clone(),
            hosts: server.allowed_hosts.clone(),
            codes: server.rate_limits.then(|| Limit::new(CODES, TimeDelta::minutes(CODES_WINDOW_MIN))),
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
