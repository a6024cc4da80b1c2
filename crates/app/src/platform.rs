//! What every use-case stands on.

use std::{ops::Deref, sync::Arc};

use infra::{clock::Clock, db::Db};
use tokio::sync::Notify;

/// The platform of one process. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a process puts together at its start.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Who is woken by what was committed.
    pub signals: Signals,
}

/// Wakes this process's own followers of the database at once; other processes poll.
#[derive(Debug, Default)]
pub struct Signals {
    /// The task runner: an outbox row may be due.
    pub tasks: Notify,
    /// The matcher: a tree event may wait.
    pub tree_events: Notify,
    /// The tree's readers: the matcher has moved on.
    pub tree_moved: Notify,
}

impl Signals {
    /// To be called after every commit that announced tasks or tree events.
    pub fn committed(&self) {
        self.tasks.notify_one();
        self.tree_events.notify_one();
    }
}

impl App {
    /// A platform of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
