//! The members of an owner's legs that no match of it has used yet.

use std::collections::VecDeque;
use std::hash::Hash;

use crate::Side;
use crate::tree::{Tree, at};

/// Joining numbers in the order of qualification, for each leg.
#[derive(Debug, Clone)]
pub(super) struct Unmatched {
    legs: [VecDeque<u32>; 2],
}

impl Unmatched {
    /// Reads both legs of `owner` from the tree and leaves out the first `used` of each.
    pub(super) fn collect<K: Copy + Eq + Hash>(tree: &Tree<K>, owner: u32, used: u64) -> Self {
        Self { legs: Side::BOTH.map(|side| unused(tree, owner, side, used)) }
    }

    pub(super) fn push(&mut self, side: Side, member: u32) {
        self.legs[side.index()].push_back(member);
    }

    /// Takes the first of each leg; `None`, and nothing taken, when a leg has none.
    pub(super) fn pop(&mut self) -> Option<(u32, u32)> {
        let [left, right] = &mut self.legs;
        let first = (*left.front()?, *right.front()?);
        left.pop_front();
        right.pop_front();
        Some(first)
    }
}

fn unused<K: Copy + Eq + Hash>(tree: &Tree<K>, owner: u32, side: Side, used: u64) -> VecDeque<u32> {
    let mut qualified: Vec<(u64, u32)> = Vec::new();
    let mut open: Vec<u32> = tree.child_of(owner, side).into_iter().collect();
    while let Some(member) = open.pop() {
        qualified.extend(tree.qualified_of(member).map(|seq| (seq, member)));
        let legs = tree.legs_of(member);
        if legs.left > 0 {
            open.extend(tree.child_of(member, Side::Left));
        }
        if legs.right > 0 {
            open.extend(tree.child_of(member, Side::Right));
        }
    }
    qualified.sort_unstable();
    let skip = u32::try_from(used).map_or(usize::MAX, at);
    qualified.into_iter().skip(skip).map(|(_, member)| member).collect()
}
