//! Some marks of a walk that follow each other.

use crate::index::{NONE, at};
use crate::limits::{CHUNK, GROUP};
use crate::paths::{Mark, Paths};

#[derive(Debug, Clone)]
pub(super) struct Chunk {
    /// As [`packed`].
    pub(super) marks: [u32; CHUNK],
    /// Numbers in the order of qualification, of a twig the first; [`NONE`] for who doesn't count, and for leaving.
    pub(super) orders: [u32; CHUNK],
    pub(super) len: u32,
    pub(super) block: u32,
    /// Index in its block.
    pub(super) slot: u32,
}

impl Chunk {
    pub(super) fn new(block: u32) -> Self {
        Self { marks: [NONE; CHUNK], orders: [NONE; CHUNK], len: 0, block, slot: 0 }
    }

    pub(super) fn insert(&mut self, index: usize, mark: Mark, order: u32) {
        let len = at(self.len);
        self.marks.copy_within(index..len, index + 1);
        self.orders.copy_within(index..len, index + 1);
        (self.marks[index], self.orders[index]) = (packed(mark), order);
        self.len += 1;
    }

    pub(super) fn find(&self, mark: Mark) -> usize {
        let mark = packed(mark);
        // in groups, which are compared at once
        let found = self.marks.chunks_exact(GROUP).enumerate().find(|(_, group)| group.contains(&mark));
        found.map_or(CHUNK, |(index, group)| {
            index * GROUP + group.iter().position(|&other| other == mark).unwrap_or(0)
        })
    }

    /// Tells the orders of all who count.
    pub(super) fn counted(&self, paths: &Paths, mut tell: impl FnMut(u32)) {
        for (&mark, &order) in self.marks.iter().zip(&self.orders).filter(|&(_, &order)| order != NONE) {
            match unpacked(mark) {
                Mark::Twig(twig) => paths.twig_orders(twig).for_each(&mut tell),
                Mark::Enter(_) | Mark::Leave(_) => tell(order),
            }
        }
    }

    pub(super) fn members(&self, paths: &Paths) -> u32 {
        self.marks[..at(self.len)].iter().map(|&mark| members(unpacked(mark), paths)).sum()
    }

    pub(super) fn first(&self) -> u32 {
        self.orders.iter().fold(NONE, |first, &order| first.min(order))
    }
}

pub(super) fn members(mark: Mark, paths: &Paths) -> u32 {
    match mark {
        Mark::Enter(_) => 1,
        Mark::Leave(_) => 0,
        Mark::Twig(twig) => paths.twig_size(twig),
    }
}

pub(super) fn packed(mark: Mark) -> u32 {
    match mark {
        Mark::Enter(node) => 4 * node,
        Mark::Leave(node) => 4 * node + 1,
        Mark::Twig(twig) => 4 * twig + 2,
    }
}

pub(super) fn unpacked(mark: u32) -> Mark {
    match mark % 4 {
        0 => Mark::Enter(mark / 4),
        1 => Mark::Leave(mark / 4),
        _ => Mark::Twig(mark / 4),
    }
}
