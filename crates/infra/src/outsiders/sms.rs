//! SMS.

use std::{path::PathBuf, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Message, Postbox, blocking, messages_file, print};
use crate::{Error, Result, config::SmsConfig};

/// How long the provider may take for everything.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The country that every number of ours is in.
const COUNTRY: &str = "+91";

/// Sends SMS.
#[derive(Clone)]
pub enum SmsSender {
    /// Prints it.
    Console,
    /// Appends it to `messages.jsonl` in this folder.
    File(PathBuf),
    /// Keeps it in this process.
    Kept(Postbox),
    /// Posts it to a provider.
    Http {
        /// The client, with its time-outs.
        agent: ureq::Agent,
        /// Where the provider takes messages.
        url: String,
        /// What it knows us by.
        key: SecretString,
    },
}

impl SmsSender {
    /// The configured way.
    pub fn of(config: &SmsConfig) -> Self {
        match config {
            SmsConfig::Console => Self::Console,
            SmsConfig::File(folder) => Self::File(folder.clone()),
            SmsConfig::Http { url, key } => {
                let agent = ureq::Agent::config_builder()
                    .timeout_global(Some(TIMEOUT))
                    .http_status_as_error(false)
                    // a redirect would carry the key elsewhere
                    .max_redirects(0)
                    .build()
                    .into();
                Self::Http { agent, url: url.clone(), key: key.clone() }
            }
        }
    }

    /// Sends a message. `key` is the same for every try of one message and is sent along as `Idempotency-Key`
    /// and `reference`: SMS are sent at least once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the provider does not take it.
    pub async fn send(&self, message: &Message, key: &str) -> Result<()> {
        let (sender, message, key) = (self.clone(), message.clone(), key.to_owned());
        blocking(move || sender.send_now(&message, &key)).await
    }

    fn send_now(&self, message: &Message, reference: &str) -> Result<()> {
        match self {
            Self::Console => print("sms", message),
            Self::File(folder) => messages_file::append(folder, "sms", message),
            Self::Kept(postbox) => {
                postbox.put(message);
                Ok(())
            }
            Self::Http { agent, url, key } => {
                let body = serde_json::json!({
                    "to": format!("{COUNTRY}{}", message.to),
                    "message": message.body,
                    "reference": reference,
                });
                let reply = agent
                    .post(url)
                    .header("Authorization", format!("Bearer {}", key.expose_secret()))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", reference)
                    .send(body.to_string())
                    .map_err(|_| Error::unavailable("the SMS provider"))?;
                if reply.status().is_success() {
                    Ok(())
                } else {
                    Err(Error::unavailable(format!("the SMS provider: status {}", reply.status().as_u16())))
                }
            }
        }
    }
}

/// Says which way, no more.
impl std::fmt::Debug for SmsSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Console => "SmsSender::Console",
            Self::File(_) => "SmsSender::File",
            Self::Kept(_) => "SmsSender::Kept",
            Self::Http { .. } => "SmsSender::Http",
        })
    }
}
