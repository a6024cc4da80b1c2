//! Messages that never leave the process.

use std::sync::{Arc, Mutex, PoisonError};

use super::Message;

/// Holds what was sent until it is taken out, for a demonstration that reads its own codes. Clones share it.
#[derive(Clone, Default)]
pub struct Postbox(Arc<Mutex<Vec<Message>>>);

impl Postbox {
    pub(super) fn put(&self, message: &Message) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
    }

    /// Everything that was sent since the last call, in order.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
