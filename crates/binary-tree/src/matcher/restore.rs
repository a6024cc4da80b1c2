//! A matcher from saved nodes.

use std::hash::Hash;

use super::{Matcher, Owner, Tally};
use crate::{PlacedNode, RestoreError, Side, Tree};

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
    /// Any number that rises in the order of qualification; `None` if not qualified.
    pub qualified: Option<u64>,
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
        let mut owners = Vec::new();
        let placed = nodes.into_iter().map(|node| {
            owners.push(Owner { tally: node.tally, unmatched: None });
            PlacedNode {
                member: node.member,
                parent: node.parent,
                side: node.side,
                qualified: node.qualified,
            }
        });
        let tree = Tree::restore(placed)?;
        let mut matcher = Self { tree, owners, month, ..Self::default() };
        matcher.check_tallies()?;
        Ok(matcher)
    }

    /// All nodes in joining order, as [`Matcher::restore`] reads them.
    pub fn snapshot(&self) -> impl Iterator<Item = SavedNode<K>> + '_ {
        self.tree.snapshot().zip(&self.owners).map(|(node, owner)| SavedNode {
            member: node.member,
            parent: node.parent,
            side: node.side,
            qualified: node.qualified,
            tally: owner.tally,
        })
    }

    fn check_tallies(&mut self) -> Result<(), RestoreError> {
        for (number, owner) in (0u32..).zip(&self.owners) {
            let tally = owner.tally;
            if tally.month > self.month || u64::from(tally.formed_in_month) > tally.formed {
                return Err(RestoreError::TallyContradicts { number });
            }
            let potential = self.tree.legs_of(number).potential();
            if tally.used() > potential {
                return Err(RestoreError::UsedBeyondLegs { number });
            }
            if tally.used() < potential {
                self.waiting.insert(number);
            }
        }
        Ok(())
    }
}
