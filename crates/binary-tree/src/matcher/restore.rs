//! A matcher from saved nodes.

use std::collections::BTreeSet;
use std::hash::Hash;

use super::{Matcher, Tally, Used};
use crate::index::at;
use crate::ranking::Ranking;
use crate::{PlacedNode, Qualification, RestoreError, Side, Tree};

/// A node as it is saved with what its member has used as an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SavedNode<K> {
    /// The member.
    pub member: K,
    /// The member directly above; `None` for a root.
    pub parent: Option<K>,
    /// The parent's side; `None` for a root.
    pub side: Option<Side>,
    /// How the member counts.
    pub qualification: Qualification,
    /// What the member has used as an owner.
    pub tally: Tally,
}

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Rebuilds a matcher in `month` from nodes in joining order; it goes on exactly as the saved one would have, in the
    /// middle of a month start too. No match that was made is derived again.
    ///
    /// # Errors
    /// [`RestoreError`] names the first node that can't stand where it was saved or can't have used what it says.
    pub fn restore(month: u32, nodes: impl IntoIterator<Item = SavedNode<K>>) -> Result<Self, RestoreError> {
        let mut tallies = Vec::new();
        let tree = Tree::restore(nodes.into_iter().map(|node| {
            tallies.push(node.tally);
            let SavedNode { member, parent, side, qualification, tally: _ } = node;
            PlacedNode { member, parent, side, qualification }
        }))?;
        // Whoever has withdrawn may have been used before.
        let ever = tree.ever_qualified();
        let mut owners = vec![Used::default(); tallies.len()];
        let mut waiting = BTreeSet::new();
        for ((number, &node), tally) in (0_u32..).zip(tree.by_joining()).zip(tallies) {
            if tally.month > month || u64::from(tally.formed_in_month) > tally.formed {
                return Err(RestoreError::TallyContradicts { number });
            }
            let legs = Side::BOTH.map(|side| tree.child_of(node, side).map_or(0, |child| ever[at(child)]));
            let used = Used::of(tally).filter(|used| used.all() <= legs[0].min(legs[1]));
            let used = used.ok_or(RestoreError::UsedBeyondLegs { number })?;
            if used.all() < tree.smaller_leg(node) {
                waiting.insert(number);
            }
            owners[at(node)] = used;
        }
        let ranking = Ranking::over(&tree);
        Ok(Self { tree, ranking, owners, waiting, month, ..Self::default() })
    }

    /// All nodes in joining order, as [`Matcher::restore`] reads them.
    pub fn snapshot(&self) -> impl Iterator<Item = SavedNode<K>> + '_ {
        self.tree.snapshot().zip(self.tree.by_joining()).map(|(node, &number)| {
            let PlacedNode { member, parent, side, qualification } = node;
            let tally = self.owners[at(number)].into();
            SavedNode { member, parent, side, qualification, tally }
        })
    }
}
