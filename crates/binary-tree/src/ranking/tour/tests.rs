//! How full chunks and blocks are, on which the memory and the time of a search hang.

use super::*;
use crate::Placement;
use crate::ranking::Ranking;

/// A line and a tree of full rows.
fn tree() -> Tree<u32> {
    let mut tree = Tree::new();
    for member in 0..20_000 {
        let (sponsor, placement) = match member {
            0..10_000 => (0, Placement::ExtremeLeft),
            _ => (10_000, Placement::LevelOrder { side: None }),
        };
        tree.join(member, (member != sponsor).then_some(sponsor), placement).unwrap();
    }
    tree
}

#[test]
fn a_restored_walk_is_as_full_as_it_is_to_begin() {
    let tree = tree();
    let tour = Tour::over(&tree);
    let (last, full) = tour.chunks.split_last().unwrap();
    assert!(full.iter().all(|chunk| at(chunk.len) == CHUNK_BEGINS) && at(last.len) <= CHUNK_BEGINS);

    let (last, full) = tour.blocks.split_last().unwrap();
    assert!(full.iter().all(|block| block.members >= BLOCK_BEGINS || block.chunks.len() == BLOCK));
    assert!(full.iter().any(|block| block.members >= BLOCK_BEGINS && block.chunks.len() > 1));
    assert!(full.iter().any(|block| block.members < BLOCK_BEGINS));
    for block in full.iter().chain([last]) {
        let by_chunk: Vec<u32> =
            block.chunks.iter().map(|&chunk| tour.chunks[at(chunk)].members(tree.paths())).collect();
        assert_eq!(block.members, by_chunk.iter().sum::<u32>());
        let before_the_last: u32 = by_chunk.iter().rev().skip(1).sum();
        assert!(before_the_last < BLOCK_BEGINS && block.chunks.len() <= BLOCK);
    }
    assert_eq!(at(tour.blocks.iter().map(|block| block.members).sum()), tree.len());
}

impl Tour {
    pub(in super::super) fn block_of<K: Copy + Eq + Hash>(&self, node: u32, tree: &Tree<K>) -> u32 {
        let mark = tree.paths().twig_of(node).map_or(Mark::Enter(node), Mark::Twig);
        self.chunks[at(self.home(mark))].block
    }

    pub(in super::super) fn pieces(&self) -> (usize, usize) {
        (self.blocks.len(), self.chunks.len())
    }

    /// Checks that the newest block and chunk, if there are more than before, together with what they were cut from are
    /// more than one may be.
    pub(in super::super) fn check_cuts(&self, (blocks, chunks): (usize, usize)) {
        if self.blocks.len() > blocks.max(1) {
            let rank = at(*self.ranks.last().unwrap());
            let [one, other] = [rank - 1, rank].map(|rank| &self.blocks[at(self.row[rank])]);
            let by_members = one.members + other.members > BLOCK_MEMBERS;
            assert!(by_members || one.chunks.len() + other.chunks.len() > BLOCK);
            assert!(one.chunks.len().abs_diff(other.chunks.len()) <= 1);
        }
        if self.chunks.len() > chunks.max(1) {
            let newest = self.chunks.last().unwrap();
            let before =
                at(newest.slot).checked_sub(1).map(|slot| self.blocks[at(newest.block)].chunks[slot]);
            // the one before it may stand in the block before by now
            let before = before.unwrap_or_else(|| {
                let rank = at(self.ranks[at(newest.block)]) - 1;
                *self.blocks[at(self.row[rank])].chunks.last().unwrap()
            });
            assert!(newest.len + self.chunks[at(before)].len > number(CHUNK));
        }
    }

    /// Checks everything that is kept against what it is to be after so many epochs.
    pub(in super::super) fn check<K: Copy + Eq + Hash>(&self, tree: &Tree<K>, epochs: usize) {
        let paths = tree.paths();
        let mut walk = tree.tour().filter_map(|(node, enters)| match paths.twig_of(node) {
            Some(twig) => (enters && paths.twig_root(twig) == node).then_some(Mark::Twig(twig)),
            None => Some(if enters { Mark::Enter(node) } else { Mark::Leave(node) }),
        });
        assert_eq!((self.row.len(), self.ranks.len()), (self.blocks.len(), self.blocks.len()));
        let mut before = vec![0; epochs];
        let mut chunks = 0;
        for (rank, &name) in (0..).zip(&self.row) {
            let block = &self.blocks[at(name)];
            assert_eq!(self.ranks[at(name)], rank);
            assert!(block.before.len() == epochs && block.before.iter().eq(before.iter().copied()));
            assert!((1..=BLOCK).contains(&block.chunks.len()));
            let by_chunk = block.chunks.iter().map(|&chunk| self.chunks[at(chunk)].members(paths));
            let before_the_last: u32 = by_chunk.rev().skip(1).sum();
            // a half may be left with all of them, until somebody joins it
            let is_cut = block.members <= BLOCK_MEMBERS + 1 + BLOCK.ilog2();
            assert!(is_cut || before_the_last < BLOCK_BEGINS, "{} members, {before_the_last}", block.members);
            let (mut members, mut orders) = (0, Vec::new());
            for (slot, &home) in (0..).zip(&block.chunks) {
                let chunk = &self.chunks[at(home)];
                let len = at(chunk.len);
                assert_eq!((chunk.block, chunk.slot), (name, slot));
                assert!((1..=CHUNK).contains(&len));
                for (&mark, &first) in chunk.marks.iter().zip(&chunk.orders).take(len) {
                    let mark = unpacked(mark);
                    assert_eq!((Some(mark), self.home(mark)), (walk.next(), home));
                    let counting: Vec<u32> = match mark {
                        Mark::Enter(node) => tree.order_of(node).into_iter().collect(),
                        Mark::Leave(_) => Vec::new(),
                        Mark::Twig(twig) => paths.twig_orders(twig).collect(),
                    };
                    assert_eq!(first, counting.first().copied().unwrap_or(NONE));
                    orders.extend(counting);
                    members += match mark {
                        Mark::Enter(_) => 1,
                        Mark::Leave(_) => 0,
                        Mark::Twig(twig) => paths.twig_size(twig),
                    };
                }
                assert!(chunk.marks[len..].iter().chain(&chunk.orders[len..]).all(|&unused| unused == NONE));
                assert_eq!(block.firsts[at(slot)], chunk.orders.iter().copied().min().unwrap());
                chunks += 1;
            }
            assert_eq!(block.firsts.len(), block.chunks.len());
            assert_eq!((block.members, at(block.count)), (members, orders.len()));
            for (epoch, before) in before.iter_mut().enumerate() {
                *before += number(orders.iter().filter(|&&order| at(order) < (epoch + 1) * EPOCH).count());
            }
        }
        assert_eq!((walk.next(), chunks), (None, self.chunks.len()));
    }
}

/// Who is looked at one by one: those up to the bound, and no more than it takes to find the first so many.
#[test]
fn of_a_stretch_only_those_are_opened_who_may_be_among_the_first() {
    let tree = {
        let mut tree = tree();
        for step in 0..20_000 {
            if step % 3 > 0 {
                tree.qualify(step * 7_919 % 20_000).unwrap();
            }
        }
        Tree::restore(tree.snapshot()).unwrap()
    };
    let paths = tree.paths();
    let tour = Ranking::over(&tree).tour;
    let mut open = Vec::new();
    for top in (0..number(tree.len())).filter(|&node| paths.twig_of(node).is_none()).step_by(5) {
        let stretch = tour.stretch(top);
        let (from, to) = (&stretch.from, &stretch.to);
        // those of its first and its last block, and of each mark the first
        let (mut orders, mut firsts) = (Vec::new(), Vec::new());
        for block in [from.block, to.block].into_iter().take(if from.block == to.block { 1 } else { 2 }) {
            for (slot, &chunk) in tour.blocks[at(block)].chunks.iter().enumerate() {
                let starts = block == from.block && slot == from.slot;
                let ends = block == to.block && slot == to.slot;
                let chunk = &tour.chunks[at(chunk)];
                let start = if starts { from.index } else { 0 };
                let end = if ends { to.index } else { at(chunk.len) };
                if (block == from.block && slot < from.slot) || (block == to.block && slot > to.slot) {
                    continue;
                }
                for &mark in &chunk.marks[start..end] {
                    match unpacked(mark) {
                        Mark::Enter(node) => {
                            orders.extend(tree.order_of(node));
                            firsts.extend(tree.order_of(node));
                        }
                        Mark::Leave(_) => {}
                        Mark::Twig(twig) => {
                            orders.extend(paths.twig_orders(twig));
                            firsts.extend(paths.twig_orders(twig).next());
                        }
                    }
                }
            }
        }
        firsts.sort_unstable();
        let ends = orders.iter().step_by(5).map(|&order| (usize::MAX, order));
        for (k, end) in ends.chain([(0, NONE), (1, 12_000), (3, NONE), (usize::MAX, NONE)]) {
            tour.open_orders(&stretch, k, end, paths, &mut open);
            let last = firsts.get(k).copied().unwrap_or(NONE);
            let mut expected: Vec<u32> =
                orders.iter().copied().filter(|&order| order < end && order <= last).collect();
            expected.sort_unstable();
            open.sort_unstable();
            assert_eq!(open, expected, "of {top} up to {k}");
        }
    }
}
