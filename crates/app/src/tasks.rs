//! Work that follows from a commit: announced in that commit, run afterwards until it is done.

mod apply_reserve;
mod consume;
mod letters;
mod post_bonus;
mod post_pair;
mod recheck_wallet;
mod relay;
mod retry;
mod run;
mod runner;
mod send_message;
mod take_in;

pub use consume::consume;
pub use letters::{forget_letter, letters};
pub use relay::{check_routes, relay};
pub use retry::{list, retry};
pub use run::{Ran, run};
pub use runner::runner;
pub(crate) use send_message::announce_message;
pub use take_in::take_in;

use infra::{
    db::Tx,
    outbox::{self, NewTask},
};
use wallet_rules::calendar::Instant;

use crate::Result;

/// What can follow from a commit. A task's argument only names a row; the amounts are in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// `payment_completed(payment)` posts the sponsor's bonus.
    PaymentCompleted,
    /// `pair_matched(pair)` posts the pair's stored split.
    PairMatched,
    /// `emi_autofill(user)` applies the EMI reserve to what is open.
    EmiAutofill,
    /// `wallet_update(user)` rechecks the wallet against its entries.
    WalletUpdate,
    /// Sends a mail; its payload is sealed.
    Mail,
    /// Sends an SMS; its payload is sealed.
    Sms,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::PaymentCompleted,
        Self::PairMatched,
        Self::EmiAutofill,
        Self::WalletUpdate,
        Self::Mail,
        Self::Sms,
    ];

    /// How it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PaymentCompleted => "payment_completed",
            Self::PairMatched => "pair_matched",
            Self::EmiAutofill => "emi_autofill",
            Self::WalletUpdate => "wallet_update",
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }

    /// What its argument, the row that it is about, is called in a message.
    pub const fn argument(self) -> &'static str {
        match self {
            Self::PaymentCompleted => "payment_id",
            Self::PairMatched => "pair_id",
            Self::EmiAutofill | Self::WalletUpdate => "user_id",
            Self::Mail | Self::Sms => "subject_id",
        }
    }

    /// True for what workers that are not ours may run: it moves no money and carries no secret.
    const fn may_go_elsewhere(self) -> bool {
        matches!(self, Self::WalletUpdate)
    }

    /// True for what is sent outside the platform, and so outside transactions.
    const fn is_message(self) -> bool {
        matches!(self, Self::Mail | Self::Sms)
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Announces the posting of pairs, each with what caused it.
///
/// # Errors
/// [`crate::Error::Internal`] when one was announced before.
pub(crate) fn announce_pairs(tx: &mut Tx, pairs: &[(i64, String)], now: Instant) -> Result<()> {
    let kind = TaskKind::PairMatched.as_str();
    let mut tasks = Vec::with_capacity(pairs.len());
    for (pair, caused_by) in pairs {
        let (task_key, payload) = (format!("{kind}:{pair}"), String::new());
        tasks.push(NewTask { kind, task_key, subject_id: *pair, payload, caused_by });
    }
    Ok(outbox::announce_all(tx, &tasks, now)?)
}

/// Announces a task about the row `subject`; `occasion` tells one task about it from the next.
///
/// # Errors
/// [`crate::Error::Internal`] when the same task was announced before.
pub(crate) fn announce(
    tx: &mut Tx,
    kind: TaskKind,
    subject: i64,
    occasion: &str,
    payload: String,
    caused_by: &str,
    now: Instant,
) -> Result<()> {
    let task_key = if occasion.is_empty() {
        format!("{}:{subject}", kind.as_str())
    } else {
        format!("{}:{subject}:{occasion}", kind.as_str())
    };
    let task = NewTask { kind: kind.as_str(), task_key, subject_id: subject, payload, caused_by };
    Ok(outbox::announce(tx, &task, now)?)
}
