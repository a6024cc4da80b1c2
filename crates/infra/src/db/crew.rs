//! Threads that work with a connection each, and the queue before them. Under load a thread goes from one piece of work to
//! the next without being woken.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use super::{
    Address, Load, PoolSizes,
    connection::Purpose,
    pool::Pool,
    turn::{Callers, Reply, Turn},
};
use crate::{Error, Result};

/// The threads; they end when this value is dropped and the queue is empty.
pub(super) struct Crew {
    queue: Arc<Queue>,
    callers: Callers,
    pool: Pool,
}

type Job = Box<dyn FnOnce(&Pool) + Send>;

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that wait and that nobody has woken yet.
    idle: usize,
    closed: bool,
}

impl Crew {
    /// Starts so many threads of this name, with as many connections.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the machine has no more threads.
    pub(super) fn start(
        name: &str,
        address: &Address,
        purpose: Purpose,
        threads: u32,
        sizes: PoolSizes,
    ) -> Result<Self> {
        let queue = Arc::<Queue>::default();
        let pool = Pool::open(address, purpose, threads, sizes);
        let this = Self {
            callers: Callers::of(usize::try_from(threads).map_err(Error::corrupt)?, sizes.wait),
            queue: Arc::clone(&queue),
            pool: pool.clone(),
        };
        for _ in 0..threads {
            let (queue, pool) = (Arc::clone(&queue), pool.clone());
            let serve = move || {
                while let Some(job) = queue.next() {
                    job(&pool);
                }
            };
            std::thread::Builder::new().name(name.to_owned()).spawn(serve).map_err(Error::unavailable)?;
        }
        Ok(this)
    }

    /// How busy the threads are.
    pub(super) fn load(&self) -> Load {
        Load { callers: self.callers.now(), connections: self.pool.open_connections() }
    }

    /// Runs `work` on one of the threads.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Unavailable`] when too many wait, or the wait grows too long.
    pub(super) async fn run<T, E>(
        &self,
        work: impl FnOnce(&Pool) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let queue = |turn: Turn, reply: Reply<T, E>| {
            self.queue.push(Box::new(move |pool| {
                if turn.begin() {
                    let outcome = catch_unwind(AssertUnwindSafe(|| work(pool)))
                        .unwrap_or_else(|_| Err(Error::cut_off().into()));
                    // a caller that has gone away doesn't want to know
                    drop(reply.send(outcome));
                }
            }));
            Ok(())
        };
        self.callers.wait_for(queue).await
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.queue.state().closed = true;
        self.queue.news.notify_all();
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) {
        let mut state = self.state();
        state.jobs.push_back(job);
        let wakes = state.idle > 0;
        if wakes {
            state.idle -= 1;
        }
        drop(state);
        if wakes {
            self.news.notify_one();
        }
    }

    /// The next piece of work; none when there will be no more.
    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
