//! Who stands above and below whom.

use std::hash::Hash;
use std::iter;

use super::Tree;
use crate::Side;
use crate::index::NONE;

impl<K: Copy + Eq + Hash> Tree<K> {
    /// Whether `above` stands anywhere above `below` in one tree; nobody is above itself.
    pub fn is_ancestor(&self, above: K, below: K) -> bool {
        match (self.number(above), self.number(below)) {
            (Some(above), Some(below)) => above != below && self.paths.is_on_the_way(above, below),
            _ => false,
        }
    }

    /// Everybody above `member`, the nearest first; nobody for a root or one without a place.
    pub fn path_to_root(&self, member: K) -> impl Iterator<Item = K> + '_ {
        let start = self.number(member).unwrap_or(NONE);
        iter::successors(self.parent_of(start), |&number| self.parent_of(number))
            .map(|number| self.member_of(number))
    }

    /// `top` and everybody below it: each member before those below it, the left leg before the right one; nobody for
    /// one without a place.
    ///
    /// Page by page: `skip` what was shown by giving the last one as `after`, and take as many as a page holds. An
    /// `after` that is not in the subtree gives nobody.
    pub fn subtree(&self, top: K, after: Option<K>) -> impl Iterator<Item = K> + '_ {
        let top = self.number(top);
        let first = match (top, after) {
            (Some(top), None) => Some(top),
            (Some(top), Some(after)) => self
                .number(after)
                .filter(|&after| self.paths.is_on_the_way(top, after))
                .and_then(|after| self.next_below(top, after)),
            (None, _) => None,
        };
        iter::successors(first, move |&node| top.and_then(|top| self.next_below(top, node)))
            .map(|node| self.member_of(node))
    }

    /// The node after `node` in the subtree of `top`.
    fn next_below(&self, top: u32, node: u32) -> Option<u32> {
        let down = Side::BOTH.into_iter().find_map(|side| self.child_of(node, side));
        down.or_else(|| {
            let mut current = node;
            while current != top {
                let (parent, side) = self.place_below(current)?;
                let right = self.child_of(parent, Side::Right);
                if side == Side::Left && right.is_some() {
                    return right;
                }
                current = parent;
            }
            None
        })
    }

    /// All nodes from every root downwards, as in [`Tree::subtree`]; each with `true` when it is reached, and again
    /// with `false` when all below it have been.
    pub(crate) fn tour(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        let roots = (0..).zip(&self.nodes).filter(|(_, node)| node.side.is_none()).map(|(root, _)| root);
        roots.flat_map(move |root| {
            iter::successors(Some((root, true)), move |&(node, enters)| self.next_in_tour(node, enters))
        })
    }

    fn next_in_tour(&self, node: u32, enters: bool) -> Option<(u32, bool)> {
        if enters {
            let down = Side::BOTH.into_iter().find_map(|side| self.child_of(node, side));
            return Some(down.map_or((node, false), |child| (child, true)));
        }
        let (parent, side) = self.place_below(node)?;
        let right = self.child_of(parent, Side::Right).filter(|_| side == Side::Left);
        Some(right.map_or((parent, false), |right| (right, true)))
    }
}
