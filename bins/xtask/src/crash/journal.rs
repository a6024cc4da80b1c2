//! What clients asked for, and what they heard of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::Request;

/// What a request is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Book,
    PayOnline,
    PayFromWallet,
    PayByTransfer,
    AskForPayout,
    ConfirmPayment,
    FailPayment,
    Process,
    Complete,
    Reject,
    Cancel,
    FailPayout,
}

impl Verb {
    /// True when it makes a row, whose kind and amount then tell it from every other.
    pub fn is_new(self) -> bool {
        matches!(
            self,
            Self::Book | Self::PayOnline | Self::PayFromWallet | Self::PayByTransfer | Self::AskForPayout
        )
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A 2xx, with the row's key; `replayed` when an earlier try had taken effect.
    Took { id: u64, replayed: bool },
    /// A 4xx, with its code or body.
    Refused { status: u16, why: String },
    /// The connection was cut, or 503, and it was left so.
    Unanswered,
}

/// A request, with its `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Entry {
    pub verb: Verb,
    /// The row that it moves on, or the booking that it pays.
    pub subject: u64,
    /// In paise; no two requests that make a row of one kind have the same.
    pub amount: u64,
    pub path: String,
    pub body: Value,
    pub key: String,
    /// Whose request it is.
    pub token: String,
    pub outcome: Outcome,
}

impl Entry {
    /// Ready to be sent, any number of times.
    pub fn request(&self) -> Request {
        Request::post(self.path.clone(), &self.body).token(&self.token).header("Idempotency-Key", &self.key)
    }

    /// For people.
    pub fn told(&self) -> String {
        format!("{:?} {} {} (key {}): {:?}", self.verb, self.path, self.body, self.key, self.outcome)
    }
}

/// What one client, or all of them, did.
#[derive(Default)]
pub struct Journal {
    pub entries: Vec<Entry>,
    /// Tries that got no answer.
    pub cut: u64,
    /// Of those, tries that were made again at once.
    pub sent_again: u64,
}

impl Journal {
    /// All of them.
    pub fn of(parts: Vec<Self>) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.entries.extend(part.entries);
            whole.cut += part.cut;
            whole.sent_again += part.sent_again;
        }
        whole
    }

    /// Why requests were refused, and how many.
    fn refusals(&self) -> String {
        let mut reasons = BTreeMap::new();
        for entry in &self.entries {
            if let Outcome::Refused { why, .. } = &entry.outcome {
                *reasons.entry(why).or_insert(0_usize) += 1;
            }
        }
        let told: Vec<_> = reasons.iter().map(|(why, count)| format!("{count} {why}")).collect();
        told.join(", ")
    }

    /// What the requests that took effect did, with the key of the row that each made or moved on.
    pub fn took(&self) -> impl Iterator<Item = (&Entry, u64)> {
        self.entries.iter().filter_map(|entry| match entry.outcome {
            Outcome::Took { id, .. } => Some((entry, id)),
            _ => None,
        })
    }
}

/// How many requests came to what.
pub struct Counts {
    pub requests: usize,
    pub took: usize,
    pub replayed: usize,
    pub refused: usize,
    /// Of those.
    pub reasons: String,
    pub unanswered: usize,
    pub cut: u64,
    pub sent_again: u64,
}

impl Counts {
    /// Of the journal as it is now.
    pub fn of(journal: &Journal) -> Self {
        let count =
            |is: fn(&Outcome) -> bool| journal.entries.iter().filter(|entry| is(&entry.outcome)).count();
        Self {
            requests: journal.entries.len(),
            took: count(|outcome| matches!(outcome, Outcome::Took { .. })),
            replayed: count(|outcome| matches!(outcome, Outcome::Took { replayed: true, .. })),
            refused: count(|outcome| matches!(outcome, Outcome::Refused { .. })),
            reasons: journal.refusals(),
            unanswered: count(|outcome| matches!(outcome, Outcome::Unanswered)),
            cut: journal.cut,
            sent_again: journal.sent_again,
        }
    }
}
