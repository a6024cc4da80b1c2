//! The log's rules without the log: what each event changes, and which months begin before it. The matcher,
//! the simulation and the replay of `verify` all run this, so they can't come to different pairs.

use std::{collections::HashSet, sync::Arc};

use binary_tree::{
    BeyondCap, Cap, Match, Matcher, Place, Placement, Qualification, Refusal, SavedNode, Side,
};
use infra::tree_events::TreeEvent;
use money::Paise;
use wallet_rules::{
    calendar::{Instant, Month},
    earning::{PairSplit, split_pair},
    plan::{self, PlanVersion},
};

use crate::{Error, Result};

/// A pair as an event forms or flushes it, with its whole split (rules 12 to 15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormedPair {
    /// Whose pair it is.
    pub owner: i64,
    /// Its number over the owner's lifetime, from 1; none when flushed.
    pub number: Option<u64>,
    /// The member of the left leg.
    pub left: i64,
    /// The member of the right leg.
    pub right: i64,
    /// The instant of its event.
    pub at: Instant,
    /// The owner was an Active Buyer then.
    pub active_buyer: bool,
    /// The plan version that decided it.
    pub plan_version: u32,
    /// Its volume.
    pub amount: Paise,
    /// Its earning and the parts of it.
    pub split: PairSplit,
}

/// One slice of a month's beginning.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The pairs, in the order in which they form.
    pub pairs: Vec<FormedPair>,
    /// True when nothing is left of it.
    pub done: bool,
}

/// What the log says up to some place in it.
#[derive(Clone, Debug)]
pub struct LogState {
    /// All trees.
    pub engine: Matcher<i64>,
    /// Who is an Active Buyer.
    pub active_buyers: HashSet<i64>,
    /// The month that began last; none before the first.
    pub month: Option<Month>,
    /// The last event's instant; none before the first.
    pub last: Option<Instant>,
    /// While a month's beginning is under way: the joining number of the owner who is next.
    pub next_owner: Option<u32>,
    /// The plan in force.
    pub plan: Arc<PlanVersion>,
}

impl LogState {
    /// Nothing has happened yet.
    pub fn new(plan: Arc<PlanVersion>) -> Self {
        Self {
            engine: Matcher::new(),
            active_buyers: HashSet::new(),
            month: None,
            last: None,
            next_owner: None,
            plan,
        }
    }

    /// The instant raised to the last event's (rule 14).
    pub fn raised(&self, at: Instant) -> Instant {
        self.last.map_or(at, |last| at.max(last))
    }

    /// The next month that must begin before an event of this instant. A plan version that takes effect at
    /// the very boundary comes before the month it decides; everything else comes after.
    pub fn month_due(&self, at: Instant, is_plan: bool) -> Option<Month> {
        let at = self.raised(at);
        let of_event = at.month();
        match self.month {
            None if is_plan => None,
            None => Some(of_event),
            Some(begun) if is_plan && at == of_event.first_instant() => {
                (begun < of_event.previous()).then(|| begun.next())
            }
            Some(begun) => (begun < of_event).then(|| begun.next()),
        }
    }

    /// Begins a month and gives its instant; [`LogState::drain`] until it is done comes next.
    pub fn begin_month(&mut self, month: Month) -> Instant {
        let at = self.raised(month.first_instant());
        self.engine.start_month(month.index());
        self.month = Some(month);
        self.last = Some(at);
        self.next_owner = Some(0);
        at
    }

    /// Forms what waits for the month that has begun, owners in joining order, at most so many pairs.
    ///
    /// # Errors
    /// [`Error::Internal`] when a split can't be worked out.
    pub fn drain(&mut self, at_most: usize) -> Result<Slice> {
        let Some(from) = self.next_owner else { return Ok(Slice { pairs: Vec::new(), done: true }) };
        let drained = self.engine.drain_month(self.cap(), from, at_most);
        self.next_owner = drained.next;
        Ok(Slice { pairs: self.formed(drained.matches)?, done: drained.next.is_none() })
    }

    /// Moves to an event's instant and gives it as the log tells it.
    pub fn advance(&mut self, at: Instant) -> Instant {
        let at = self.raised(at);
        self.last = Some(at);
        at
    }

    /// Places a member.
    ///
    /// # Errors
    /// The engine's refusal; nothing has changed then.
    pub fn join(
        &mut self,
        member: i64,
        sponsor: Option<i64>,
        side: Option<Side>,
    ) -> std::result::Result<Place<i64>, Refusal> {
        self.engine.join(member, sponsor, Placement::LevelOrder { side })
    }

    /// Counts a member for everybody above and gives the pairs that this forms at the last instant.
    ///
    /// # Errors
    /// [`Error::Internal`] when a split can't be worked out. The engine's refusal is an inner result.
    pub fn qualify(&mut self, member: i64) -> Result<std::result::Result<Vec<FormedPair>, Refusal>> {
        match self.engine.qualify(member, self.cap()) {
            Ok(matches) => Ok(Ok(self.formed(matches)?)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Notes that a member is an Active Buyer from here on, or is none.
    ///
    /// # Errors
    /// [`Refusal::UnknownMember`] for one without a place.
    pub fn set_active_buyer(&mut self, member: i64, active: bool) -> std::result::Result<(), Refusal> {
        if self.engine.tree().place(member).is_none() {
            return Err(Refusal::UnknownMember);
        }
        if active {
            self.active_buyers.insert(member);
        } else {
            self.active_buyers.remove(&member);
        }
        Ok(())
    }

    /// True when the member has a place.
    pub fn has_place(&self, member: i64) -> bool {
        self.engine.tree().place(member).is_some()
    }

    /// The plan's monthly cap as the engine knows it.
    fn cap(&self) -> Cap {
        let plan = &self.plan.plan;
        let beyond = match plan.pairs_beyond_cap {
            plan::BeyondCap::CarryForward => BeyondCap::CarryForward,
            plan::BeyondCap::Flush => BeyondCap::Flush,
        };
        Cap { pairs_per_month: plan.max_binary_pairs_per_month, beyond }
    }

    fn formed(&self, matches: Vec<Match<i64>>) -> Result<Vec<FormedPair>> {
        matches.into_iter().map(|matched| self.formed_pair(matched)).collect()
    }

    fn formed_pair(&self, matched: Match<i64>) -> Result<FormedPair> {
        let Match { owner, number, left, right } = matched;
        let at = self.last.ok_or_else(|| Error::internal("a pair formed before any instant"))?;
        let active_buyer = self.active_buyers.contains(&owner);
        let plan = &self.plan.plan;
        let split = match number {
            Some(number) => split_pair(plan, number, active_buyer)?,
            None => PairSplit::FLUSHED,
        };
        let (plan_version, amount) = (self.plan.version, plan.binary_pair_amount);
        Ok(FormedPair { owner, number, left, right, at, active_buyer, plan_version, amount, split })
    }
}

/// Whose place an event needs before it can be applied.
pub fn needs(event: &TreeEvent) -> Option<i64> {
    match *event {
        TreeEvent::Join { member, sponsor, .. } => sponsor.filter(|&sponsor| sponsor != member),
        TreeEvent::Qualify { member } | TreeEvent::ActiveBuyer { member, .. } => Some(member),
        TreeEvent::Plan { .. } | TreeEvent::Month { .. } => None,
    }
}

/// The member whose events keep their order, where one of them has to wait.
pub fn member_of(event: &TreeEvent) -> Option<i64> {
    match *event {
        TreeEvent::Join { member, .. }
        | TreeEvent::Qualify { member }
        | TreeEvent::ActiveBuyer { member, .. } => Some(member),
        TreeEvent::Plan { .. } | TreeEvent::Month { .. } => None,
    }
}

/// A saved node of the engine.
pub fn saved(node: &infra::nodes::Saved) -> Result<SavedNode<i64>> {
    let order = node.qualified_seq.map(u64::try_from).transpose().map_err(Error::internal)?;
    Ok(SavedNode {
        member: node.user_id,
        parent: node.parent_id,
        side: node.side,
        qualification: order.map_or(Qualification::None, |order| Qualification::Counts { order }),
        tally: binary_tree::Tally {
            formed: node.formed,
            flushed: node.flushed,
            month: node.month,
            formed_in_month: node.formed_in_month,
        },
    })
}
