//! A task as rusty-celery runs it.

use std::{future::Future, marker::PhantomData, panic::AssertUnwindSafe, time::Duration};

use celery::{
    error::TaskError,
    task::{Request, Task, TaskOptions, TaskResult},
};
use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::{Map, Value};

use super::{
    Letter, Received,
    consumer::{Shared, shared},
    delivery::{Arguments, Known, eta, subject},
    row_of,
};

/// How long to wait while a part is away that a message can't be stored without.
const WAIT: Duration = Duration::from_secs(1);

/// A kind of task as rusty-celery registers it: by its type.
pub trait Kind: Send + Sync + 'static {
    /// The task's name.
    const NAME: &'static str;
    /// The name of its one argument, the key of the row that it is about.
    const ARGUMENT: &'static str;
}

/// What became of a task that was sent from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This outbox row announces it now.
    Row(i64),
    /// It can't be run, and was kept as a letter.
    Buried,
}

/// Why something could not be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A part is away; trying again helps.
    Away(String),
    /// Trying again does not help.
    Refused(String),
}

/// What is done with what arrives.
pub trait Work: Send + Sync + 'static {
    /// Announces a task from elsewhere in the database, or keeps it as a letter.
    fn take_in<'a>(&'a self, task: &'a Received) -> BoxFuture<'a, Result<Taken, Trouble>>;

    /// Runs the task that this row announces, if it is due; says how it failed.
    fn run(&self, row: i64) -> BoxFuture<'_, Result<(), String>>;

    /// Keeps a message that can't be run.
    fn bury(&self, letter: Letter) -> BoxFuture<'_, Result<(), Trouble>>;
}

/// How rusty-celery's parameters of this kind are read.
pub(super) fn known<K: Kind>() -> Known {
    let arguments: Arguments = |message| Ok(message.body::<Consumed<K>>()?.parts().0);
    Known { argument: K::ARGUMENT, arguments }
}

/// A task of one kind in rusty-celery's hands.
pub(super) struct Consumed<K: Kind> {
    request: Request<Self>,
    options: TaskOptions,
    kind: PhantomData<K>,
}

#[async_trait::async_trait]
impl<K: Kind> Task for Consumed<K> {
    const NAME: &'static str = K::NAME;
    const ARGS: &'static [&'static str] = &[K::ARGUMENT];
    // a message is forgotten once it has been run; when to try again is in the outbox row
    const DEFAULTS: TaskOptions = TaskOptions {
        acks_late: Some(true),
        max_retries: Some(0),
        time_limit: None,
        hard_time_limit: None,
        min_retry_delay: None,
        max_retry_delay: None,
        retry_for_unexpected: None,
        content_type: None,
    };

    type Params = Map<String, Value>;
    type Returns = ();

    fn from_request(request: Request<Self>, options: TaskOptions) -> Self {
        Self { request, options, kind: PhantomData }
    }

    fn request(&self) -> &Request<Self> {
        &self.request
    }

    fn options(&self) -> &TaskOptions {
        &self.options
    }

    async fn run(&self, params: Self::Params) -> TaskResult<()> {
        let failed = TaskError::ExpectedError;
        let Some(shared) = shared(&self.request.app.name) else {
            return Err(failed("its worker has ended".to_owned()));
        };
        let id = &self.request.id;
        shared.events.started(id);
        let begun = std::time::Instant::now();
        let ran = run(&shared, self.received(&params)).await;
        match &ran {
            Ok(()) => shared.events.succeeded(id, begun.elapsed()),
            Err(error) => shared.events.failed(id, error),
        }
        ran.map_err(failed)
    }
}

impl<K: Kind> Consumed<K> {
    fn received(&self, params: &Map<String, Value>) -> Option<Received> {
        Some(Received {
            kind: K::NAME.to_owned(),
            task_id: self.request.id.clone(),
            subject: subject(params, K::ARGUMENT)?,
            eta: eta(self.request.reply_to.as_ref()),
        })
    }
}

/// A panic in here would leave the message in this worker's hands for ever.
async fn run(shared: &Shared, task: Option<Received>) -> Result<(), String> {
    let task = task.ok_or("it has no subject")?;
    let row = match row_of(&task.task_id) {
        Some(row) => row,
        None => match take_in(shared, &task).await {
            Taken::Row(row) => row,
            Taken::Buried => return Err("it can't be run; it is in the list of dead letters".to_owned()),
        },
    };
    let work = AssertUnwindSafe(shared.work.run(row)).catch_unwind();
    match tokio::time::timeout(shared.time_limit, work).await {
        Ok(Ok(ran)) => ran,
        Ok(Err(_)) => Err("it panicked".to_owned()),
        Err(_) => Err(format!("it took longer than {:?}", shared.time_limit)),
    }
}

/// A message from elsewhere is the only place where its task stands, until it is stored.
async fn take_in(shared: &Shared, task: &Received) -> Taken {
    let reason = match until_it_answers(|| shared.work.take_in(task)).await {
        Ok(taken) => return taken,
        Err(refused) => refused,
    };
    bury(shared, task.letter(reason)).await;
    Taken::Buried
}

/// Keeps a letter; the log is the last place for one that the database does not take.
pub(super) async fn bury(shared: &Shared, letter: Letter) {
    tracing::warn!(task = letter.task, id = letter.task_id, reason = letter.reason, "a message can't be run");
    if let Err(refused) = until_it_answers(|| shared.work.bury(letter.clone())).await {
        tracing::error!(?letter, refused, "a dead letter can't be kept");
    }
}

/// Does it again while a part is away; gives why it was refused for good.
async fn until_it_answers<T, F>(work: impl Fn() -> F) -> Result<T, String>
where
    F: Future<Output = Result<T, Trouble>>,
{
    loop {
        match AssertUnwindSafe(work()).catch_unwind().await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(Trouble::Refused(why))) => return Err(why),
            Ok(Err(Trouble::Away(why))) => {
                tracing::warn!(why, "a message waits to be stored");
                tokio::time::sleep(WAIT).await;
            }
            Err(_) => return Err("storing it panicked".to_owned()),
        }
    }
}
