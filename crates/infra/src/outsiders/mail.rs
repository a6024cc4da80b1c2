//! Mail.

use std::{path::PathBuf, time::Duration};

use lettre::{
    SmtpTransport, Transport as _,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use secrecy::ExposeSecret as _;

use super::{Message, Postbox, blocking, messages_file, print};
use crate::{
    Error, Result,
    config::{MailConfig, SmtpConfig},
};

/// How long the mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The port on which TLS begins at once (RFC 8314).
const TLS_PORT: u16 = 465;

/// Sends mail.
#[derive(Clone)]
pub enum Mailer {
    /// Prints it.
    Console,
    /// Appends it to `messages.jsonl` in this folder.
    File(PathBuf),
    /// Keeps it in this process.
    Kept(Postbox),
    /// Gives it to a mail server.
    Smtp {
        /// The way to the server.
        transport: Box<SmtpTransport>,
        /// The sender.
        from: Mailbox,
    },
}

impl Mailer {
    /// The configured way.
    ///
    /// # Errors
    /// [`Error::Database`] when the sender or the server's name can't be used.
    pub fn of(config: &MailConfig) -> Result<Self> {
        match config {
            MailConfig::Console => Ok(Self::Console),
            MailConfig::File(folder) => Ok(Self::File(folder.clone())),
            MailConfig::Smtp(smtp) => {
                let from = smtp.from.parse().map_err(|_| unusable("DEFAULT_FROM_EMAIL"))?;
                Ok(Self::Smtp { transport: Box::new(transport(smtp)?), from })
            }
        }
    }

    /// Sends a message. `key` is the same for every try of one message and becomes its `Message-ID`, by which
    /// the receiver knows it again: mail is sent at least once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not take it now; [`Error::Database`] when it never will.
    pub async fn send(&self, message: &Message, key: &str) -> Result<()> {
        let (mailer, message, key) = (self.clone(), message.clone(), key.to_owned());
        blocking(move || mailer.send_now(&message, &key)).await
    }

    fn send_now(&self, message: &Message, key: &str) -> Result<()> {
        match self {
            Self::Console => print("mail", message),
            Self::File(folder) => messages_file::append(folder, "email", message),
            Self::Kept(postbox) => {
                postbox.put(message);
                Ok(())
            }
            Self::Smtp { transport, from } => {
                let to: Mailbox = message.to.parse().map_err(|_| unusable("the receiver's address"))?;
                let local: String =
                    key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
                let mail = lettre::Message::builder()
                    .from(from.clone())
                    .to(to)
                    .subject(&message.subject)
                    .message_id(Some(format!("<{local}@{}>", from.email.domain())))
                    .header(ContentType::TEXT_PLAIN)
                    .body(message.body.clone())
                    .map_err(|cause| Error::Database(format!("a mail: {cause}")))?;
                match transport.send(&mail) {
                    Ok(_) => Ok(()),
                    Err(cause) if cause.is_permanent() => {
                        // the reply may repeat the address, so only its class is kept
                        Err(Error::Database("the mail server refuses the message for good".to_owned()))
                    }
                    Err(_) => Err(Error::unavailable("the mail server")),
                }
            }
        }
    }
}

/// Says which way, no more.
impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Console => "Mailer::Console",
            Self::File(_) => "Mailer::File",
            Self::Kept(_) => "Mailer::Kept",
            Self::Smtp { .. } => "Mailer::Smtp",
        })
    }
}

fn transport(smtp: &SmtpConfig) -> Result<SmtpTransport> {
    let tls = if smtp.use_tls {
        let parameters = TlsParameters::new(smtp.host.clone()).map_err(|_| unusable("EMAIL_HOST"))?;
        if smtp.port == TLS_PORT { Tls::Wrapper(parameters) } else { Tls::Required(parameters) }
    } else {
        Tls::None
    };
    let mut builder =
        SmtpTransport::builder_dangerous(&smtp.host).port(smtp.port).tls(tls).timeout(Some(TIMEOUT));
    if let Some((user, password)) = &smtp.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

fn unusable(what: &str) -> Error {
    Error::Database(format!("{what} can't be used for mail"))
}
