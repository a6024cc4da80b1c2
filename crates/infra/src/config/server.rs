//! The HTTP server, its tokens, files and log.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use chrono::TimeDelta;
use ipnet::IpNet;
use secrecy::SecretString;

use super::{ConfigError, ConfigFault, Environment, Setting};

/// The HTTP server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where it listens.
    pub bind_address: SocketAddr,
    /// For a developer alone.
    pub debug: bool,
    /// The names it answers to; `*` is every name.
    pub allowed_hosts: Vec<String>,
    /// The origins whose scripts may read its replies.
    pub cors_allowed_origins: Vec<String>,
    /// Who may read `/metrics`.
    pub metrics_allowed: Vec<IpNet>,
    /// Where a worker shows its own figures; none: nowhere.
    pub worker_metrics: Option<SocketAddr>,
    /// Proxies whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether callers that ask too often are refused for a while.
    pub rate_limits: bool,
    /// Whether staff and admins need a second factor.
    pub staff_totp: bool,
}

impl ServerConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        env.section("HTTP server");
        let bind = Setting::new("BIND_ADDRESS", "Address and port to listen on", "127.0.0.1:8000");
        let text = env.text(bind);
        let numeric = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}")).unwrap_or(text);
        let bind_address = numeric.parse().map_err(|_| {
            ConfigError::new(
                "BIND_ADDRESS",
                ConfigFault::NotA("an address and port such as 127.0.0.1:8000".into()),
            )
        })?;
        let debug = env.flag(Setting::new(
            "DEBUG",
            "true: for a developer alone, on a loopback address; false: real secrets and outsiders must be set",
            "true",
        ))?;
        let allowed_hosts = env.list(Setting::new(
            "ALLOWED_HOSTS",
            "Names the server answers to, between commas; * is every name",
            "*",
        ));
        let cors_allowed_origins = env.list(Setting::new(
            "CORS_ALLOWED_ORIGINS",
            "Origins whose pages may call the API, between commas, such as https://app.example.in",
            "",
        ));
        if !cors_allowed_origins.iter().all(|origin| is_origin(origin)) {
            let form = "a list of origins such as https://app.example.in".to_owned();
            return Err(ConfigError::new("CORS_ALLOWED_ORIGINS", ConfigFault::NotA(form)));
        }
        let metrics_allowed = networks(
            env,
            Setting::new(
                "METRICS_ALLOWED_ADDRESSES",
                "Addresses and networks that may read /metrics, between commas, such as 10.0.0.0/8",
                "127.0.0.0/8,::1",
            ),
        )?;
        let worker_metrics = env.optional(Setting::new(
            "WORKER_METRICS_ADDRESS",
            "Address and port where a worker answers /metrics, such as 127.0.0.1:9100; blank: nowhere",
            "",
        ));
        let worker_metrics = worker_metrics.map(|text| text.parse()).transpose().map_err(|_| {
            let form = "an address and port such as 127.0.0.1:9100".to_owned();
            ConfigError::new("WORKER_METRICS_ADDRESS", ConfigFault::NotA(form))
        })?;
        let trusted_proxies = networks(
            env,
            Setting::new(
                "TRUSTED_PROXIES",
                "Addresses and networks of proxies whose X-Forwarded-For is believed, for limits and the audit",
                "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
            ),
        )?;
        let limits = Setting::new(
            "RATE_LIMITS",
            "Whether who asks too often is refused: on, off, or blank: off while DEBUG is true, else on",
            "",
        );
        let words = [("", None), ("on", Some(true)), ("off", Some(false))];
        let rate_limits = env.choice(limits, &words)?.unwrap_or(!debug);
        let totp = Setting::new(
            "STAFF_TOTP",
            "required or off: whether staff and admins need a second factor, by an authenticator app",
            "off",
        );
        let staff_totp = env.choice(totp, &[("off", false), ("required", true)])?;
        Ok(Self {
            bind_address,
            debug,
            allowed_hosts,
            cors_allowed_origins,
            metrics_allowed,
            worker_metrics,
            trusted_proxies,
            rate_limits,
            staff_totp,
        })
    }

    /// True for a developer's own server: `DEBUG` is on and nobody else can reach it.
    pub fn is_development(&self) -> bool {
        self.debug && self.bind_address.ip().is_loopback()
    }
}

fn networks(env: &Environment, setting: Setting) -> Result<Vec<IpNet>, ConfigError> {
    let name = setting.name;
    let read = env.list(setting).iter().map(|text| network(text)).collect::<Option<_>>();
    read.ok_or_else(|| {
        let form = "a list of addresses and networks such as 10.0.0.0/8".to_owned();
        ConfigError::new(name, ConfigFault::NotA(form))
    })
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn is_origin(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*', '?']))
    })
}

/// How long logins last.
#[derive(Clone, Copy, Debug)]
pub struct TokensConfig {
    /// How long an access token is good.
    pub access_lifetime: TimeDelta,
    /// How long a refresh token is good; each refresh begins it anew.
    pub refresh_lifetime: TimeDelta,
}

impl TokensConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        env.section("Logins");
        let access =
            env.count(Setting::new("ACCESS_TOKEN_LIFETIME", "Life of an access token, minutes", "60"))?;
        let refresh =
            env.count(Setting::new("REFRESH_TOKEN_LIFETIME", "Life of a refresh token, minutes", "1440"))?;
        if access > refresh {
            let form = "at most REFRESH_TOKEN_LIFETIME".to_owned();
            return Err(ConfigError::new("ACCESS_TOKEN_LIFETIME", ConfigFault::NotA(form)));
        }
        Ok(Self {
            access_lifetime: TimeDelta::minutes(access.into()),
            refresh_lifetime: TimeDelta::minutes(refresh.into()),
        })
    }
}

/// Where uploads are kept.
#[derive(Clone, Debug)]
pub enum FilesConfig {
    /// In a private folder; nothing in it is ever served by its name.
    Folder(PathBuf),
    /// In a private bucket.
    Bucket(BucketConfig),
}

/// A bucket of a store that speaks S3.
#[derive(Clone, Debug)]
pub struct BucketConfig {
    /// Where the store answers, without the bucket.
    pub endpoint: String,
    /// The region that signatures name.
    pub region: String,
    /// Its name.
    pub bucket: String,
    /// Who we are there.
    pub access_key: String,
    /// What we sign with.
    pub secret_key: SecretString,
}

impl FilesConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        env.section("Files");
        let backend =
            Setting::new("FILE_BACKEND", "Where uploaded documents are kept: folder or s3", "folder");
        let in_bucket = env.choice(backend, &[("folder", false), ("s3", true)])?;
        let root = Setting::new("MEDIA_ROOT", "Private folder for uploaded documents", "data/media");
        let root = PathBuf::from(env.text(root));
        let endpoint =
            Setting::new("S3_ENDPOINT", "Where the S3 store answers, for s3, without the bucket", "");
        let endpoint = env.optional(endpoint);
        let region = env.text(Setting::new("S3_REGION", "Region of the bucket", "ap-south-1"));
        let bucket = env.optional(Setting::new("S3_BUCKET", "The bucket, private and there already", ""));
        let access_key = env.optional(Setting::new("S3_ACCESS_KEY", "Who we are at the S3 store", ""));
        let secret_key = env.secret(Setting::new("S3_SECRET_KEY", "What requests to it are signed with", ""));
        if !in_bucket {
            return Ok(Self::Folder(root));
        }
        let missing = |name| ConfigError::new(name, ConfigFault::Missing("FILE_BACKEND is s3"));
        let endpoint = endpoint.ok_or_else(|| missing("S3_ENDPOINT"))?;
        if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
            let form = "a URL such as https://s3.ap-south-1.amazonaws.com".to_owned();
            return Err(ConfigError::new("S3_ENDPOINT", ConfigFault::NotA(form)));
        }
        Ok(Self::Bucket(BucketConfig {
            endpoint,
            region,
            bucket: bucket.ok_or_else(|| missing("S3_BUCKET"))?,
            access_key: access_key.ok_or_else(|| missing("S3_ACCESS_KEY"))?,
            secret_key: secret_key.ok_or_else(|| missing("S3_SECRET_KEY"))?,
        }))
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

/// What is logged.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Levels by target, such as `info` or `info,infra=debug`.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
    /// Where a collector of OpenTelemetry takes traces; none: they go nowhere.
    pub collector: Option<String>,
}

impl LogConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        env.section("Log");
        let level = env.text(Setting::new(
            "LOG_LEVEL",
            "error, warn, info, debug or trace; also by target: info,infra=debug",
            "info",
        ));
        let format = Setting::new("LOG_FORMAT", "text or json", "text");
        let format = env.choice(format, &[("text", LogFormat::Text), ("json", LogFormat::Json)])?;
        let collector = env.optional(Setting::new(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "Where a collector of OpenTelemetry takes traces over HTTP, such as http://127.0.0.1:4318; blank: nowhere",
            "",
        ));
        if collector.as_deref().is_some_and(|url| !is_origin(url.trim_end_matches('/'))) {
            let form = "an address such as http://127.0.0.1:4318".to_owned();
            return Err(ConfigError::new("OTEL_EXPORTER_OTLP_ENDPOINT", ConfigFault::NotA(form)));
        }
        Ok(Self { level, format, collector })
    }
}
