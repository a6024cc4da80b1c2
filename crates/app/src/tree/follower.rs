//! The trees in the memory of a process that shows them: read-only, and at most 200 ms behind the log.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use binary_tree::{PlacedNode, Placement, Tree};
use infra::{
    matcher,
    tree_events::{self, StoredEvent, TreeEvent},
};
use tokio::sync::watch;

use super::store::saved_nodes;
use crate::{App, Error, Result};

/// Events read at once.
const PAGE: i64 = 2_000;
/// Events applied while those who look wait: a fraction of a millisecond.
const APPLIED_AT_ONCE: usize = 100;
/// How often the follower looks when nobody wakes it.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// What this process knows of the trees. Cheap to clone.
#[derive(Clone, Default)]
pub struct TreeReader(Arc<Shared>);

#[derive(Default)]
struct Shared {
    followed: RwLock<Option<Followed>>,
    matcher_stopped: AtomicBool,
    matcher_error: Mutex<Option<String>>,
}

struct Followed {
    tree: Tree<i64>,
    seq: i64,
}

impl TreeReader {
    /// Looks at the trees.
    ///
    /// # Errors
    /// [`Error::Unavailable`] until they are loaded.
    pub fn with<T>(&self, look: impl FnOnce(&Tree<i64>) -> T) -> Result<T> {
        let followed = self.0.followed.read().unwrap_or_else(PoisonError::into_inner);
        match followed.as_ref() {
            Some(followed) => Ok(look(&followed.tree)),
            None => Err(Error::Unavailable(infra::Error::unavailable("the tree is loading"))),
        }
    }

    /// How far the log is followed; none until the trees are loaded.
    pub fn seq(&self) -> Option<i64> {
        let followed = self.0.followed.read().unwrap_or_else(PoisonError::into_inner);
        followed.as_ref().map(|followed| followed.seq)
    }

    /// True when this process's matcher has panicked.
    pub fn is_matcher_stopped(&self) -> bool {
        self.0.matcher_stopped.load(Ordering::Relaxed)
    }

    /// What the last step of this process's matcher failed with, if it did.
    pub fn matcher_error(&self) -> Option<String> {
        self.0.matcher_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_matcher_stopped(&self) {
        self.0.matcher_stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn set_matcher_error(&self, error: Option<String>) {
        *self.0.matcher_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn set(&self, followed: Option<Followed>) {
        *self.0.followed.write().unwrap_or_else(PoisonError::into_inner) = followed;
    }

    /// Applies events that follow the last one, some at a time, so that nobody who looks waits long; what does not
    /// fit makes the trees be loaded anew.
    fn apply(&self, events: &[StoredEvent]) -> Result<()> {
        for some in events.chunks(APPLIED_AT_ONCE) {
            let mut guard = self.0.followed.write().unwrap_or_else(PoisonError::into_inner);
            let Some(followed) = guard.as_mut() else { return Ok(()) };
            for stored in some {
                if let Err(refusal) = followed.apply(stored) {
                    *guard = None;
                    return Err(Error::internal(format!("tree event {}: {refusal}", stored.id)));
                }
            }
        }
        Ok(())
    }
}

impl Followed {
    fn apply(&mut self, stored: &StoredEvent) -> std::result::Result<(), binary_tree::Refusal> {
        let Some(seq) = stored.seq.filter(|&seq| seq > self.seq) else { return Ok(()) };
        if stored.refused.is_none() {
            match stored.event {
                TreeEvent::Join { member, sponsor, side } => {
                    self.tree.join(member, sponsor, Placement::LevelOrder { side })?;
                }
                TreeEvent::Qualify { member } => {
                    self.tree.qualify(member)?;
                }
                TreeEvent::ActiveBuyer { .. } | TreeEvent::Plan { .. } | TreeEvent::Month { .. } => {}
            }
        }
        self.seq = seq;
        Ok(())
    }
}

/// Loads the trees, or follows the log to where the matcher has committed it; true when something was new.
///
/// # Errors
/// What the database says.
pub async fn refresh(app: &App) -> Result<bool> {
    let Some(mut seq) = app.trees.seq() else {
        let loaded = app.db.snapshot(|reader| {
            let cursor = matcher::seat(reader)?.cursor();
            let nodes = saved_nodes(reader, |_| {})?;
            let placed = nodes.into_iter().map(|node| PlacedNode {
                member: node.member,
                parent: node.parent,
                side: node.side,
                qualification: node.qualification,
            });
            let tree = Tree::restore(placed).map_err(Error::internal)?;
            Ok::<_, Error>(Followed { tree, seq: cursor.seq })
        });
        app.trees.set(Some(loaded.await?));
        return Ok(true);
    };
    let mut news = false;
    loop {
        let events = app.db.read(move |reader| {
            let cursor = matcher::seat(reader)?.cursor();
            if cursor.seq == seq {
                return Ok(Vec::new());
            }
            Ok::<_, Error>(tree_events::sequenced(reader, seq, cursor.seq, PAGE)?)
        });
        let events = events.await?;
        let Some(last) = events.last().and_then(|event| event.seq) else { return Ok(news) };
        app.trees.apply(&events)?;
        seq = last;
        news = true;
    }
}

/// Follows the log until `shutdown` says so.
pub async fn follow(app: App, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        // asked for before looking, so that a move in between is not missed
        let moved = app.signals.tree_moved.notified();
        if let Err(error) = refresh(&app).await {
            tracing::warn!(%error, "the tree's log could not be followed");
        }
        tokio::select! {
            () = moved => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = shutdown.changed() => {}
        }
    }
}
