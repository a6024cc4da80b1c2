//! A walk around the tree that meets each node when it enters its subtree and again when it leaves it, kept in order
//! while leaves are added: tokens in chunks, chunks in blocks, blocks in a row.

use std::hash::Hash;

use crate::index::{NONE, at, number};
use crate::{Side, Tree};

use super::EPOCH;

/// Tokens in a chunk, at most.
const CHUNK: usize = 64;
/// Chunks in a block, at most.
const BLOCK: usize = 64;
/// Tokens that a restored chunk, and chunks that a restored block begin with.
const BEGIN: usize = 56;

#[derive(Debug, Clone)]
struct Chunk {
    /// The node doubled; one more where the walk leaves its subtree.
    tokens: [u32; CHUNK],
    /// Numbers in the order of qualification; [`NONE`] for who doesn't count, and for tokens of leaving.
    orders: [u32; CHUNK],
    len: u32,
    block: u32,
    /// Index in its block.
    slot: u32,
}

impl Chunk {
    fn new(block: u32) -> Self {
        Self { tokens: [NONE; CHUNK], orders: [NONE; CHUNK], len: 0, block, slot: 0 }
    }

    fn insert(&mut self, index: usize, token: u32) {
        let len = at(self.len);
        self.tokens.copy_within(index..len, index + 1);
        self.orders.copy_within(index..len, index + 1);
        (self.tokens[index], self.orders[index]) = (token, NONE);
        self.len += 1;
    }

    fn find(&self, token: u32) -> usize {
        // in groups, which are compared at once
        let mut groups = self.tokens.chunks_exact(16).enumerate();
        let holds = |&(_, group): &(usize, &[u32])| {
            group.iter().fold(false, |found, &other| found | (other == token))
        };
        let found = groups.find(holds);
        found.map_or(CHUNK, |(index, group)| {
            index * 16 + group.iter().position(|&other| other == token).unwrap_or(0)
        })
    }

    /// Orders of those who count.
    fn counted(&self) -> impl Iterator<Item = u32> + use<> {
        self.orders.into_iter().take(at(self.len)).filter(|&order| order != NONE)
    }

    fn first(&self) -> u32 {
        self.orders.iter().fold(NONE, |first, &order| first.min(order))
    }
}

#[derive(Debug, Clone, Default)]
struct Block {
    chunks: Vec<u32>,
    /// By chunk: the smallest order in it.
    firsts: Vec<u32>,
    /// Qualified members in it.
    count: u32,
    /// By epoch: the qualified members in all blocks before it when the epoch ended.
    before: Vec<u32>,
}

/// Where a token stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    block: u32,
    rank: u32,
    slot: usize,
    index: usize,
}

/// The tokens of a subtree.
pub(super) struct Stretch {
    from: Position,
    to: Position,
}

impl Stretch {
    /// Whether there are blocks between that of its first and that of its last token.
    pub(super) fn has_whole_blocks(&self) -> bool {
        self.to.rank > self.from.rank + 1
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
    /// By node: the chunks of its two tokens.
    homes: Vec<[u32; 2]>,
}

impl Tour {
    pub(super) fn over<K: Copy + Eq + Hash>(tree: &Tree<K>) -> Self {
        let mut tour = Self { homes: vec![[NONE; 2]; tree.len()], ..Self::default() };
        let mut chunk = None;
        for (node, enters) in tree.tour() {
            let room = chunk.filter(|&chunk: &u32| at(tour.chunks[at(chunk)].len) < BEGIN);
            let open = room.unwrap_or_else(|| tour.new_chunk());
            chunk = Some(open);
            tour.insert(open, at(tour.chunks[at(open)].len), token(node, enters));
        }
        tour
    }

    /// Adds a chunk to the end of a walk that is being built.
    fn new_chunk(&mut self) -> u32 {
        let open = self.row.last().copied().filter(|&block| self.blocks[at(block)].chunks.len() < BEGIN);
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

    /// Adds the next node, which has nobody below it. `homes` are the blocks of all who have qualified, by order.
    pub(super) fn join(&mut self, node: u32, place: Option<(u32, Side)>, homes: &mut [u32]) {
        self.homes.push([NONE; 2]);
        match place {
            None => {
                for enters in [true, false] {
                    let chunk = self.end_of_row(homes);
                    self.insert(chunk, at(self.chunks[at(chunk)].len), token(node, enters));
                }
            }
            // right behind the parent's first token
            Some((parent, Side::Left)) => {
                for enters in [false, true] {
                    let (chunk, index) = self.room_at(parent, true, homes);
                    self.insert(chunk, index + 1, token(node, enters));
                }
            }
            // right before its last one
            Some((parent, Side::Right)) => {
                for enters in [true, false] {
                    let (chunk, index) = self.room_at(parent, false, homes);
                    self.insert(chunk, index, token(node, enters));
                }
            }
        }
    }

    /// Notes a qualification and gives the block in which it is.
    pub(super) fn qualify(&mut self, node: u32, order: u32) -> u32 {
        let (block, slot) = self.set(node, order);
        let first = &mut self.blocks[at(block)].firsts[slot];
        // orders only rise
        *first = order.min(*first);
        self.blocks[at(block)].count += 1;
        block
    }

    /// Takes back a qualification of this epoch, as if it had never been.
    pub(super) fn withdraw(&mut self, node: u32, epoch: usize) {
        let (block, slot) = self.set(node, NONE);
        let chunk = self.blocks[at(block)].chunks[slot];
        self.blocks[at(block)].firsts[slot] = self.chunks[at(chunk)].first();
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
        for (rank, &block) in self.row.iter().enumerate() {
            let block = &mut self.blocks[at(block)];
            if block.before.len() == block.before.capacity() {
                // blocks that grow at different times make no step long
                block.before.reserve_exact(64 + rank % 64);
            }
            block.before.push(before);
            before += block.count;
        }
    }

    pub(super) fn stretch(&self, top: u32) -> Stretch {
        Stretch { from: self.find(top, true), to: self.find(top, false) }
    }

    /// Sets `open` to the orders up to `bound` of those in a stretch who are in none of its whole blocks, as far as they
    /// may be among the first `k` and one more.
    pub(super) fn open_orders(&self, stretch: &Stretch, k: usize, bound: u32, open: &mut Vec<u32>) {
        let Stretch { from, to } = stretch;
        let parts = if from.rank == to.rank {
            [(from.block, (from.slot, from.index), (to.slot, to.index)), (from.block, (0, 0), (0, 0))]
        } else {
            [(from.block, (from.slot, from.index), (BLOCK, 0)), (to.block, (0, 0), (to.slot, to.index))]
        };
        // each chunk that is there whole has its first, so that the k-th is not behind the k-th of these
        open.clear();
        for (block, from, to) in parts {
            let firsts = &self.blocks[at(block)].firsts;
            let end = to.0.min(firsts.len());
            open.extend(&firsts[(from.0 + 1).min(end)..end]);
        }
        let bound = if k < open.len() { bound.min(*open.select_nth_unstable(k).1) } else { bound };

        open.clear();
        for (block, from, to) in parts {
            let block = &self.blocks[at(block)];
            let last = (to.0 + 1).min(block.chunks.len());
            for slot in from.0..last {
                if block.firsts[slot] > bound {
                    continue;
                }
                let chunk = &self.chunks[at(block.chunks[slot])];
                let start = if slot == from.0 { from.1 } else { 0 };
                let end = if slot == to.0 { to.1 } else { at(chunk.len) };
                open.extend(chunk.orders[start..end].iter().filter(|&&order| order <= bound));
            }
        }
    }

    /// How many of the whole blocks of a stretch had qualified when an epoch ended.
    pub(super) fn count_by(&self, stretch: &Stretch, epoch: usize) -> usize {
        let first = self.row[at(stretch.from.rank) + 1];
        let before = |block: u32| at(self.blocks[at(block)].before[epoch]);
        before(stretch.to.block) - before(first)
    }

    /// Whether a block is one of the whole ones of a stretch.
    pub(super) fn is_whole(&self, stretch: &Stretch, block: u32) -> bool {
        let rank = self.ranks.get(at(block)).copied().unwrap_or(NONE);
        rank > stretch.from.rank && rank < stretch.to.rank
    }

    fn find(&self, node: u32, enters: bool) -> Position {
        let chunk = &self.chunks[at(self.homes[at(node)][usize::from(!enters)])];
        Position {
            block: chunk.block,
            rank: self.ranks[at(chunk.block)],
            slot: at(chunk.slot),
            index: chunk.find(token(node, enters)),
        }
    }

    /// Sets a node's order and tells its block and the chunk's index in it.
    fn set(&mut self, node: u32, order: u32) -> (u32, usize) {
        let chunk = &mut self.chunks[at(self.homes[at(node)][0])];
        let index = chunk.find(token(node, true));
        chunk.orders[index] = order;
        (chunk.block, at(chunk.slot))
    }

    fn insert(&mut self, chunk: u32, index: usize, token: u32) {
        self.chunks[at(chunk)].insert(index, token);
        self.homes[at(token / 2)][at(token % 2)] = chunk;
    }

    /// The chunk of a token, with room for one more, and its index.
    fn room_at(&mut self, node: u32, enters: bool, homes: &mut [u32]) -> (u32, usize) {
        let which = usize::from(!enters);
        let chunk = self.homes[at(node)][which];
        if at(self.chunks[at(chunk)].len) == CHUNK {
            self.split(chunk, homes);
        }
        let chunk = self.homes[at(node)][which];
        (chunk, self.chunks[at(chunk)].find(token(node, enters)))
    }

    /// The last chunk of the walk, with room for one more.
    fn end_of_row(&mut self, homes: &mut [u32]) -> u32 {
        let last = |tour: &Self| {
            let block = tour.row.last().map(|&block| &tour.blocks[at(block)]);
            block.and_then(|block| block.chunks.last().copied())
        };
        match last(self) {
            Some(chunk) if at(self.chunks[at(chunk)].len) == CHUNK => self.split(chunk, homes),
            Some(_) => {}
            None => {
                self.new_chunk();
            }
        }
        last(self).unwrap_or(NONE)
    }

    /// Moves the second half of a chunk into a new one behind it.
    fn split(&mut self, chunk: u32, homes: &mut [u32]) {
        let new = number(self.chunks.len());
        let old = &mut self.chunks[at(chunk)];
        let (block, slot, half) = (old.block, at(old.slot) + 1, at(old.len) / 2);
        let mut upper = Chunk::new(block);
        upper.len = old.len - number(half);
        upper.tokens[..at(upper.len)].copy_from_slice(&old.tokens[half..at(old.len)]);
        upper.orders[..at(upper.len)].copy_from_slice(&old.orders[half..at(old.len)]);
        old.tokens[half..].fill(NONE);
        old.orders[half..].fill(NONE);
        old.len = number(half);
        for &token in &upper.tokens[..at(upper.len)] {
            self.homes[at(token / 2)][at(token % 2)] = new;
        }
        let firsts = &mut self.blocks[at(block)].firsts;
        firsts[slot - 1] = old.first();
        firsts.insert(slot, upper.first());
        self.chunks.push(upper);
        let chunks = &mut self.blocks[at(block)].chunks;
        chunks.insert(slot, new);
        for (slot, &chunk) in chunks.iter().enumerate().skip(slot) {
            self.chunks[at(chunk)].slot = number(slot);
        }
        if chunks.len() > BLOCK {
            self.split_block(block, homes);
        }
    }

    /// Moves the second half of a block into a new one behind it.
    fn split_block(&mut self, block: u32, homes: &mut [u32]) {
        let new = number(self.blocks.len());
        let old = &mut self.blocks[at(block)];
        let half = old.chunks.len() / 2;
        let (upper, firsts) = (old.chunks.split_off(half), old.firsts.split_off(half));
        // those who stay in the old block are before the new one
        let mut before = vec![0; old.before.len()];
        let mut stay = 0;
        for &chunk in &old.chunks {
            for order in self.chunks[at(chunk)].counted() {
                stay += 1;
                if let Some(count) = before.get_mut(at(order) / EPOCH) {
                    *count += 1;
                }
            }
        }
        let mut sum = 0;
        for (before, old) in before.iter_mut().zip(&old.before) {
            sum += *before;
            *before = old + sum;
        }
        let count = old.count - stay;
        old.count = stay;
        for (slot, &chunk) in upper.iter().enumerate() {
            let chunk = &mut self.chunks[at(chunk)];
            (chunk.block, chunk.slot) = (new, number(slot));
            for order in chunk.counted() {
                homes[at(order)] = new;
            }
        }
        self.blocks.push(Block { chunks: upper, firsts, count, before });
        let rank = at(self.ranks[at(block)]) + 1;
        self.row.insert(rank, new);
        self.ranks.push(NONE);
        for (rank, &block) in self.row.iter().enumerate().skip(rank) {
            self.ranks[at(block)] = number(rank);
        }
    }
}

/// The number of a node's token: doubled, and one more where the walk leaves its subtree.
fn token(node: u32, enters: bool) -> u32 {
    node * 2 + u32::from(!enters)
}
