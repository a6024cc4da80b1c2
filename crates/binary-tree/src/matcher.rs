//! A tree whose qualified members are matched into pairs.

mod finding;
mod qualifying;
mod restore;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::hash::Hash;
use std::mem;
use std::str::FromStr;

pub use qualifying::Answers;
pub use restore::SavedNode;

use crate::index::at;
use crate::paths::Touched;
use crate::ranking::Ranking;
use crate::{Place, Placement, Refusal, Side, Tree, UnknownName};
use finding::Cursors;

/// What happens to a match beyond the monthly cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum BeyondCap {
    /// It waits and forms at the start of a later month.
    CarryForward,
    /// Both members are used up at once, without a pair number.
    Flush,
}

impl BeyondCap {
    /// `carry_forward` or `flush`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CarryForward => "carry_forward",
            Self::Flush => "flush",
        }
    }
}

impl fmt::Display for BeyondCap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BeyondCap {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "carry_forward" => Ok(Self::CarryForward),
            "flush" => Ok(Self::Flush),
            _ => Err(UnknownName { expected: "carry_forward, flush" }),
        }
    }
}

/// The plan's monthly cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cap {
    /// Pairs that one owner can form in one month.
    pub pairs_per_month: u32,
    /// What happens to a match beyond it.
    pub beyond: BeyondCap,
}

/// Two members used up for one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Match<K> {
    /// The member above both, whose pair it is.
    pub owner: K,
    /// The owner's pair number over a lifetime, from 1; `None` when flushed.
    pub number: Option<u64>,
    /// The member of the left leg.
    pub left: K,
    /// The member of the right leg.
    pub right: K,
}

impl<K> Match<K> {
    /// Whether it was flushed, and so is no pair.
    pub const fn is_flushed(&self) -> bool {
        self.number.is_none()
    }
}

/// What an owner has used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tally {
    /// Pairs formed over a lifetime.
    pub formed: u64,
    /// Matches flushed over a lifetime.
    pub flushed: u64,
    /// The month in which the owner last formed a pair; 0 before the first.
    pub month: u32,
    /// Pairs formed in that `month`.
    pub formed_in_month: u32,
}

impl Tally {
    /// Members used of each leg: formed and flushed.
    pub fn used(&self) -> u64 {
        self.formed.saturating_add(self.flushed)
    }
}

/// One slice of a month start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Drained<K> {
    /// The matches in the order in which they happen.
    pub matches: Vec<Match<K>>,
    /// The joining number at which the next slice starts; `None` when the month start is done.
    pub next: Option<u32>,
}

/// [`Tally`] in the numbers that an engine of this size can reach.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    formed: u32,
    flushed: u32,
    month: u32,
    formed_in_month: u32,
}

impl Used {
    /// `None` where no engine can have used so many.
    fn of(tally: Tally) -> Option<Self> {
        let Tally { formed, flushed, month, formed_in_month } = tally;
        let used = u32::try_from(tally.used()).ok()?;
        let formed = u32::try_from(formed).ok()?;
        let flushed =
            u32::try_from(flushed).ok().filter(|&flushed| formed.checked_add(flushed) == Some(used))?;
        Some(Self { formed, flushed, month, formed_in_month })
    }

    fn all(self) -> u32 {
        self.formed.saturating_add(self.flushed)
    }

    fn formed_in(self, month: u32) -> u32 {
        if self.month == month { self.formed_in_month } else { 0 }
    }

    fn form(&mut self, month: u32) {
        self.formed = self.formed.saturating_add(1);
        self.formed_in_month = self.formed_in(month).saturating_add(1);
        self.month = month;
    }
}

impl From<Used> for Tally {
    fn from(used: Used) -> Self {
        let Used { formed, flushed, month, formed_in_month } = used;
        Self { formed: formed.into(), flushed: flushed.into(), month, formed_in_month }
    }
}

#[derive(Clone, Copy)]
enum Outcome {
    Formed,
    Flushed,
}

/// A [`Tree`] that matches the k-th qualified member of an owner's left leg with the k-th of its right leg.
#[derive(Debug, Clone)]
pub struct Matcher<K> {
    tree: Tree<K>,
    ranking: Ranking,
    /// By joining number.
    owners: Vec<Used>,
    /// Joining numbers of the owners with a match that waits.
    waiting: BTreeSet<u32>,
    month: u32,
    /// Of owners one of whose legs is large, and only there to be quick: the next match is found without it too.
    cursors: Cursors,
    room: Room,
}

/// Room to work in, kept between steps.
#[derive(Debug, Clone, Default)]
struct Room {
    touched: Vec<Touched>,
    open: Vec<u32>,
    #[cfg(test)]
    looked_up: usize,
}

impl<K> Default for Matcher<K> {
    fn default() -> Self {
        let (tree, ranking, owners) = Default::default();
        Self {
            tree,
            ranking,
            owners,
            waiting: BTreeSet::new(),
            month: 0,
            cursors: Cursors::default(),
            room: Room::default(),
        }
    }
}

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// A matcher without members, in month 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The places and leg counts.
    pub const fn tree(&self) -> &Tree<K> {
        &self.tree
    }

    /// The current month, as last given to [`Matcher::start_month`]; 0 before the first.
    pub const fn month(&self) -> u32 {
        self.month
    }

    /// Gives `member` its place; see [`Tree::join`].
    ///
    /// # Errors
    /// Those of [`Tree::join`]; nothing has changed then.
    pub fn join(&mut self, member: K, sponsor: Option<K>, placement: Placement) -> Result<Place<K>, Refusal> {
        let (node, peeled) = self.tree.join_number(member, sponsor, placement)?;
        self.owners.push(Used::default());
        self.ranking.join(node, &peeled, &self.tree);
        Ok(self.tree.place_of(node))
    }

    /// Counts `member` no more for anybody above it; `false` if it has not qualified, and then nothing has changed.
    ///
    /// Legs get smaller; pairs that formed stand. An owner who has used more pairs than its smaller leg now holds forms
    /// its next one when that leg has more again. In a leg's order the later members each move up by one.
    ///
    /// # Errors
    /// Those of [`Tree::withdraw`]; nothing has changed then.
    pub fn withdraw(&mut self, member: K) -> Result<bool, Refusal> {
        let number = self.tree.number(member).ok_or(Refusal::UnknownMember)?;
        let order = self.tree.order_of(number);
        let mut touched = mem::take(&mut self.room.touched);
        touched.clear();
        let withdrew = self.tree.withdraw_number(number, &mut touched);
        if let (Ok(true), Some(order)) = (withdrew, order) {
            self.ranking.withdraw(number, order, self.tree.paths());
            // what follows in a leg has moved up
            self.cursors.clear();
        }
        for &Touched { owner, .. } in &touched {
            self.note_waiting(owner);
        }
        self.room.touched = touched;
        withdrew
    }

    /// The member of `owner`'s leg on `side` before which `k` others of that leg qualified, from 0; `None` if there are
    /// no more, or the owner has no place.
    pub fn kth_qualified(&self, owner: K, side: Side, k: u64) -> Option<K> {
        let child = self.tree.child_of(self.tree.number(owner)?, side)?;
        let k = usize::try_from(k).ok()?;
        let found = self.tree.kth_of_few(child, k).unwrap_or_else(|| {
            let mut orders = Vec::new();
            self.ranking.kth_and_next(child, k, None, self.tree.paths(), &mut orders);
            self.ranking.member(*orders.first()?)
        });
        found.map(|found| self.tree.member_of(found))
    }

    /// Begins `month`, any number that rises with time; `false` if it is not after the current one, and then nothing
    /// has changed. What waits forms by [`Matcher::drain_month`], before the next event.
    pub fn start_month(&mut self, month: u32) -> bool {
        let begins = month > self.month;
        if begins {
            self.month = month;
        }
        begins
    }

    /// Matches what waits, owners in joining order from number `from` on: each forms what the month has room for under
    /// `cap`, and flushes the rest under [`BeyondCap::Flush`].
    ///
    /// Stops after `at_most` matches (0 counts as 1), within an owner too; going on at `next` gives the same matches as
    /// one large slice, on a restored matcher too. Going over a drained month again gives nothing. Owners for whom
    /// nothing waits cost nothing.
    pub fn drain_month(&mut self, cap: Cap, from: u32, at_most: usize) -> Drained<K> {
        let mut used = Vec::new();
        let mut next = self.waits_from(from);
        'slice: while let Some(joined) = next {
            let owner = self.tree.by_joining()[at(joined)];
            let is_in_twig = self.tree.paths().twig_of(owner).is_some();
            while let Some(outcome) = self.outcome(owner, cap, self.tree.smaller_leg(owner)) {
                if used.len() >= at_most.max(1) {
                    break 'slice;
                }
                used.push(self.use_up(owner, outcome, is_in_twig, None));
            }
            self.note_waiting(owner);
            next = joined.checked_add(1).and_then(|after| self.waits_from(after));
        }
        self.read_legs_ahead(&used);
        let mut matches = Vec::with_capacity(used.len());
        self.find_all(&used, &mut matches);
        Drained { matches, next }
    }

    /// What `member` has used as an owner; `None` for one without a place.
    pub fn tally(&self, member: K) -> Option<Tally> {
        self.tree.number(member).map(|number| self.owners[at(number)].into())
    }

    /// Matches of `member` that wait for a later month; `None` for one without a place.
    pub fn waiting(&self, member: K) -> Option<u64> {
        self.tree.number(member).map(|number| self.waits(number).into())
    }

    /// The first who waits from a joining number on.
    fn waits_from(&self, joined: u32) -> Option<u32> {
        self.waiting.range(joined..).next().copied()
    }

    fn waits(&self, owner: u32) -> u32 {
        self.tree.smaller_leg(owner).saturating_sub(self.owners[at(owner)].all())
    }

    fn note_waiting(&mut self, owner: u32) {
        let joined = self.tree.joined_of(owner);
        if self.waits(owner) > 0 {
            self.waiting.insert(joined);
        } else {
            self.waiting.remove(&joined);
        }
    }

    /// What becomes of the next match of an owner whose smaller leg has `potential` qualified members; `None` when there
    /// is none or it has to wait.
    fn outcome(&self, owner: u32, cap: Cap, potential: u32) -> Option<Outcome> {
        let used = self.owners[at(owner)];
        let formed = used.formed_in(self.month);
        let outcome = match cap.beyond {
            _ if formed < cap.pairs_per_month => Outcome::Formed,
            BeyondCap::Flush => Outcome::Flushed,
            BeyondCap::CarryForward => return None,
        };
        (potential > used.all()).then_some(outcome)
    }
}
