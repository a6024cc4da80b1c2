//! Small subtrees, each laid flat: who stands above whom in it is a byte, so that what a qualification asks of them is
//! answered within a few lines of memory.

#[cfg(test)]
mod tests;

use std::hint::black_box;
use std::{iter, mem};

use crate::index::{NONE, at, number};
use crate::limits::TWIG;

use super::arena::{Arena, Run};
use super::{Change, Leg, Touched};
use crate::Side;

/// In place of an index.
const NOBODY: u8 = u8::MAX;

/// Perches that stand in 64 bytes.
const PERCHES_A_LINE: usize = 10;

/// Nodes or orders that stand in 64 bytes.
const NUMBERS_A_LINE: usize = 16;

/// A member of a twig. Its index there is larger than those of all above it.
#[derive(Debug, Clone, Copy)]
struct Perch {
    parent: u8,
    children: [u8; 2],
    /// Qualified members at and below it.
    count: u8,
    /// How many of the twig had qualified before it; [`NOBODY`] for one who doesn't count.
    rank: u8,
    /// Not of this member: at index i who was the i-th of the twig's to qualify.
    turn: u8,
}

impl Default for Perch {
    fn default() -> Self {
        Self { parent: NOBODY, children: [NOBODY; 2], count: 0, rank: NOBODY, turn: 0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct Twig {
    /// The path at whose end it is.
    path: u32,
    perches: Run,
    /// By index.
    nodes: Run,
    /// Numbers in the order of qualification of those who count, rising; as many more as there are others.
    orders: Run,
}

/// A part of a twig that is taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) top: usize,
    pub(super) size: u32,
    pub(super) count: u32,
}

/// A node of a twig that has become a link, and its legs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peeled {
    pub(super) node: u32,
    pub(super) light: Option<Part>,
    pub(super) light_side: Side,
    pub(super) heavy: Part,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Twigs {
    twigs: Vec<Twig>,
    perches: Arena<Perch>,
    nodes: Arena<u32>,
    orders: Arena<u32>,
}

impl Twigs {
    /// Adds a twig without members.
    pub(super) fn start(&mut self, path: u32) -> u32 {
        let twig = number(self.twigs.len());
        self.twigs.push(Twig::of(path));
        twig
    }

    pub(super) fn path(&self, twig: u32) -> u32 {
        self.twigs[at(twig)].path
    }

    pub(super) fn set_path(&mut self, twig: u32, path: u32) {
        self.twigs[at(twig)].path = path;
    }

    pub(super) fn size(&self, twig: u32) -> usize {
        self.twigs[at(twig)].perches.len()
    }

    /// Numbers in the order of qualification of those who count, rising.
    pub(super) fn orders(&self, twig: u32) -> impl Iterator<Item = u32> {
        let counted = count_of(self.perches(twig), 0);
        self.orders.slice(self.twigs[at(twig)].orders).iter().take(usize::from(counted)).copied()
    }

    /// The node at the top of a twig that has members.
    pub(super) fn root(&self, twig: u32) -> u32 {
        self.nodes(twig)[0]
    }

    fn perches(&self, twig: u32) -> &[Perch] {
        self.perches.slice(self.twigs[at(twig)].perches)
    }

    /// By index.
    pub(super) fn nodes(&self, twig: u32) -> &[u32] {
        self.nodes.slice(self.twigs[at(twig)].nodes)
    }

    /// Adds a node that has nobody below it, and gives its index.
    pub(super) fn join(&mut self, twig: u32, parent: Option<(usize, Side)>, node: u32) -> usize {
        let Twig { perches, nodes, orders, .. } = &mut self.twigs[at(twig)];
        let index = perches.len();
        self.nodes.push(nodes, node);
        self.orders.push(orders, NONE);
        self.perches.push(perches, Perch::default());
        if let Some((parent, side)) = parent {
            let perches = self.perches.slice_mut(*perches);
            perches[index].parent = byte(parent);
            perches[parent].children[side.index()] = byte(index);
        }
        index
    }

    /// Reads what counting one in or finding the k-th of a subtree reads first.
    pub(super) fn read_ahead(&self, twig: u32) {
        let perches = self.perches(twig);
        perches.iter().step_by(PERCHES_A_LINE).for_each(|perch| _ = black_box(perch.count));
        self.nodes(twig).iter().step_by(NUMBERS_A_LINE).for_each(|&node| _ = black_box(node));
        let orders = self.orders.slice(self.twigs[at(twig)].orders);
        black_box((orders.first().copied(), orders.get(usize::from(count_of(perches, 0))).copied()));
    }

    /// How many of the twig stand above a member.
    pub(super) fn depth(&self, twig: u32, index: usize) -> u32 {
        let perches = self.perches(twig);
        iter::successors(perches[index].parent(), |&above| perches[above].parent()).map(|_| 1).sum()
    }

    pub(super) fn is_above(&self, twig: u32, above: usize, below: usize) -> bool {
        let perches = self.perches(twig);
        iter::successors(Some(below), |&below| perches[below].parent()).any(|below| below == above)
    }

    /// Qualified members of a member's legs, left first.
    pub(super) fn legs(&self, twig: u32, index: usize) -> [u32; 2] {
        let perches = self.perches(twig);
        perches[index].children.map(|child| count_of(perches, child).into())
    }

    /// The node of the subtree of `top` before which `k` others of it qualified.
    pub(super) fn kth(&self, twig: u32, top: usize, k: usize) -> Option<u32> {
        let perches = self.perches(twig);
        if k >= usize::from(perches[top].count) {
            return None;
        }
        let ranks: u64 = below(perches, top).map(|index| bit(perches[index].rank)).sum();
        let rank = (0..k).fold(ranks, |ranks, _| ranks & (ranks - 1)).trailing_zeros();
        let turn = perches[at(rank)].turn;
        Some(self.nodes(twig)[usize::from(turn)])
    }

    /// Counts a member in or out, and tells the owners in the twig whose smaller leg changes, the nearest first.
    pub(super) fn count(&mut self, twig: u32, index: usize, change: Change, touched: &mut Vec<Touched>) {
        // the way up goes from line to line: asked for at once, they come at once
        self.read_ahead(twig);
        let Twig { perches, nodes, orders, .. } = self.twigs[at(twig)];
        let (perches, nodes) = (self.perches.slice_mut(perches), self.nodes.slice(nodes));
        let orders = self.orders.slice_mut(orders);
        let counted = usize::from(perches[0].count);
        match change {
            Change::Qualifies { order } => {
                (perches[counted].turn, orders[counted]) = (byte(index), order);
                perches[index].rank = byte(counted);
            }
            Change::Withdraws => {
                let rank = mem::replace(&mut perches[index].rank, NOBODY);
                for rank in usize::from(rank)..counted - 1 {
                    let later = perches[rank + 1].turn;
                    (perches[rank].turn, orders[rank]) = (later, orders[rank + 1]);
                    perches[usize::from(later)].rank = byte(rank);
                }
            }
        }
        let moved = |count: u8| match change {
            Change::Qualifies { .. } => count + 1,
            Change::Withdraws => count - 1,
        };
        perches[index].count = moved(perches[index].count);
        let mut from = index;
        while let Some(owner) = perches[from].parent() {
            perches[owner].count = moved(perches[owner].count);
            let [left, right] = perches[owner].children;
            let (side, other) =
                if usize::from(left) == from { (Side::Left, right) } else { (Side::Right, left) };
            let (grown, other) = (perches[from].count, count_of(perches, other));
            let shows = match change {
                Change::Qualifies { .. } => grown <= other,
                Change::Withdraws => grown < other,
            };
            if shows {
                touched.push(Touched { owner: nodes[owner], leg: Leg::On(side), count: grown.into() });
            }
            from = owner;
        }
    }

    /// Takes the nodes out of a full twig below which more than half of it stand: its first, and each time the child with
    /// more members. The twig itself is then to be copied down to the last heavy leg.
    pub(super) fn peel(&self, twig: u32) -> Vec<Peeled> {
        let perches = self.perches(twig);
        let part = |top: u8| {
            let top = index_of(top)?;
            Some(Part { top, size: number(below(perches, top).count()), count: perches[top].count.into() })
        };
        let mut peeled = Vec::new();
        let mut top = 0;
        loop {
            let [left, right] = perches[top].children;
            let (heavy, light, light_side) = match (part(left), part(right)) {
                (Some(left), Some(right)) if left.size >= right.size => (left, Some(right), Side::Right),
                (Some(left), Some(right)) => (right, Some(left), Side::Left),
                (Some(left), None) => (left, None, Side::Right),
                (None, Some(right)) => (right, None, Side::Left),
                (None, None) => return peeled,
            };
            peeled.push(Peeled { node: self.nodes(twig)[top], light, light_side, heavy });
            if at(heavy.size) * 2 <= TWIG {
                return peeled;
            }
            top = heavy.top;
        }
    }

    /// Copies the subtree of `top` of one twig into another, which has no members yet, and gives its nodes.
    pub(super) fn copy(&mut self, from: u32, top: usize, to: u32) -> Vec<u32> {
        let (old, nodes) = (self.perches(from).to_vec(), self.nodes(from).to_vec());
        let orders: Vec<u32> = self.orders(from).collect();
        let kept: Vec<usize> = below(&old, top).collect();
        let mut new = [NOBODY; TWIG];
        for (index, &before) in kept.iter().enumerate() {
            new[before] = byte(index);
        }
        let renumber = |index: u8| new.get(usize::from(index)).copied().unwrap_or(NOBODY);
        let mut copy = Twig::of(self.path(to));
        for &index in &kept {
            let Perch { parent, children, count, .. } = old[index];
            let (parent, children) = (renumber(parent), children.map(renumber));
            self.perches.push(&mut copy.perches, Perch { parent, children, count, ..Perch::default() });
            self.nodes.push(&mut copy.nodes, nodes[index]);
            self.orders.push(&mut copy.orders, NONE);
        }
        let turns = old.iter().zip(orders).map(|(perch, order)| (renumber(perch.turn), order));
        let turns = turns.filter(|&(turn, _)| turn != NOBODY);
        let (perches, orders) = (self.perches.slice_mut(copy.perches), self.orders.slice_mut(copy.orders));
        for (rank, (turn, order)) in turns.enumerate() {
            (perches[rank].turn, orders[rank]) = (turn, order);
            perches[usize::from(turn)].rank = byte(rank);
        }
        let before = mem::replace(&mut self.twigs[at(to)], copy);
        self.perches.free(before.perches);
        self.nodes.free(before.nodes);
        self.orders.free(before.orders);
        kept.into_iter().map(|index| nodes[index]).collect()
    }
}

impl Twig {
    /// One without members.
    fn of(path: u32) -> Self {
        Self { path, perches: Run::default(), nodes: Run::default(), orders: Run::default() }
    }
}

impl Perch {
    fn parent(self) -> Option<usize> {
        index_of(self.parent)
    }
}

/// Indices of `top` and all below it, rising.
fn below(perches: &[Perch], top: usize) -> impl Iterator<Item = usize> {
    let mut ahead = 1_u64 << top;
    iter::from_fn(move || {
        let index = at(ahead.trailing_zeros());
        let [left, right] = perches.get(index)?.children;
        ahead = (ahead & (ahead - 1)) + bit(left) + bit(right);
        Some(index)
    })
}

/// The bit of an index; none for [`NOBODY`].
fn bit(index: u8) -> u64 {
    BITS[usize::from(index)]
}

const BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut index = 0;
    while index < 64 {
        bits[index] = 1 << index;
        index += 1;
    }
    bits
};

fn count_of(perches: &[Perch], index: u8) -> u8 {
    perches.get(usize::from(index)).map_or(0, |perch| perch.count)
}

fn index_of(byte: u8) -> Option<usize> {
    Some(usize::from(byte)).filter(|_| byte != NOBODY)
}

fn byte(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(NOBODY)
}
