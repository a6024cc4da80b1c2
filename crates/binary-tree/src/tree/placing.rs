//! The search for a free place.

use std::cmp::Ordering;
use std::hash::Hash;

use super::{Tree, at};
use crate::{Placement, Side};

impl<K: Copy + Eq + Hash> Tree<K> {
    /// The free place that `placement` gives below `sponsor`, as the node above it and its side.
    pub(super) fn free_place(&self, sponsor: u32, placement: Placement) -> (u32, Side) {
        match placement {
            Placement::LevelOrder { side: Some(side) } if self.child_of(sponsor, side).is_none() => {
                (sponsor, side)
            }
            Placement::LevelOrder { .. } => self.first_free(sponsor),
            Placement::ExtremeLeft => (self.outer_end(sponsor, Side::Left), Side::Left),
            Placement::ExtremeRight => (self.outer_end(sponsor, Side::Right), Side::Right),
            Placement::WeakerLeg => self.weaker_leg(sponsor),
        }
    }

    fn weaker_leg(&self, sponsor: u32) -> (u32, Side) {
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

    /// The first free place of the subtree of `top`, row by row, left before right: below the leftmost node of the last
    /// full row that lacks a child. The full rows of the children say on which side that one is.
    fn first_free(&self, top: u32) -> (u32, Side) {
        let mut node = top;
        loop {
            match self.nodes[at(node)].children.map(|child| self.nodes.get(at(child))) {
                [None, _] => return (node, Side::Left),
                [_, None] => return (node, Side::Right),
                [Some(left), Some(right)] => {
                    let side = usize::from(left.full_rows > right.full_rows);
                    node = self.nodes[at(node)].children[side];
                }
            }
        }
    }

    /// Counts the full rows below `node` again, and below those above it as far as that changes theirs.
    ///
    /// A row that gets full has twice the nodes of the one before, so that this goes up less than log₂ N steps.
    pub(super) fn fill_rows(&mut self, mut node: u32) {
        loop {
            let [left, right] = self.nodes[at(node)].children.map(|child| self.nodes.get(at(child)));
            let (Some(left), Some(right)) = (left, right) else { return };
            let full_rows = left.full_rows.min(right.full_rows).saturating_add(1);
            let here = &mut self.nodes[at(node)];
            if here.full_rows == full_rows {
                return;
            }
            here.full_rows = full_rows;
            match self.parent_of(node) {
                Some(parent) => node = parent,
                None => return,
            }
        }
    }

    /// The end of the line that goes to `side` from `node` at every step.
    fn outer_end(&self, node: u32, side: Side) -> u32 {
        let here = &self.nodes[at(node)];
        match here.side {
            Some(own) if own == side => self.line_end(here.line, side),
            _ => self.line_end(node, side),
        }
    }

    /// The end of the line to `side` that starts at `first`.
    fn line_end(&self, first: u32, side: Side) -> u32 {
        let first = &self.nodes[at(first)];
        if first.side.is_none() && side == Side::Left { first.line } else { first.line_end }
    }

    /// Makes `end` the end of the line to `side` through `parent`, below which it stands, and gives the line's start.
    pub(super) fn lengthen_line(&mut self, parent: u32, side: Side, end: u32) -> u32 {
        let above = &self.nodes[at(parent)];
        let first = if above.side == Some(side) { above.line } else { parent };
        let start = &mut self.nodes[at(first)];
        if start.side.is_none() && side == Side::Left {
            start.line = end;
        } else {
            start.line_end = end;
        }
        first
    }
}
