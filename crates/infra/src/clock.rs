//! The one place that reads the time.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use wallet_rules::calendar::Instant;

/// The machine's clock, or one that stands where a test or a demonstration puts it.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that is moved by hand.
    Manual(Arc<Mutex<Instant>>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Instant) -> Self {
        Self::Manual(Arc::new(Mutex::new(start)))
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => Instant::from_utc(chrono::Utc::now().naive_utc()),
            Self::Manual(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a manual clock forward; the machine's clock can't be moved and stays.
    pub fn advance(&self, span: TimeDelta) {
        if let Self::Manual(instant) = self {
            let mut instant = instant.lock().unwrap_or_else(PoisonError::into_inner);
            *instant = instant.plus(span);
        }
    }

    /// Puts a manual clock to `then`; the machine's clock stays.
    pub fn set(&self, then: Instant) {
        if let Self::Manual(instant) = self {
            *instant.lock().unwrap_or_else(PoisonError::into_inner) = then;
        }
    }
}
