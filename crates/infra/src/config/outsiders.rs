//! Who is outside: mail, SMS, gateway and bank.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{ConfigError, ConfigFault, Environment, Setting};

/// How mail is sent.
#[derive(Clone, Debug)]
pub enum MailConfig {
    /// Printed.
    Console,
    /// Appended to `messages.jsonl` in this folder.
    File(PathBuf),
    /// Through a server.
    Smtp(SmtpConfig),
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Host name.
    pub host: String,
    /// Port; 465 speaks TLS from the first byte, any other begins with STARTTLS.
    pub port: u16,
    /// User name and password, where it asks for them.
    pub login: Option<(String, SecretString)>,
    /// Whether the connection must be encrypted.
    pub use_tls: bool,
    /// The sender's address.
    pub from: String,
}

#[derive(Clone, Copy)]
enum Backend {
    Console,
    File,
    Remote,
}

/// The folder of `messages.jsonl`, asked for once for mail and SMS.
const FILE_PATH: Setting = Setting::new(
    "EMAIL_FILE_PATH",
    "Folder of messages.jsonl, which the file backends of mail and SMS append to",
    "outbox",
);

impl MailConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let backend = Setting::new("EMAIL_BACKEND", "console (development only), file or smtp", "console");
        let words = [("console", Backend::Console), ("file", Backend::File), ("smtp", Backend::Remote)];
        let backend = env.choice(backend, &words)?;
        let folder = PathBuf::from(env.text(FILE_PATH));
        let host = env.optional(Setting::new("EMAIL_HOST", "Host name of the mail server, for smtp", ""));
        let port =
            Setting::new("EMAIL_PORT", "Port of the mail server; 465 speaks TLS from the start", "587");
        let port = env.parsed(port, "a port")?;
        let user = env.optional(Setting::new("EMAIL_HOST_USER", "User name on the mail server", ""));
        let password = env.secret(Setting::new("EMAIL_HOST_PASSWORD", "Password on the mail server", ""));
        let tls = Setting::new("EMAIL_USE_TLS", "Whether the connection must be encrypted", "true");
        let use_tls = env.flag(tls)?;
        let from = env.text(Setting::new("DEFAULT_FROM_EMAIL", "The sender of mails", "no-reply@localhost"));
        if !from.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
            let form = "an e-mail address".to_owned();
            return Err(ConfigError::new("DEFAULT_FROM_EMAIL", ConfigFault::NotA(form)));
        }
        match backend {
            Backend::Console => Ok(Self::Console),
            Backend::File => Ok(Self::File(folder)),
            Backend::Remote => {
                let why = ConfigFault::Missing("EMAIL_BACKEND is smtp");
                let host = host.ok_or(ConfigError::new("EMAIL_HOST", why))?;
                let login = user.map(|user| (user, password.unwrap_or_else(|| SecretString::from(""))));
                Ok(Self::Smtp(SmtpConfig { host, port, login, use_tls, from }))
            }
        }
    }
}

/// How SMS are sent.
#[derive(Clone, Debug)]
pub enum SmsConfig {
    /// Printed.
    Console,
    /// Appended to `messages.jsonl` in this folder.
    File(PathBuf),
    /// Posted to a provider.
    Http {
        /// Where it takes them.
        url: String,
        /// What it knows us by.
        key: SecretString,
    },
}

impl SmsConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let backend = Setting::new("SMS_BACKEND", "console (development only), file or http", "console");
        let words = [("console", Backend::Console), ("file", Backend::File), ("http", Backend::Remote)];
        let backend = env.choice(backend, &words)?;
        let url =
            env.optional(Setting::new("SMS_API_URL", "Where the SMS provider takes messages, for http", ""));
        let key = env.secret(Setting::new("SMS_API_KEY", "What the SMS provider knows us by, for http", ""));
        match backend {
            Backend::Console => Ok(Self::Console),
            Backend::File => Ok(Self::File(PathBuf::from(env.remembered(&FILE_PATH)))),
            Backend::Remote => {
                let why = || ConfigFault::Missing("SMS_BACKEND is http");
                let url = url.ok_or(ConfigError::new("SMS_API_URL", why()))?;
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    let form = "a URL such as https://sms.example.in/send".to_owned();
                    return Err(ConfigError::new("SMS_API_URL", ConfigFault::NotA(form)));
                }
                let key = key.ok_or(ConfigError::new("SMS_API_KEY", why()))?;
                Ok(Self::Http { url, key })
            }
        }
    }
}

/// Who takes online payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayConfig {
    /// Nobody: every payment is captured at once.
    Simulated,
    /// Nobody: online payments are not offered.
    None,
}

impl GatewayConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let gateway = Setting::new(
            "PAYMENT_GATEWAY",
            "simulated (development only): captures every online payment at once; none: offers no online payment",
            "simulated",
        );
        env.choice(gateway, &[("simulated", Self::Simulated), ("none", Self::None)])
    }
}

/// Who pays payouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankTransferConfig {
    /// An admin, by hand, who then gives the bank's reference.
    Manual,
}

impl BankTransferConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let bank = Setting::new(
            "BANK_TRANSFER",
            "manual: an admin pays by hand and gives the bank's reference",
            "manual",
        );
        env.choice(bank, &[("manual", Self::Manual)])
    }
}
