//! Configuration: one struct per concern, read from the environment and `.env`.
//!
//! Every variable is asked for through [`Environment`] with its meaning, unit and default, and `.env.example`
//! is what was asked for, word for word, by test.

mod broker;
mod database;
mod environment;
mod outsiders;
mod plan;
mod redis;
mod secrets;
mod server;

pub use broker::BrokerConfig;
pub use database::DatabaseConfig;
pub use environment::{ConfigError, ConfigFault, Environment, Setting};
pub use outsiders::{BankTransferConfig, GatewayConfig, MailConfig, SmsConfig, SmtpConfig};
pub use redis::RedisConfig;
pub use secrets::SecretsConfig;
pub use server::{BucketConfig, FilesConfig, LogConfig, LogFormat, ServerConfig, TokensConfig};
use wallet_rules::plan::Plan;

/// The least length of a real secret, in characters: 256 bits as printed in base64 are 43, in hex 64, and a
/// typed one should not fall under half of that.
const SECRET_MIN_CHARS: usize = 32;

/// Everything that a process of the platform is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which database.
    pub database: DatabaseConfig,
    /// Which Redis, where there is one.
    pub redis: Option<RedisConfig>,
    /// RabbitMQ; none where tasks run without it.
    pub broker: Option<BrokerConfig>,
    /// What is signed and sealed with.
    pub secrets: SecretsConfig,
    /// The HTTP server.
    pub server: ServerConfig,
    /// How long logins last.
    pub tokens: TokensConfig,
    /// Where uploads are kept.
    pub files: FilesConfig,
    /// How mail is sent.
    pub mail: MailConfig,
    /// How SMS are sent.
    pub sms: SmsConfig,
    /// Who takes online payments.
    pub gateway: GatewayConfig,
    /// Who pays payouts.
    pub bank_transfer: BankTransferConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Plan version 1, used only while a database is first made.
    pub plan: Plan,
}

impl Config {
    /// Reads the process's environment, and `.env` for what it does not set.
    ///
    /// # Errors
    /// [`ConfigError`] names the variable.
    pub fn load() -> Result<Self, ConfigError> {
        Self::read(&Environment::of_process()?)
    }

    /// Reads a given environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the variable.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let server = ServerConfig::read(environment)?;
        let database = DatabaseConfig::read(environment)?;
        let redis = RedisConfig::read(environment)?;
        let broker = BrokerConfig::read(environment, &database)?;
        let secrets = SecretsConfig::read(environment, &database, server.is_development())?;
        let tokens = TokensConfig::read(environment)?;
        environment.section("Mail and SMS");
        let (mail, sms) = (MailConfig::read(environment)?, SmsConfig::read(environment)?);
        environment.section("Payments");
        let gateway = GatewayConfig::read(environment)?;
        let bank_transfer = BankTransferConfig::read(environment)?;
        let files = FilesConfig::read(environment)?;
        let log = LogConfig::read(environment)?;
        let plan = plan::read(environment)?;
        Ok(Self {
            database,
            redis,
            broker,
            secrets,
            server,
            tokens,
            files,
            mail,
            sms,
            gateway,
            bank_transfer,
            log,
            plan,
        })
    }

    /// Refuses to serve people with what is meant for a developer alone: outside development (`DEBUG=true` on a
    /// loopback address) there must be real secrets, a real gateway, and mail and SMS that don't end on the
    /// console. Commands of an operator don't need it.
    ///
    /// # Errors
    /// [`ConfigError`] names the first variable that is missing or not fit.
    pub fn check_for_serving(&self) -> Result<(), ConfigError> {
        if self.server.is_development() {
            return Ok(());
        }
        self.secrets.check_real()?;
        let refuse = |variable, what| Err(ConfigError::new(variable, ConfigFault::DevelopmentOnly(what)));
        if matches!(self.mail, MailConfig::Console) {
            return refuse("EMAIL_BACKEND", "console");
        }
        if matches!(self.sms, SmsConfig::Console) {
            return refuse("SMS_BACKEND", "console");
        }
        match self.gateway {
            GatewayConfig::Simulated => refuse("PAYMENT_GATEWAY", "simulated"),
            GatewayConfig::None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(&Environment::of_pairs(pairs.iter().copied()))
    }

    fn refused(pairs: &[(&str, &str)]) -> &'static str {
        let refusal = read(pairs).and_then(|config| config.check_for_serving());
        refusal.expect_err("it must be refused").variable
    }

    const REAL: [(&str, &str); 5] = [
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("JWT_SECRET_KEY", "fedcba9876543210fedcba9876543210"),
        ("EMAIL_BACKEND", "file"),
        ("SMS_BACKEND", "file"),
        ("DEBUG", "false"),
    ];

    fn real_but<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut pairs: Vec<_> = REAL.iter().copied().filter(|pair| pair.0 != name).collect();
        pairs.push((name, value));
        pairs
    }

    #[test]
    fn nothing_set_is_a_development_server() {
        let config = read(&[]).expect("the defaults are whole");
        assert!(config.server.is_development());
        assert_eq!(config.server.bind_address.to_string(), "127.0.0.1:8000");
        assert_eq!(config.database.address.to_string(), "SQLite file data/ev.sqlite3");
        assert_eq!(config.plan, Plan::default_plan());
        assert!(!config.server.rate_limits);
        config.check_for_serving().expect("a developer may have it all");
    }

    #[test]
    fn outside_development_every_weak_setting_is_named() {
        assert_eq!(refused(&[("DEBUG", "false")]), "SECRET_KEY");
        assert_eq!(refused(&[("BIND_ADDRESS", "0.0.0.0:8000")]), "SECRET_KEY");
        assert_eq!(refused(&real_but("SECRET_KEY", "short")), "SECRET_KEY");
        assert_eq!(refused(&real_but("JWT_SECRET_KEY", "")), "JWT_SECRET_KEY");
        let long = "0123456789abcdef0123456789abcdeg";
        for name in ["JWT_SECRET_KEY_PREVIOUS", "SEALING_KEY", "SEALING_KEYS_OTHER"] {
            assert_eq!(refused(&real_but(name, "short")), name);
            assert_eq!(refused(&real_but(name, long)), "PAYMENT_GATEWAY", "only that is left");
        }
        let one_short = format!("{long},short");
        assert_eq!(refused(&real_but("SEALING_KEYS_OTHER", &one_short)), "SEALING_KEYS_OTHER");
        assert_eq!(
            refused(&real_but("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef")),
            "JWT_SECRET_KEY"
        );
        assert_eq!(refused(&real_but("EMAIL_BACKEND", "console")), "EMAIL_BACKEND");
        assert_eq!(refused(&real_but("SMS_BACKEND", "")), "SMS_BACKEND");
        assert_eq!(refused(&REAL), "PAYMENT_GATEWAY");
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        for (name, value) in [
            ("DB_ENGINE", "postgres"),
            ("DB_PORT", "70000"),
            ("DB_POOL_SIZE", "0"),
            ("DB_TIMEOUT", "0"),
            ("REDIS_PORT", "redis"),
            ("REDIS_DB", "-1"),
            ("DEBUG", "perhaps"),
            ("BIND_ADDRESS", "everywhere"),
            ("CORS_ALLOWED_ORIGINS", "example.in"),
            ("EMAIL_BACKEND", "pigeon"),
            ("EMAIL_PORT", "smtp"),
            ("DEFAULT_FROM_EMAIL", "nobody"),
            ("SMS_BACKEND", "http"),
            ("PAYMENT_GATEWAY", "real"),
            ("BANK_TRANSFER", "api"),
            ("ACCESS_TOKEN_LIFETIME", "-1"),
            ("ACCESS_TOKEN_LIFETIME", "1441"),
            ("RATE_LIMITS", "some"),
            ("STAFF_TOTP", "perhaps"),
            ("LOG_FORMAT", "xml"),
            ("METRICS_ALLOWED_ADDRESSES", "everyone"),
            ("TRUSTED_PROXIES", "nginx"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
            ("TDS_PERCENTAGE", "101"),
            ("PAIRS_BEYOND_CAP", "drop"),
            ("RABBITMQ_HOST", "rabbitmq.example.in"),
            ("RABBITMQ_PORT", "amqp"),
            ("TASK_ROUTES", "wallet_update"),
            ("TASK_PREFETCH", "0"),
        ] {
            let expected = if value == "http" { "SMS_API_URL" } else { name };
            assert_eq!(refused(&[(name, value)]), expected, "{name}={value}");
        }
        assert_eq!(refused(&[("DB_ENGINE", "mysql")]), "DB_NAME");
        assert_eq!(refused(&[("DB_ENGINE", "mysql"), ("DB_NAME", "ev")]), "DB_USER");
        assert_eq!(refused(&[("EMAIL_BACKEND", "smtp")]), "EMAIL_HOST");
    }

    #[test]
    fn a_broker_goes_with_a_server_and_has_a_password() {
        let server = [("DB_ENGINE", "mysql"), ("DB_NAME", "ev"), ("DB_USER", "ev")];
        let with = |more: &[(&'static str, &'static str)]| read(&[&server, more].concat());
        assert!(with(&[]).expect("no broker is whole too").broker.is_none());
        let host = ("RABBITMQ_HOST", "rabbitmq.example.in");
        assert_eq!(with(&[host]).expect_err("it has no password").variable, "RABBITMQ_PASSWORD");
        let routes = ("TASK_ROUTES", "wallet_update=python, mail = letters");
        let config = with(&[host, ("RABBITMQ_PASSWORD", "secret"), routes]).expect("it is whole");
        let broker = config.broker.expect("a broker");
        assert_eq!((broker.port, broker.prefetch), (5672, 8));
        let queues = ["wallet_update", "mail", "sms"].map(|kind| broker.queue_of(kind));
        assert_eq!(queues, ["python", "letters", "ev"]);
    }

    #[test]
    fn the_example_lists_what_is_asked_for() {
        let environment = Environment::of_pairs([]);
        Config::read(&environment).expect("the defaults are whole");
        let stored = include_str!("../../../.env.example");
        let asked = environment.example();
        for (stored, asked) in stored.lines().zip(asked.lines()) {
            assert_eq!(stored, asked);
        }
        assert_eq!(stored, asked);
    }

    #[test]
    fn secrets_are_not_printed() {
        let mut pairs = REAL.to_vec();
        pairs.extend([("DB_PASSWORD", "hunter2-db"), ("EMAIL_HOST_PASSWORD", "hunter2-mail")]);
        pairs.extend([("SMS_API_KEY", "hunter2-sms"), ("JWT_SECRET_KEY_PREVIOUS", "hunter2-old-key")]);
        pairs.extend([("SEALING_KEY", "hunter2-seal"), ("SEALING_KEYS_OTHER", "hunter2-b,hunter2-c")]);
        pairs.extend([("DB_ENGINE", "mysql"), ("DB_NAME", "ev"), ("DB_USER", "ev")]);
        pairs.extend([("REDIS_HOST", "127.0.0.1"), ("REDIS_PASSWORD", "hunter2-redis")]);
        pairs.extend([("RABBITMQ_HOST", "127.0.0.1"), ("RABBITMQ_PASSWORD", "hunter2-rabbit")]);
        pairs.extend([("EMAIL_BACKEND", "smtp"), ("EMAIL_HOST", "mail.example.in")]);
        pairs.extend([("SMS_BACKEND", "http"), ("SMS_API_URL", "https://sms.example.in/send")]);
        pairs.extend([("FILE_BACKEND", "s3"), ("S3_ENDPOINT", "https://s3.example.in"), ("S3_BUCKET", "ev")]);
        pairs.extend([("S3_ACCESS_KEY", "ev"), ("S3_SECRET_KEY", "hunter2-s3")]);
        let printed = format!("{:?}", read(&pairs).expect("it is whole"));
        for secret in ["hunter2", "0123456789abcdef", "fedcba98"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
