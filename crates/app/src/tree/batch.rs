//! One step of the matcher, worked out in memory: which events get a place in the log, and every row that
//! follows from them.

use std::collections::{HashMap, HashSet};

use infra::{
    matcher::Cursor,
    nodes::{Node, NodeChange},
    pairs::Pair,
    tree_events::{Sequencing, StoredEvent, TreeEvent},
};
use wallet_rules::{
    calendar::{Instant, Month},
    earning::PairStatus,
    plan::PlanBook,
};

use super::log::{FormedPair, LogState, member_of, needs};
use crate::{Error, Result};

/// Why a `month` event that somebody else appended changes nothing: the matcher begins months itself.
pub const MONTH_REFUSED: &str = "the_matcher_begins_months";

/// A month that the matcher itself began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BegunMonth {
    /// `Month::index`.
    pub month: u32,
    /// Its place in the log.
    pub seq: i64,
    /// Its instant as the log tells it.
    pub at: Instant,
}

/// Everything that a step writes.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Where the step began.
    pub from: Cursor,
    /// Where it ends.
    pub to: Cursor,
    /// Months that begin.
    pub months: Vec<BegunMonth>,
    /// Events that waited and get their place.
    pub events: Vec<Sequencing>,
    /// New places, parents first.
    pub joined: Vec<Node>,
    /// Changed places, by member.
    pub changed: Vec<NodeChange>,
    /// Pairs in the order in which they form.
    pub pairs: Vec<Pair>,
}

impl Batch {
    /// How many places in the log it gives.
    pub fn placed(&self) -> usize {
        self.months.len() + self.events.len()
    }
}

/// What the matcher holds in memory beside the log's state.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the log says so far.
    pub state: LogState,
    /// How far that is.
    pub cursor: Cursor,
    /// Every plan version.
    pub book: PlanBook,
    /// The key of the last pair.
    pub last_pair: i64,
}

#[derive(Clone, Copy, Default)]
struct Touched {
    joined_seq: Option<i64>,
    qualified_seq: Option<i64>,
}

/// Works out one step. Whoever stops half-way must drop the [`Loaded`] it works on.
pub struct Planner<'a> {
    loaded: &'a mut Loaded,
    now: Instant,
    /// Events of later instants wait.
    horizon: Instant,
    most_rows: usize,
    batch: Batch,
    touched: HashMap<i64, Touched>,
    plans: Vec<StoredEvent>,
    held: HashSet<i64>,
}

impl<'a> Planner<'a> {
    /// A step from where the matcher stands, of about `most_rows` rows.
    pub fn new(loaded: &'a mut Loaded, now: Instant, horizon: Instant, most_rows: usize) -> Self {
        let batch = Batch { from: loaded.cursor, to: loaded.cursor, ..Batch::default() };
        let (touched, held) = (HashMap::new(), HashSet::new());
        Self { loaded, now, horizon, most_rows, batch, touched, plans: Vec::new(), held }
    }

    /// True when the step should be written now: it is large enough, or a month's beginning goes on in the next.
    pub fn is_full(&self) -> bool {
        self.loaded.state.next_owner.is_some() || self.rows() >= self.most_rows
    }

    /// True when the member can't be found in any tree.
    pub fn lacks_place(&self, member: i64) -> bool {
        !self.loaded.state.has_place(member)
    }

    /// Goes on with a month's beginning that the last step left.
    ///
    /// # Errors
    /// As [`LogState::drain`].
    pub fn resume(&mut self) -> Result<()> {
        if self.loaded.state.next_owner.is_some() { self.drain() } else { Ok(()) }
    }

    /// Plan versions that wait, by instant; they are taken up before the month they decide.
    pub fn expect_plans(&mut self, plans: Vec<StoredEvent>) {
        for plan in plans {
            if !self.is_planned(&plan) && !self.plans.iter().any(|other| other.id == plan.id) {
                self.plans.push(plan);
            }
        }
        self.plans.sort_unstable_by_key(|plan| (plan.at, plan.id));
    }

    /// The next month's beginning, before which plan versions are taken up; none before the first month.
    pub fn boundary(&self) -> Option<Instant> {
        self.loaded.state.month.map(|month| month.next().first_instant())
    }

    fn is_planned(&self, event: &StoredEvent) -> bool {
        self.batch.events.iter().any(|done| done.id == event.id)
    }

    /// Takes up an event, unless it has to wait: for its instant, for the joining it builds on (`joins` names
    /// the members whose joining waits), or for an earlier event of the same member. When a month's beginning
    /// before it fills the step, it waits for the next.
    ///
    /// # Errors
    /// As [`LogState::drain`]; [`Error::Internal`] for a plan version that isn't there.
    pub fn offer(&mut self, stored: &StoredEvent, joins: &HashSet<i64>) -> Result<()> {
        if matches!(stored.event, TreeEvent::Plan { .. }) {
            // these don't come in the order of their keys: see `expect_plans`
            return Ok(());
        }
        let member = member_of(&stored.event);
        let is_join = matches!(stored.event, TreeEvent::Join { .. });
        let builds_on = needs(&stored.event).filter(|&needed| self.lacks_place(needed));
        let waits = stored.at > self.horizon
            // everything of a member's comes after the joining, so this alone may overtake
            || (!is_join && member.is_some_and(|member| self.held.contains(&member)))
            || builds_on.is_some_and(|needed| joins.contains(&needed));
        if waits {
            self.held.extend(member);
            return Ok(());
        }
        self.begin_months_before(stored.at)?;
        if self.loaded.state.next_owner.is_some() {
            return Ok(());
        }
        self.apply(stored)
    }

    /// Lets the clock begin a month, and plan versions that are due take effect; call it when no more events wait.
    ///
    /// # Errors
    /// As [`Planner::offer`].
    pub fn pass_time(&mut self) -> Result<()> {
        if self.loaded.state.month.is_some() {
            self.begin_months_before(self.now)?;
        }
        if self.loaded.state.next_owner.is_none() {
            self.take_up_plans(self.now)?;
        }
        Ok(())
    }

    /// What the step writes; none when nothing happens.
    ///
    /// # Errors
    /// [`Error::Internal`] when a place that the step touched is gone.
    pub fn finish(mut self) -> Result<Option<Batch>> {
        let LogState { next_owner, .. } = &self.loaded.state;
        self.batch.to.part = next_owner.map_or(0, |owner| i64::from(owner).saturating_add(1));
        if self.batch.to == self.batch.from && self.rows() == 0 {
            return Ok(None);
        }
        let mut touched: Vec<(i64, Touched)> = self.touched.drain().collect();
        touched.sort_unstable_by_key(|&(member, touched)| (touched.joined_seq, member));
        for (member, touched) in touched {
            let node = self.node(member, touched)?;
            if touched.joined_seq.is_some() {
                self.batch.joined.push(node);
            } else {
                self.batch.changed.push(change_of(&node));
            }
        }
        self.loaded.cursor = self.batch.to;
        Ok(Some(self.batch))
    }

    fn rows(&self) -> usize {
        self.batch.placed() + self.batch.pairs.len() + self.touched.len()
    }

    fn next_seq(&mut self) -> i64 {
        self.batch.to.seq += 1;
        self.batch.to.seq
    }

    fn begin_months_before(&mut self, at: Instant) -> Result<()> {
        while self.loaded.state.next_owner.is_none() {
            let Some(month) = self.loaded.state.month_due(at, false) else { return Ok(()) };
            self.take_up_plans(month.first_instant())?;
            self.begin_month(month)?;
        }
        Ok(())
    }

    fn begin_month(&mut self, month: Month) -> Result<()> {
        let at = self.loaded.state.begin_month(month);
        let seq = self.next_seq();
        self.batch.months.push(BegunMonth { month: month.index(), seq, at });
        self.drain()
    }

    fn drain(&mut self) -> Result<()> {
        let room = self.most_rows.saturating_sub(self.rows()).max(1);
        let slice = self.loaded.state.drain(room)?;
        self.add_pairs(slice.pairs)
    }

    fn take_up_plans(&mut self, until: Instant) -> Result<()> {
        let due = self.plans.iter().take_while(|plan| plan.at <= until).count();
        let plans: Vec<StoredEvent> = self.plans.drain(..due).collect();
        plans.iter().try_for_each(|plan| self.apply(plan))
    }

    fn apply(&mut self, stored: &StoredEvent) -> Result<()> {
        let at = self.loaded.state.advance(stored.at);
        let seq = self.next_seq();
        let state = &mut self.loaded.state;
        let refused = match stored.event {
            TreeEvent::Join { member, sponsor, side } => {
                let outcome = state.join(member, sponsor, side);
                if outcome.is_ok() {
                    self.touched.entry(member).or_default().joined_seq = Some(seq);
                }
                outcome.err().map(|refusal| refusal.as_str())
            }
            TreeEvent::Qualify { member } => {
                let again = state.engine.tree().is_qualified(member);
                match state.qualify(member)? {
                    Ok(pairs) => {
                        if !again {
                            self.touched.entry(member).or_default().qualified_seq = Some(seq);
                        }
                        self.add_pairs(pairs)?;
                        None
                    }
                    Err(refusal) => Some(refusal.as_str()),
                }
            }
            TreeEvent::ActiveBuyer { member, active } => match state.set_active_buyer(member, active) {
                Ok(()) => {
                    self.touched.entry(member).or_default();
                    None
                }
                Err(refusal) => Some(refusal.as_str()),
            },
            TreeEvent::Plan { version } => {
                state.plan = plan_version(&self.loaded.book, version)?;
                None
            }
            // the months up to its instant have begun by now, and later ones have not
            TreeEvent::Month { .. } => Some(MONTH_REFUSED),
        };
        self.batch.events.push(Sequencing { id: stored.id, seq, effective_at: at, refused });
        Ok(())
    }

    fn add_pairs(&mut self, pairs: Vec<FormedPair>) -> Result<()> {
        for formed in pairs {
            self.touched.entry(formed.owner).or_default();
            self.loaded.last_pair += 1;
            let pair = pair_row(&formed, self.loaded.last_pair, self.batch.to.seq, self.now)?;
            self.batch.pairs.push(pair);
        }
        Ok(())
    }

    fn node(&self, member: i64, touched: Touched) -> Result<Node> {
        let state = &self.loaded.state;
        let gone = || Error::internal(format!("member {member} has lost its place"));
        let place = state.engine.tree().place(member).ok_or_else(gone)?;
        let tally = state.engine.tally(member).ok_or_else(gone)?;
        Ok(Node {
            user_id: member,
            parent_id: place.parent,
            side: place.side,
            level: place.level,
            position: place.position,
            joined_seq: touched.joined_seq.unwrap_or_default(),
            qualified_seq: touched.qualified_seq,
            active_buyer: state.active_buyers.contains(&member),
            formed: tally.formed,
            flushed: tally.flushed,
            month: tally.month,
            formed_in_month: tally.formed_in_month,
            created_at: self.now,
            updated_at: self.now,
        })
    }
}

/// The plan version that the log names.
///
/// # Errors
/// [`Error::Internal`] when there is none of this number.
pub fn plan_version(
    book: &PlanBook,
    version: i32,
) -> Result<std::sync::Arc<wallet_rules::plan::PlanVersion>> {
    let number = u32::try_from(version).map_err(Error::internal)?;
    let found = book.version(number).ok_or_else(|| Error::internal(format!("no plan version {number}")))?;
    Ok(std::sync::Arc::new(found.clone()))
}

fn change_of(node: &Node) -> NodeChange {
    NodeChange {
        user_id: node.user_id,
        qualified_seq: node.qualified_seq,
        active_buyer: node.active_buyer,
        formed: node.formed,
        flushed: node.flushed,
        month: node.month,
        formed_in_month: node.formed_in_month,
        updated_at: node.updated_at,
    }
}

/// The row of a pair that the event at `seq` formed.
///
/// # Errors
/// [`Error::Internal`] for a plan version that no column holds.
pub fn pair_row(formed: &FormedPair, id: i64, seq: i64, now: Instant) -> Result<Pair> {
    let month = formed.at.month();
    let status = if formed.number.is_some() { PairStatus::Matched } else { PairStatus::Flushed };
    Ok(Pair {
        id,
        user_id: formed.owner,
        left_user_id: formed.left,
        right_user_id: formed.right,
        pair_number: formed.number,
        status,
        pair_amount: formed.amount,
        earning_amount: formed.split.gross,
        emi_deducted: formed.split.emi,
        reserve_deducted: formed.split.reserve,
        net_amount: formed.split.net,
        active_buyer: formed.active_buyer,
        plan_version: i32::try_from(formed.plan_version).map_err(Error::internal)?,
        seq,
        pair_month: month.month(),
        pair_year: month.year(),
        matched_at: formed.at,
        created_at: now,
        processed_at: None,
    })
}
