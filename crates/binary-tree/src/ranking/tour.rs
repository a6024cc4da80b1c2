//! A walk around the tree that meets each node on a path when it enters its subtree and again when it leaves it, and
//! each twig as one, kept in order while members are added: marks in chunks, chunks in blocks, blocks in a row.

mod ahead;
mod chunk;
mod notes;
#[cfg(test)]
mod tests;

use std::hash::Hash;
use std::ops::Range;

use crate::index::{NONE, at, number};
use crate::limits::{BLOCK, BLOCK_BEGINS, BLOCK_MEMBERS, CHUNK, CHUNK_BEGINS, EPOCH};
use crate::paths::{Mark, Paths};
use crate::{Side, Tree};

use chunk::{Chunk, members, unpacked};
use notes::Notes;

#[derive(Debug, Clone, Default)]
struct Block {
    chunks: Vec<u32>,
    /// By chunk: the smallest order in it.
    firsts: Vec<u32>,
    members: u32,
    /// Qualified ones among them.
    count: u32,
    /// By epoch: the qualified members in all blocks before it when the epoch ended.
    before: Notes,
}

/// Where a mark stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    block: u32,
    rank: u32,
    slot: usize,
    index: usize,
}

/// Marks in one block, from the slot and index `from` until `to`.
struct Edge {
    block: u32,
    from: (usize, usize),
    to: (usize, usize),
}

/// The marks of a subtree.
pub(super) struct Stretch {
    from: Position,
    to: Position,
}

impl Stretch {
    /// Whether there are blocks between that of its first and that of its last mark.
    pub(super) fn has_whole_blocks(&self) -> bool {
        self.to.rank > self.from.rank + 1
    }

    /// Whether a block is the first or the last.
    pub(super) fn is_edge(&self, block: u32) -> bool {
        block == self.from.block || block == self.to.block
    }

    /// The parts of its first and its last block, which may be the same one.
    fn edges(&self) -> [Edge; 2] {
        let Self { from, to } = self;
        let is_one = from.rank == to.rank;
        let (begin, end) = ((from.slot, from.index), (to.slot, to.index));
        [
            Edge { block: from.block, from: begin, to: if is_one { end } else { (BLOCK, 0) } },
            Edge { block: to.block, from: if is_one { end } else { (0, 0) }, to: end },
        ]
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tour {
    chunks: Vec<Chunk>,
    blocks: Vec<Block>,
    /// Blocks in the order of the walk.
    row: Vec<u32>,
    /// By block: its place in the row.
    ranks: Vec<u32>,
    /// By node: the chunks of its two marks, if it is on a path.
    homes: Vec<[u32; 2]>,
    /// By twig: the chunk of its mark.
    twig_homes: Vec<u32>,
}

impl Tour {
    /// A walk in which nobody counts yet.
    pub(super) fn over<K: Copy + Eq + Hash>(tree: &Tree<K>) -> Self {
        let mut tour = Self::default();
        let mut chunk = None;
        for (node, enters) in tree.tour() {
            let mark = match tree.paths().twig_of(node) {
                Some(twig) if enters && tree.paths().twig_root(twig) == node => Mark::Twig(twig),
                Some(_) => continue,
                None if enters => Mark::Enter(node),
                None => Mark::Leave(node),
            };
            let room = chunk.filter(|&chunk: &u32| at(tour.chunks[at(chunk)].len) < CHUNK_BEGINS);
            let open = room.unwrap_or_else(|| tour.new_chunk());
            chunk = Some(open);
            tour.insert(open, at(tour.chunks[at(open)].len), mark, NONE);
            let block = tour.chunks[at(open)].block;
            tour.blocks[at(block)].members += members(mark, tree.paths());
        }
        tour
    }

    /// Adds a chunk to the end of a walk that is being built.
    fn new_chunk(&mut self) -> u32 {
        let open = self.row.last().copied().filter(|&block| self.blocks[at(block)].members < BLOCK_BEGINS);
        let open = open.filter(|&block| self.blocks[at(block)].chunks.len() < BLOCK);
        let block = open.unwrap_or_else(|| {
            let block = number(self.blocks.len());
            self.blocks.push(Block::default());
            self.ranks.push(block);
            self.row.push(block);
            block
        });
        let chunk = number(self.chunks.len());
        let chunks = &mut self.blocks[at(block)].chunks;
        self.chunks.push(Chunk { slot: number(chunks.len()), ..Chunk::new(block) });
        chunks.push(chunk);
        self.blocks[at(block)].firsts.push(NONE);
        chunk
    }

    /// Adds the next node, which has nobody below it, and gives its block, which may have to be [`Tour::settle`]d.
    pub(super) fn join<K: Copy + Eq + Hash>(&mut self, node: u32, peeled: &[Mark], tree: &Tree<K>) -> u32 {
        self.graft(peeled, tree);
        let Some(twig) = tree.paths().twig_of(node) else {
            unreachable!("a new node stands in a twig");
        };
        if tree.paths().twig_size(twig) == 1 {
            let (chunk, index) = match tree.place_below(node) {
                None => self.end_of_row(),
                Some((parent, Side::Left)) => self.room_at(Mark::Enter(parent), true),
                Some((parent, Side::Right)) => self.room_at(Mark::Leave(parent), false),
            };
            self.insert(chunk, index, Mark::Twig(twig), NONE);
        }
        let block = self.chunks[at(self.twig_homes[at(twig)])].block;
        self.blocks[at(block)].members += 1;
        block
    }

    /// Puts `marks` in the stead of a twig's, which is one of them.
    fn graft<K: Copy + Eq + Hash>(&mut self, marks: &[Mark], tree: &Tree<K>) {
        let is_old = |&mark: &Mark| matches!(mark, Mark::Twig(twig) if at(twig) < self.twig_homes.len());
        let Some(middle) = marks.iter().position(is_old) else { return };
        let order = |mark| match mark {
            Mark::Enter(node) => tree.order_of(node).unwrap_or(NONE),
            Mark::Leave(_) => NONE,
            Mark::Twig(twig) => tree.paths().twig_orders(twig).next().unwrap_or(NONE),
        };
        let old = marks[middle];
        self.set(old, order(old));
        for &mark in &marks[..middle] {
            let (chunk, index) = self.room_at(old, false);
            self.insert(chunk, index, mark, order(mark));
        }
        for &mark in marks[middle + 1..].iter().rev() {
            let (chunk, index) = self.room_at(old, true);
            self.insert(chunk, index, mark, order(mark));
        }
    }

    /// Notes a qualification and gives the block in which it is.
    pub(super) fn qualify(&mut self, node: u32, order: u32, paths: &Paths) -> u32 {
        let block = match paths.twig_of(node) {
            Some(twig) if paths.twig_orders(twig).next() != Some(order) => {
                self.chunks[at(self.twig_homes[at(twig)])].block
            }
            Some(twig) => self.set(Mark::Twig(twig), order),
            None => self.set(Mark::Enter(node), order),
        };
        self.blocks[at(block)].count += 1;
        block
    }

    /// Takes back a qualification of this epoch, as if it had never been.
    pub(super) fn withdraw(&mut self, node: u32, epoch: usize, paths: &Paths) {
        let block = match paths.twig_of(node) {
            Some(twig) => self.set(Mark::Twig(twig), paths.twig_orders(twig).next().unwrap_or(NONE)),
            None => self.set(Mark::Enter(node), NONE),
        };
        self.blocks[at(block)].count -= 1;
        for &later in &self.row[at(self.ranks[at(block)]) + 1..] {
            for before in self.blocks[at(later)].before.iter_mut().skip(epoch) {
                *before -= 1;
            }
        }
    }

    /// Makes every block's note of an epoch.
    pub(super) fn end_epoch(&mut self) {
        let mut before = 0;
        for &block in &self.row {
            let block = &mut self.blocks[at(block)];
            block.before.push(before);
            before += block.count;
        }
    }

    pub(super) fn stretch(&self, top: u32) -> Stretch {
        Stretch { from: self.find(Mark::Enter(top)), to: self.find(Mark::Leave(top)) }
    }

    /// Sets `open` to the orders before `end` of those in a stretch who are in none of its whole blocks, as far as they
    /// may be among the first `k` and one more.
    pub(super) fn open_orders(
        &self,
        stretch: &Stretch,
        k: usize,
        end: u32,
        paths: &Paths,
        open: &mut Vec<u32>,
    ) {
        let edges = stretch.edges();
        // each chunk that is there whole has its first, as each mark has, so that the k-th is not behind the k-th of these
        open.clear();
        for &Edge { block, from, to } in &edges {
            let firsts = &self.blocks[at(block)].firsts;
            let last = to.0.min(firsts.len());
            let first = from.0 + usize::from(from.1 > 0);
            open.extend(&firsts[first.min(last)..last]);
        }
        let end = end_of(open, k).min(end);
        open.clear();
        for (chunk, part) in self.edge_chunks(&edges, end) {
            open.extend(chunk.orders[part].iter().filter(|&&order| order < end));
        }
        let end = end_of(open, k).min(end);
        open.clear();
        for (chunk, part) in self.edge_chunks(&edges, end) {
            for (&order, &mark) in chunk.orders[part.clone()].iter().zip(&chunk.marks[part]) {
                match unpacked(mark) {
                    _ if order >= end => {}
                    Mark::Twig(twig) => {
                        open.extend(paths.twig_orders(twig).take_while(|&order| order < end));
                    }
                    Mark::Enter(_) | Mark::Leave(_) => open.push(order),
                }
            }
        }
    }

    /// The chunks at the edges of a stretch that hold an order before `end`, and what of them belongs to it.
    fn edge_chunks(&self, edges: &[Edge], end: u32) -> impl Iterator<Item = (&Chunk, Range<usize>)> {
        edges.iter().flat_map(move |&Edge { block, from, to }| {
            let block = &self.blocks[at(block)];
            let slots = from.0..(to.0 + 1).min(block.chunks.len());
            slots.filter(move |&slot| block.firsts[slot] < end).map(move |slot| {
                let chunk = &self.chunks[at(block.chunks[slot])];
                let start = if slot == from.0 { from.1 } else { 0 };
                (chunk, start..if slot == to.0 { to.1 } else { at(chunk.len) })
            })
        })
    }

    /// How many of the whole blocks of a stretch had qualified when an epoch ended.
    pub(super) fn count_by(&self, stretch: &Stretch, epoch: usize) -> usize {
        let first = self.row[at(stretch.from.rank) + 1];
        debug_assert!(self.is_whole(stretch, first), "asked for only where there are whole blocks");
        let before = |block: u32| at(self.blocks[at(block)].before.at(epoch));
        before(stretch.to.block) - before(first)
    }

    /// Whether a block is one of the whole ones of a stretch.
    pub(super) fn is_whole(&self, stretch: &Stretch, block: u32) -> bool {
        let rank = self.ranks.get(at(block)).copied().unwrap_or(NONE);
        rank > stretch.from.rank && rank < stretch.to.rank
    }

    fn home(&self, mark: Mark) -> u32 {
        match mark {
            Mark::Enter(node) => self.homes[at(node)][0],
            Mark::Leave(node) => self.homes[at(node)][1],
            Mark::Twig(twig) => self.twig_homes[at(twig)],
        }
    }

    fn set_home(&mut self, mark: Mark, chunk: u32) {
        let home = match mark {
            Mark::Enter(node) | Mark::Leave(node) => {
                if at(node) >= self.homes.len() {
                    self.homes.resize(at(node) + 1, [NONE; 2]);
                }
                &mut self.homes[at(node)][usize::from(matches!(mark, Mark::Leave(_)))]
            }
            Mark::Twig(twig) => {
                if at(twig) >= self.twig_homes.len() {
                    self.twig_homes.resize(at(twig) + 1, NONE);
                }
                &mut self.twig_homes[at(twig)]
            }
        };
        *home = chunk;
    }

    fn find(&self, mark: Mark) -> Position {
        let chunk = &self.chunks[at(self.home(mark))];
        Position {
            block: chunk.block,
            rank: self.ranks[at(chunk.block)],
            slot: at(chunk.slot),
            index: chunk.find(mark),
        }
    }

    /// Sets a mark's order and gives its block.
    fn set(&mut self, mark: Mark, order: u32) -> u32 {
        let home = at(self.home(mark));
        let chunk = &mut self.chunks[home];
        let index = chunk.find(mark);
        let before = std::mem::replace(&mut chunk.orders[index], order);
        let first = &mut self.blocks[at(chunk.block)].firsts[at(chunk.slot)];
        *first = if *first == before { chunk.first() } else { order.min(*first) };
        chunk.block
    }

    fn insert(&mut self, chunk: u32, index: usize, mark: Mark, order: u32) {
        self.set_home(mark, chunk);
        let chunk = &mut self.chunks[at(chunk)];
        chunk.insert(index, mark, order);
        let first = &mut self.blocks[at(chunk.block)].firsts[at(chunk.slot)];
        *first = order.min(*first);
    }

    /// The place before a mark, or behind it, in a chunk with room for one more.
    fn room_at(&mut self, mark: Mark, behind: bool) -> (u32, usize) {
        if at(self.chunks[at(self.home(mark))].len) == CHUNK {
            self.split(self.home(mark));
        }
        let chunk = self.home(mark);
        (chunk, self.chunks[at(chunk)].find(mark) + usize::from(behind))
    }

    /// The end of the walk, in a chunk with room for one more.
    fn end_of_row(&mut self) -> (u32, usize) {
        let last = |tour: &Self| {
            let block = tour.row.last().map(|&block| &tour.blocks[at(block)]);
            block.and_then(|block| block.chunks.last().copied())
        };
        match last(self) {
            Some(chunk) if at(self.chunks[at(chunk)].len) == CHUNK => self.split(chunk),
            Some(_) => {}
            None => {
                self.new_chunk();
            }
        }
        let chunk = last(self).unwrap_or(NONE);
        (chunk, at(self.chunks[at(chunk)].len))
    }

    /// Moves the second half of a chunk into a new one behind it.
    fn split(&mut self, chunk: u32) {
        let new = number(self.chunks.len());
        let old = &mut self.chunks[at(chunk)];
        let (block, slot, half) = (old.block, at(old.slot) + 1, at(old.len) / 2);
        let mut upper = Chunk::new(block);
        upper.len = old.len - number(half);
        upper.marks[..at(upper.len)].copy_from_slice(&old.marks[half..at(old.len)]);
        upper.orders[..at(upper.len)].copy_from_slice(&old.orders[half..at(old.len)]);
        old.marks[half..].fill(NONE);
        old.orders[half..].fill(NONE);
        old.len = number(half);
        for &mark in &upper.marks[..at(upper.len)] {
            self.set_home(unpacked(mark), new);
        }
        let first = self.chunks[at(chunk)].first();
        let firsts = &mut self.blocks[at(block)].firsts;
        firsts[slot - 1] = first;
        firsts.insert(slot, upper.first());
        self.chunks.push(upper);
        let chunks = &mut self.blocks[at(block)].chunks;
        chunks.insert(slot, new);
        for (slot, &chunk) in chunks.iter().enumerate().skip(slot) {
            self.chunks[at(chunk)].slot = number(slot);
        }
    }

    /// Moves the second half of a block that has become too large into a new one behind it. `homes` are the blocks of all who
    /// have qualified, by order.
    pub(super) fn settle(&mut self, block: u32, paths: &Paths, homes: &mut [u32]) {
        let Block { chunks, members, .. } = &self.blocks[at(block)];
        if chunks.len() <= BLOCK && (*members <= BLOCK_MEMBERS || chunks.len() == 1) {
            return;
        }
        let new = number(self.blocks.len());
        let old = &mut self.blocks[at(block)];
        let half = old.chunks.len() / 2;
        let (upper, firsts) = (old.chunks.split_off(half), old.firsts.split_off(half));
        // those who stay in the old block are before the new one
        let mut by_epoch = vec![0; old.before.len()];
        let mut stay = 0;
        let mut members = 0;
        for &chunk in &old.chunks {
            members += self.chunks[at(chunk)].members(paths);
            self.chunks[at(chunk)].counted(paths, |order| {
                stay += 1;
                if let Some(count) = by_epoch.get_mut(at(order) / EPOCH) {
                    *count += 1;
                }
            });
        }
        let mut sum = 0;
        let mut before = Notes::default();
        for (stayed, old) in by_epoch.iter().zip(old.before.iter()) {
            sum += stayed;
            before.push(old + sum);
        }
        let (count, upper_members) = (old.count - stay, old.members - members);
        (old.count, old.members) = (stay, members);
        for (slot, &chunk) in upper.iter().enumerate() {
            let chunk = &mut self.chunks[at(chunk)];
            (chunk.block, chunk.slot) = (new, number(slot));
            chunk.counted(paths, |order| homes[at(order)] = new);
        }
        self.blocks.push(Block { chunks: upper, firsts, members: upper_members, count, before });
        let rank = at(self.ranks[at(block)]) + 1;
        self.row.insert(rank, new);
        self.ranks.push(NONE);
        for (rank, &block) in self.row.iter().enumerate().skip(rank) {
            self.ranks[at(block)] = number(rank);
        }
    }
}

/// Behind the k-th of some orders, from 0; [`NONE`] if there are no more than `k`.
fn end_of(orders: &mut [u32], k: usize) -> u32 {
    if k < orders.len() { orders.select_nth_unstable(k).1.saturating_add(1) } else { NONE }
}
