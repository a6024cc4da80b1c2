//! Trees from saved nodes.

use std::hash::Hash;

use super::{Tree, at};
use crate::{RestoreError, Side};

/// A node as it is saved: its place and its number in the order of qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PlacedNode<K> {
    /// The member.
    pub member: K,
    /// The member directly above; `None` for a root.
    pub parent: Option<K>,
    /// The parent's side; `None` for a root.
    pub side: Option<Side>,
    /// Any number that rises in the order of qualification; `None` if not qualified.
    pub qualified: Option<u64>,
}

impl<K: Copy + Eq + Hash> Tree<K> {
    /// Rebuilds trees from nodes in joining order and sums the legs from the bottom up, in O(N log N) at any depth.
    ///
    /// # Errors
    /// [`RestoreError`] names the first node that can't stand where it was saved.
    pub fn restore(nodes: impl IntoIterator<Item = PlacedNode<K>>) -> Result<Self, RestoreError> {
        let mut tree = Self::new();
        for node in nodes {
            tree.restore_node(node)?;
        }
        tree.finish_restore()?;
        Ok(tree)
    }

    /// All nodes in joining order, as [`Tree::restore`] reads them.
    pub fn snapshot(&self) -> impl Iterator<Item = PlacedNode<K>> + '_ {
        self.nodes.iter().map(|node| PlacedNode {
            member: node.member,
            parent: self.member_at(node.parent),
            side: node.side,
            qualified: node.qualified,
        })
    }

    fn restore_node(&mut self, node: PlacedNode<K>) -> Result<(), RestoreError> {
        let number = u32::try_from(self.nodes.len()).map_err(|_| RestoreError::Full)?;
        if self.numbers.contains_key(&node.member) {
            return Err(RestoreError::AlreadyPlaced { number });
        }
        let spot = match (node.parent, node.side) {
            (None, None) => None,
            (Some(parent), Some(side)) => {
                let parent = self.number(parent).ok_or(RestoreError::UnknownParent { number })?;
                if self.child_of(parent, side).is_some() {
                    return Err(RestoreError::PlaceTaken { number });
                }
                Some((parent, side))
            }
            _ => return Err(RestoreError::HalfAPlace { number }),
        };
        let number = self.attach(node.member, spot).ok_or(RestoreError::Full)?;
        self.nodes[at(number)].qualified = node.qualified;
        Ok(())
    }

    /// Sums the legs in one pass: children joined after their parents, so the last node is a leaf.
    fn finish_restore(&mut self) -> Result<(), RestoreError> {
        let mut order: Vec<(u64, u32)> = Vec::new();
        for (number, node) in (0u32..).zip(&self.nodes) {
            order.extend(node.qualified.map(|qualified| (qualified, number)));
        }
        order.sort_unstable();
        if let Some(twice) = order.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(RestoreError::QualifiedTogether { number: twice[1].1 });
        }
        self.next_qualified = order.last().map_or(1, |&(last, _)| last.saturating_add(1));
        for index in (0..self.nodes.len()).rev() {
            let node = &self.nodes[index];
            let Some(side) = node.side else { continue };
            let (parent, [left, right]) = (node.parent, node.legs);
            let whole = left.saturating_add(right).saturating_add(u32::from(node.qualified.is_some()));
            self.nodes[at(parent)].legs[side.index()] = whole;
        }
        Ok(())
    }
}
