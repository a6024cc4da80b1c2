//! The search for a free place.

use std::cmp::Ordering;
use std::hash::Hash;

use super::{Tree, at};
use crate::{Placement, Side};

impl<K: Copy + Eq + Hash> Tree<K> {
    /// The free place that `placement` gives below `sponsor`, as the node above it and its side.
    pub(super) fn free_place(&mut self, sponsor: u32, placement: Placement) -> (u32, Side) {
        match placement {
            Placement::LevelOrder { side: Some(side) } if self.child_of(sponsor, side).is_none() => {
                (sponsor, side)
            }
            Placement::LevelOrder { .. } => self.first_free(sponsor),
            Placement::ExtremeLeft => self.outer_end(sponsor, Side::Left),
            Placement::ExtremeRight => self.outer_end(sponsor, Side::Right),
            Placement::WeakerLeg => self.weaker_leg(sponsor),
        }
    }

    fn outer_end(&self, from: u32, side: Side) -> (u32, Side) {
        let mut current = from;
        while let Some(child) = self.child_of(current, side) {
            current = child;
        }
        (current, side)
    }

    fn weaker_leg(&mut self, sponsor: u32) -> (u32, Side) {
        let legs = self.legs_of(sponsor);
        let side = match legs.left.cmp(&legs.right) {
            Ordering::Less => Side::Left,
            Ordering::Greater => Side::Right,
            Ordering::Equal => return self.first_free(sponsor),
        };
        match self.child_of(sponsor, side) {
            None => (sponsor, side),
            Some(child) => self.first_free(child),
        }
    }

    /// The first free place of the subtree of `top`, row by row, left before right.
    ///
    /// All nodes before `search_from` have both children, so the rows above it are full and the node with any
    /// row-by-row number up to it exists: the bits of that number are the way down to it.
    fn first_free(&mut self, top: u32) -> (u32, Side) {
        let mut order = self.nodes[at(top)].search_from;
        loop {
            let node = self.descend(top, order);
            let free = Side::BOTH.into_iter().find(|&side| self.child_of(node, side).is_none());
            if let Some(side) = free {
                self.nodes[at(top)].search_from = order;
                return (node, side);
            }
            order = order.saturating_add(1);
        }
    }

    fn descend(&self, top: u32, order: u32) -> u32 {
        let steps = order.checked_ilog2().unwrap_or(0);
        (0..steps).rev().fold(top, |node, bit| {
            let side = if order & (1 << bit) == 0 { Side::Left } else { Side::Right };
            self.nodes[at(node)].children[side.index()]
        })
    }
}
