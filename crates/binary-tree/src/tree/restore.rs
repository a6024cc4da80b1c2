//! Trees from saved nodes.

use std::hash::Hash;

use super::{NOT_YET, Tree, WITHDRAWN, at, number};
use crate::index::NONE;
use crate::limits::TWIG;
use crate::paths::Paths;
use crate::{Qualification, RestoreError, Side};

/// A node as it is saved: its place and how its member counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PlacedNode<K> {
    /// The member.
    pub member: K,
    /// The member directly above; `None` for a root.
    pub parent: Option<K>,
    /// The parent's side; `None` for a root.
    pub side: Option<Side>,
    /// How the member counts.
    pub qualification: Qualification,
}

impl<K: Copy + Eq + Hash> Tree<K> {
    /// Rebuilds trees from nodes in joining order and sums the legs from the bottom up, in O(N log N) at any depth.
    ///
    /// # Errors
    /// [`RestoreError`] names the first node that can't stand where it was saved.
    pub fn restore(nodes: impl IntoIterator<Item = PlacedNode<K>>) -> Result<Self, RestoreError> {
        let mut tree = Self::new();
        let mut orders = Vec::new();
        for node in nodes {
            tree.restore_node(node, &mut orders)?;
        }
        tree.restore_orders(orders)?;
        tree.bring_together();
        tree.restore_paths();
        Ok(tree)
    }

    /// All nodes in joining order, as [`Tree::restore`] reads them.
    pub fn snapshot(&self) -> impl Iterator<Item = PlacedNode<K>> + '_ {
        self.by_joining.iter().map(|&number| {
            let node = &self.nodes[at(number)];
            PlacedNode {
                member: node.member,
                parent: self.parent_of(number).map(|parent| self.member_of(parent)),
                side: node.side,
                qualification: match node.order {
                    NOT_YET => Qualification::None,
                    WITHDRAWN => Qualification::Withdrawn,
                    order => Qualification::Counts { order: order.into() },
                },
            }
        })
    }

    fn restore_node(
        &mut self,
        node: PlacedNode<K>,
        orders: &mut Vec<(u64, u32)>,
    ) -> Result<(), RestoreError> {
        let number = number(self.nodes.len());
        if self.number(node.member).is_some() {
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
        match node.qualification {
            Qualification::None => {}
            Qualification::Counts { order } => orders.push((order, number)),
            Qualification::Withdrawn => self.nodes[at(number)].order = WITHDRAWN,
        }
        Ok(())
    }

    /// Numbers the qualified from 0 in the order in which they were saved.
    fn restore_orders(&mut self, mut orders: Vec<(u64, u32)>) -> Result<(), RestoreError> {
        orders.sort_unstable();
        if let Some(twice) = orders.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(RestoreError::QualifiedTogether { number: twice[1].1 });
        }
        for (order, &(_, node)) in (0..).zip(&orders) {
            self.nodes[at(node)].order = order;
        }
        self.next_order = number(orders.len());
        Ok(())
    }

    /// Numbers the nodes anew so that those near each other in a tree are near each other in memory, and those with many
    /// below them, which every step meets, before all others.
    fn bring_together(&mut self) {
        let mut new = vec![NONE; self.nodes.len()];
        let sizes = self.sum_up(|_| 1);
        let walk = self.tour().filter(|&(_, enters)| enters).map(|(node, _)| node);
        let (mut joined, few): (Vec<u32>, Vec<u32>) = walk.partition(|&node| at(sizes[at(node)]) > TWIG);
        joined.extend(few);
        for (now, &before) in (0..).zip(&joined) {
            new[at(before)] = now;
        }
        let renumber = |node: &mut u32| {
            if let Some(&now) = new.get(at(*node)) {
                *node = now;
            }
        };
        let mut nodes: Vec<_> = joined.iter().map(|&node| self.nodes[at(node)].clone()).collect();
        for node in &mut nodes {
            let [left, right] = &mut node.children;
            for number in [&mut node.parent, left, right, &mut node.line, &mut node.line_end] {
                renumber(number);
            }
        }
        self.numbers.change(renumber);
        (self.nodes, self.joined, self.by_joining) = (nodes, joined, new);
    }

    fn restore_paths(&mut self) {
        let counts = self.sum_up(|order| u32::from(order < WITHDRAWN));
        let sizes = self.sum_up(|_| 1);
        let children = |node| self.nodes[at(node)].children;
        self.paths =
            Paths::over(|node| self.place_below(node), children, |node| self.order_of(node), &sizes, &counts);
    }

    /// By node: the members at and below it who have ever qualified.
    pub(crate) fn ever_qualified(&self) -> Vec<u32> {
        self.sum_up(|order| u32::from(order != NOT_YET))
    }

    /// The sum of a number over each node's whole subtree: children come after their parents, so the last node is a leaf.
    fn sum_up(&self, of: impl Fn(u32) -> u32) -> Vec<u32> {
        let mut sums: Vec<u32> = self.nodes.iter().map(|node| of(node.order)).collect();
        for index in (0..self.nodes.len()).rev() {
            let parent = at(self.nodes[index].parent);
            let sum = sums[index];
            if let Some(above) = sums.get_mut(parent) {
                *above = above.saturating_add(sum);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Placement;

    #[test]
    fn those_near_each_other_in_a_tree_are_near_each_other_in_memory() {
        let mut tree = Tree::new();
        // full rows and a line, of whose members one has as many at and below it as a twig takes
        for member in 0..512_u32 {
            let sponsor = (member > 0).then_some(0);
            let rows = Placement::LevelOrder { side: None };
            let placement = if member < 400 { rows } else { Placement::ExtremeRight };
            tree.join(member, sponsor, placement).unwrap();
        }
        let restored = Tree::restore(tree.snapshot()).unwrap();
        let in_memory: Vec<u32> = restored.nodes.iter().map(|node| node.member).collect();
        assert_ne!(in_memory, (0..512).collect::<Vec<_>>());
        let has_many_below = |&member: &u32| tree.subtree(member, None).count() > TWIG;
        let (mut expected, few): (Vec<u32>, Vec<u32>) = tree.subtree(0, None).partition(has_many_below);
        assert!(expected.len() > 1, "those with many below them come first");
        expected.extend(few);
        assert_eq!(in_memory, expected);
    }
}
