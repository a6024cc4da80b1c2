//! Who is the k-th to have qualified in a subtree, without a list for any of them.
//!
//! A twig knows it by itself. In a [`tour`] of the tree each larger subtree is a stretch. The tour is cut into blocks, the
//! order of qualification into epochs, and at the end of each epoch every block notes how many in the blocks before it
//! have qualified by then. Over the whole blocks of a stretch two such notes give the count up to any epoch, so that a
//! binary search finds the epoch of the k-th; what the stretch holds of its first and last block is looked at one by
//! one, as is that one epoch.

#![allow(clippy::arithmetic_side_effects, reason = "numbers of members, which are below 2^31")]

#[cfg(test)]
mod tests;
mod tour;

use std::hash::Hash;

use crate::Tree;
use crate::index::{NONE, at, number};
use crate::limits::{AHEAD, EPOCH};
use crate::paths::{Mark, Paths};
use tour::{Stretch, Tour};

/// Of one who has withdrawn.
const NO_BLOCK: u32 = NONE;

#[derive(Debug, Clone, Default)]
pub(crate) struct Ranking {
    tour: Tour,
    /// Members in the order of qualification; [`NONE`] for one who has withdrawn.
    members: Vec<u32>,
    /// The blocks in which they stand.
    blocks: Vec<u32>,
}

impl Ranking {
    pub(crate) fn over<K: Copy + Eq + Hash>(tree: &Tree<K>) -> Self {
        let mut members = vec![NONE; at(tree.orders())];
        for node in 0..number(tree.len()) {
            if let Some(order) = tree.order_of(node) {
                members[at(order)] = node;
            }
        }
        let paths = tree.paths();
        let mut tour = Tour::over(tree);
        let mut blocks = Vec::with_capacity(members.len());
        for (order, &member) in (0..).zip(&members) {
            blocks.push(tour.qualify(member, order, paths));
            if blocks.len().is_multiple_of(EPOCH) {
                tour.end_epoch();
            }
        }
        Self { tour, members, blocks }
    }

    /// Takes in the next node; `peeled` is what a walk meets in the stead of a twig that had to make room for it.
    pub(crate) fn join<K: Copy + Eq + Hash>(&mut self, node: u32, peeled: &[Mark], tree: &Tree<K>) {
        let block = self.tour.join(node, peeled, tree);
        self.tour.settle(block, tree.paths(), &mut self.blocks);
    }

    /// Reads what [`Ranking::qualify`] of the members at these marks will read.
    pub(crate) fn read_marks_ahead(&self, marks: &[Mark], paths: &Paths) {
        self.tour.read_marks_ahead(marks, paths);
    }

    /// Reads what [`Ranking::kth`] of these subtrees will read first.
    pub(crate) fn read_stretches_ahead(&self, tops: &[u32]) {
        self.tour.read_stretches_ahead(tops);
    }

    /// Takes in the next to qualify.
    pub(crate) fn qualify(&mut self, node: u32, paths: &Paths) {
        let order = number(self.members.len());
        self.members.push(node);
        self.blocks.push(self.tour.qualify(node, order, paths));
        if self.members.len().is_multiple_of(EPOCH) {
            self.tour.end_epoch();
        }
    }

    pub(crate) fn withdraw(&mut self, node: u32, order: u32, paths: &Paths) {
        self.members[at(order)] = NONE;
        self.blocks[at(order)] = NO_BLOCK;
        self.tour.withdraw(node, at(order) / EPOCH, paths);
    }

    /// Who has this number in the order of qualification, and has not withdrawn.
    pub(crate) fn member(&self, order: u32) -> Option<u32> {
        self.members.get(at(order)).copied().filter(|&member| member != NONE)
    }

    /// Sets `found` to the number in the order of qualification of the member of the subtree of `top` before which `k` others
    /// of it qualified, and to those of up to [`AHEAD`] who follow it, if they are found on the way; to nothing if there are no
    /// more.
    ///
    /// `after` is the number of the one before it, if that is known.
    pub(crate) fn kth_and_next(
        &self,
        top: u32,
        k: usize,
        after: Option<u32>,
        paths: &Paths,
        found: &mut Vec<u32>,
    ) {
        let stretch = self.tour.stretch(top);
        if stretch.has_whole_blocks() {
            let next = after.and_then(|after| self.next(top, &stretch, after, paths));
            let kth = next.or_else(|| {
                // not behind the k-th of the whole blocks
                let epochs = self.epochs_with(k, |epochs| self.whole_blocks_by(&stretch, epochs));
                self.tour.open_orders(&stretch, k, number((epochs + 1) * EPOCH), paths, found);
                self.search(&stretch, found, k)
            });
            found.clear();
            found.extend(kth);
        } else {
            let last = k + AHEAD;
            self.tour.open_orders(&stretch, last, NONE, paths, found);
            if last < found.len() {
                found.select_nth_unstable(last);
                found.truncate(last + 1);
            }
            found.sort_unstable();
            found.drain(..k.min(found.len()));
        }
    }

    /// The next of a stretch after `after`, if it is soon behind it.
    fn next(&self, top: u32, stretch: &Stretch, after: u32, paths: &Paths) -> Option<u32> {
        let first = after + 1;
        let behind = (first..).zip(self.blocks[at(first).min(self.blocks.len())..].iter().take(EPOCH));
        let stands = |&(order, &block): &(u32, &u32)| {
            self.tour.is_whole(stretch, block)
                || stretch.is_edge(block) && paths.is_on_the_way(top, self.members[at(order)])
        };
        behind.into_iter().find(stands).map(|(order, _)| order)
    }

    /// The k-th of a stretch with whole blocks in it; `open` are the orders of those outside of these, as far as they
    /// may be among the first.
    fn search(&self, stretch: &Stretch, open: &[u32], k: usize) -> Option<u32> {
        let by_end_of = |epochs: usize| {
            let open = open.iter().filter(|&&order| at(order) < epochs * EPOCH).count();
            self.whole_blocks_by(stretch, epochs) + open
        };
        let epochs = self.epochs_with(k, by_end_of);
        let first = epochs * EPOCH;
        let mut left = k - by_end_of(epochs);
        let epoch = &self.blocks[first..self.blocks.len().min(first + EPOCH)];
        for (word, blocks) in epoch.chunks(64).enumerate() {
            let first = first + word * 64;
            let whole = blocks
                .iter()
                .enumerate()
                .map(|(bit, &block)| u64::from(self.tour.is_whole(stretch, block)) << bit);
            let inside = |&order: &u32| at(order).checked_sub(first).filter(|&bit| bit < 64);
            let open = open.iter().filter_map(inside).map(|bit| 1_u64 << bit);
            let there: u64 = whole.chain(open).sum();
            let ones = at(there.count_ones());
            if left < ones {
                let rest = (0..left).fold(there, |there, _| there & (there - 1));
                return Some(number(first) + rest.trailing_zeros());
            }
            left -= ones;
        }
        None
    }

    /// The largest number of whole epochs by whose end no more than `k` had qualified.
    fn epochs_with(&self, k: usize, by_end_of: impl Fn(usize) -> usize) -> usize {
        let (mut low, mut high) = (0, self.members.len() / EPOCH);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if by_end_of(middle) <= k { low = middle } else { high = middle - 1 }
        }
        low
    }

    /// How many of the whole blocks of a stretch had qualified by the end of so many epochs.
    fn whole_blocks_by(&self, stretch: &Stretch, epochs: usize) -> usize {
        epochs.checked_sub(1).map_or(0, |epoch| self.tour.count_by(stretch, epoch))
    }
}
