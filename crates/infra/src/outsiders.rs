//! Those outside who can't be asked within a transaction: mail, SMS, the gateway, the bank. Each is a small
//! enum, so that another real one can follow.

mod gateway;
mod mail;
mod messages_file;
mod postbox;
mod sms;

pub use gateway::{BankTransfer, Capture, Gateway};
pub use mail::Mailer;
pub use postbox::Postbox;
pub use sms::SmsSender;

use std::io::Write as _;

use crate::{Error, Result};

/// A message to a person.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// An e-mail address, or a mobile number of 10 digits.
    pub to: String,
    /// What it is about; an SMS has none.
    pub subject: String,
    /// What it says.
    pub body: String,
}

/// Shows to whom nothing: the body may hold a code.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Prints a message where a developer looks for it.
fn print(channel: &str, message: &Message) -> Result<()> {
    let Message { to, subject, body } = message;
    let text = format!("\n[{channel} to {to}] {subject}\n{body}\n\n");
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::unavailable)
}

/// Runs what blocks on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let cut_off = |cause| Err(Error::Database(format!("work outside was cut off: {cause}")));
    tokio::task::spawn_blocking(work).await.unwrap_or_else(cut_off)
}

#[cfg(test)]
mod tests;
