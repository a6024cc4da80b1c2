//! The one writer of the trees: gives waiting events their place in the log and writes what they change.

use std::{collections::HashSet, pin::pin, time::Duration};

use chrono::TimeDelta;
use infra::{
    matcher::{self, Cursor},
    tree_events::{self, StoredEvent},
};
use tokio::sync::watch;
use wallet_rules::calendar::Instant;

use super::{
    batch::{Batch, Loaded, Planner},
    log::needs,
    store::{self, Fault},
};
use crate::{App, Error, Result};

/// Rows that a step writes, about: a transaction of some tens of milliseconds.
const STEP_ROWS: usize = 500;
/// Waiting events read at once: with two rows for each, its own and its member's, they fill a step.
const PAGE: i64 = 250;
/// Events further in the future wait; nearer ones come from a clock that is a little ahead.
pub(crate) const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// How long the seat is kept without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// The seat is renewed when less than this is left of the lease.
const RENEW_BEFORE: TimeDelta = TimeDelta::seconds(10);
/// How often it is renewed while the trees are loaded.
const RENEW_WHILE_LOADING: Duration = Duration::from_secs(5);
/// How often the matcher looks when nobody wakes it.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long it rests after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Something was written; there may be more.
    Advanced {
        /// Events that got their place in the log.
        events: usize,
        /// Pairs formed or flushed.
        pairs: usize,
    },
    /// Nothing waits that can be taken up.
    Idle,
    /// Another matcher has the seat; nothing was written.
    Standby,
}

/// The matcher of this process.
pub struct TreeMatcher {
    app: App,
    name: String,
    seated: Option<Seated>,
    fault: Option<usize>,
}

struct Seated {
    epoch: i64,
    lease_until: Instant,
    loaded: Loaded,
}

impl TreeMatcher {
    /// Takes the seat, where it is free, and loads the trees; else stands by.
    ///
    /// # Errors
    /// [`Error::Unavailable`] before a plan is stored; what the database says.
    pub async fn load(app: &App) -> Result<Self> {
        let mut matcher = Self::standing_by(app)?;
        matcher.take_seat().await?;
        Ok(matcher)
    }

    fn standing_by(app: &App) -> Result<Self> {
        let name = infra::secrets::random_token(32)?;
        Ok(Self { app: app.clone(), name, seated: None, fault: None })
    }

    /// Cuts the following steps off after so many parts, as a crash would; for tests.
    #[doc(hidden)]
    pub const fn cut_off_after(&mut self, parts: Option<usize>) {
        self.fault = parts;
    }

    /// How far the log is applied, while this matcher has the seat.
    pub fn cursor(&self) -> Option<Cursor> {
        self.seated.as_ref().map(|seated| seated.loaded.cursor)
    }

    /// Works out one step in memory and writes it in one transaction. Unless its commit is known to have
    /// succeeded, the trees are dropped and loaded anew by the next call.
    ///
    /// # Errors
    /// What the database says; nothing was written then, or it is unknown whether it was.
    pub async fn step(&mut self) -> Result<Step> {
        // taken out, so that every way out of here but the good ones drops it
        let mut seated = match self.seated.take() {
            Some(seated) => seated,
            None if self.take_seat().await? => match self.seated.take() {
                Some(seated) => seated,
                None => return Ok(Step::Standby),
            },
            None => return Ok(Step::Standby),
        };
        let now = self.app.clock.now();
        let Some(batch) = self.plan_step(&mut seated.loaded, now).await? else {
            return self.stay(seated, now).await;
        };
        let done = Step::Advanced { events: batch.placed(), pairs: batch.pairs.len() };
        let lease_until = now.plus(LEASE);
        if !self.write(batch, seated.epoch, lease_until, now).await? {
            return Ok(Step::Standby);
        }
        seated.lease_until = lease_until;
        self.seated = Some(seated);
        Ok(done)
    }

    async fn take_seat(&mut self) -> Result<bool> {
        let now = self.app.clock.now();
        let (name, until) = (self.name.clone(), now.plus(LEASE));
        let seat = self.app.db.write(move |tx| {
            let taken = matcher::take_seat(tx, &name, now, until)?;
            let seat = matcher::seat(tx)?;
            Ok::<_, Error>(taken.then_some(seat))
        });
        let Some(seat) = seat.await? else { return Ok(false) };
        let loading = self.app.db.snapshot(move |reader| {
            let now = matcher::seat(reader)?;
            if now.epoch != seat.epoch {
                return Ok(None);
            }
            store::load(reader, now.cursor()).map(Some)
        });
        let (mut loading, mut lease_until) = (pin!(loading), until);
        // many millions of places take longer than a lease
        let loaded = loop {
            tokio::select! {
                loaded = &mut loading => break loaded?,
                () = tokio::time::sleep(RENEW_WHILE_LOADING) => match self.renew(seat.epoch).await? {
                    Some(until) => lease_until = until,
                    None => return Ok(false),
                },
            }
        };
        let Some(loaded) = loaded else { return Ok(false) };
        self.seated = Some(Seated { epoch: seat.epoch, lease_until, loaded });
        Ok(true)
    }

    async fn plan_step(&self, loaded: &mut Loaded, now: Instant) -> Result<Option<Batch>> {
        let horizon = now.plus(AHEAD);
        let mut planner = Planner::new(loaded, now, horizon, STEP_ROWS);
        planner.resume()?;
        let mut after = 0;
        while !planner.is_full() {
            let (page, plans) = self.read_waiting(after, planner.boundary(), horizon).await?;
            planner.expect_plans(plans);
            let joins = self.joins_waited_for(&planner, &page).await?;
            for event in &page {
                if planner.is_full() {
                    break;
                }
                planner.offer(event, &joins)?;
                after = event.id;
            }
            if is_last_page(&page) {
                if !planner.is_full() {
                    planner.pass_time()?;
                }
                break;
            }
        }
        planner.finish()
    }

    /// Waiting events by key, and the plan versions that may have to come before some of them.
    async fn read_waiting(
        &self,
        after: i64,
        boundary: Option<Instant>,
        horizon: Instant,
    ) -> Result<(Vec<StoredEvent>, Vec<StoredEvent>)> {
        let read = self.app.db.read(move |reader| {
            let page = tree_events::waiting(reader, after, PAGE)?;
            let is_last = is_last_page(&page);
            let is_crossed = |boundary: Instant| page.iter().any(|event| event.at >= boundary);
            let plans = if is_last || boundary.is_none_or(is_crossed) {
                tree_events::waiting_plans(reader, horizon)?
            } else {
                Vec::new()
            };
            Ok::<_, Error>((page, plans))
        });
        read.await
    }

    async fn joins_waited_for(&self, planner: &Planner<'_>, page: &[StoredEvent]) -> Result<HashSet<i64>> {
        let needed: HashSet<i64> = page
            .iter()
            .filter_map(|stored| needs(&stored.event))
            .filter(|&id| planner.lacks_place(id))
            .collect();
        if needed.is_empty() {
            return Ok(HashSet::new());
        }
        let needed: Vec<i64> = needed.into_iter().collect();
        self.app.db.read(move |reader| Ok::<_, Error>(tree_events::joins_waiting(reader, &needed)?)).await
    }

    async fn write(&self, batch: Batch, epoch: i64, until: Instant, now: Instant) -> Result<bool> {
        let fault = self.fault;
        let write =
            self.app.db.write(move |tx| store::write(tx, &batch, epoch, until, now, &Fault::after(fault)));
        write.await
    }

    /// Keeps the seat while nothing happens.
    async fn stay(&mut self, mut seated: Seated, now: Instant) -> Result<Step> {
        if seated.lease_until <= now.plus(RENEW_BEFORE) {
            match self.renew(seated.epoch).await? {
                Some(until) => seated.lease_until = until,
                None => return Ok(Step::Standby),
            }
        }
        self.seated = Some(seated);
        Ok(Step::Idle)
    }

    /// Stays on the seat and says until when; none when another has taken it.
    async fn renew(&self, epoch: i64) -> Result<Option<Instant>> {
        let until = self.app.clock.now().plus(LEASE);
        let renewed = self.app.db.write(move |tx| Ok::<_, Error>(matcher::renew_seat(tx, epoch, until)?));
        Ok(renewed.await?.then_some(until))
    }

    /// Leaves the seat to another.
    ///
    /// # Errors
    /// What the database says; the lease runs out by itself then.
    pub async fn leave(&mut self) -> Result<()> {
        let Some(seated) = self.seated.take() else { return Ok(()) };
        let now = self.app.clock.now();
        let left = self.app.db.write(move |tx| Ok::<_, Error>(matcher::leave_seat(tx, seated.epoch, now)?));
        left.await
    }
}

fn is_last_page(page: &[StoredEvent]) -> bool {
    i64::try_from(page.len()).unwrap_or(i64::MAX) < PAGE
}

/// Steps until `shutdown` says so. A panic stops the matcher for good: readiness turns red, since a tree whose
/// engine contradicts itself must not be written on.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let work = tokio::spawn(step_on(app.clone(), shutdown.clone()));
    if let Err(cut_off) = work.await {
        app.trees.set_matcher_stopped();
        tracing::error!(%cut_off, "the matcher has stopped for good");
        // the rest of the process goes on; an error means that whoever could end it is gone
        drop(shutdown.wait_for(|stop| *stop).await);
    }
}

async fn step_on(app: App, mut shutdown: watch::Receiver<bool>) {
    let mut matcher = match TreeMatcher::standing_by(&app) {
        Ok(matcher) => matcher,
        Err(error) => {
            tracing::error!(%error, "the matcher can't begin");
            app.trees.set_matcher_stopped();
            return;
        }
    };
    while !*shutdown.borrow() {
        let rest = match matcher.step().await {
            Ok(Step::Advanced { .. }) => {
                app.trees.set_matcher_error(None);
                app.signals.tree_moved.notify_waiters();
                app.signals.tasks.notify_one();
                continue;
            }
            Ok(Step::Idle | Step::Standby) => {
                app.trees.set_matcher_error(None);
                LOOK_AGAIN
            }
            Err(error) => {
                tracing::warn!(%error, "a step of the matcher failed");
                app.trees.set_matcher_error(Some(error.to_string()));
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = app.signals.tree_events.notified() => {}
            () = tokio::time::sleep(rest) => {}
            _ = shutdown.changed() => {}
        }
    }
    if let Err(error) = matcher.leave().await {
        tracing::warn!(%error, "the matcher could not leave its seat; its lease runs out by itself");
    }
}
