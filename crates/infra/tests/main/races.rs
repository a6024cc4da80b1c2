//! Many at once.

use std::{future::Future, sync::Arc};

use infra::{
    Error, Result,
    db::{Db, Tx},
};
use tokio::{sync::Barrier, task::JoinSet};

/// Runs `count` tasks that all begin together, and gives what each of them came to.
pub async fn at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let (start, task) = (Arc::clone(&start), task(number));
        tasks.spawn(async move {
            start.wait().await;
            task.await
        });
    }
    tasks.join_all().await
}

/// `db.write`, sent again while a slow machine says that too many wait; that is no part of a race.
pub async fn write<T: Send + 'static>(
    db: Db,
    work: impl Fn(&mut Tx) -> Result<T> + Clone + Send + 'static,
) -> Result<T> {
    loop {
        match db.write(work.clone()).await {
            Err(Error::Unavailable { outcome_unknown: false, .. }) => {}
            outcome => return outcome,
        }
    }
}
