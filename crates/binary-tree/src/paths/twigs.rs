//! Small subtrees, each laid flat: who stands above whom in it is a bit, so that what a qualification asks of them is
//! answered within a few lines of memory.

#[cfg(test)]
mod tests;

use std::hint::black_box;

use crate::index::{at, number};
use crate::limits::TWIG;

use super::arena::{Arena, Run};
use super::{Change, Leg, Touched};
use crate::Side;

/// In place of a child's index.
const NO_CHILD: u8 = u8::MAX;

/// Perches that stand in 64 bytes.
const PERCHES_A_LINE: usize = 2;

/// A member of a twig. Its index there is larger than those of all above it.
#[derive(Debug, Clone, Copy)]
struct Perch {
    /// Bits of those above it in the twig.
    above: u64,
    node: u32,
    children: [u8; 2],
    /// Qualified members at and below it.
    count: u8,
    /// Not of this member: at index i who was the i-th of the twig's to qualify.
    turn: u8,
    /// That one's number in the order of qualification.
    order: u32,
}

impl Default for Perch {
    fn default() -> Self {
        Self { above: 0, node: 0, children: [NO_CHILD; 2], count: 0, turn: 0, order: 0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct Twig {
    /// The path at whose end it is.
    path: u32,
    perches: Run,
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
}

impl Twigs {
    /// Adds a twig without members.
    pub(super) fn start(&mut self, path: u32) -> u32 {
        let twig = number(self.twigs.len());
        self.twigs.push(Twig { path, perches: Run::default() });
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
        let perches = self.perches(twig);
        perches.iter().take(usize::from(count_of(perches, 0))).map(|perch| perch.order)
    }

    /// The node at the top of a twig that has members.
    pub(super) fn root(&self, twig: u32) -> u32 {
        self.perches(twig)[0].node
    }

    fn perches(&self, twig: u32) -> &[Perch] {
        self.perches.slice(self.twigs[at(twig)].perches)
    }

    /// Adds a node that has nobody below it, and gives its index.
    pub(super) fn join(&mut self, twig: u32, parent: Option<(usize, Side)>, node: u32) -> usize {
        let run = &mut self.twigs[at(twig)].perches;
        let index = run.len();
        self.perches.push(run, Perch { node, ..Perch::default() });
        if let Some((parent, side)) = parent {
            let perches = self.perches.slice_mut(*run);
            perches[index].above = perches[parent].above + (1 << parent);
            perches[parent].children[side.index()] = turn(index);
        }
        index
    }

    /// Reads every line of memory of a twig.
    pub(super) fn read_ahead(&self, twig: u32) {
        self.perches(twig).iter().step_by(PERCHES_A_LINE).for_each(|perch| _ = black_box(perch.count));
    }

    /// How many of the twig stand above a member.
    pub(super) fn depth(&self, twig: u32, index: usize) -> u32 {
        self.perches(twig)[index].above.count_ones()
    }

    pub(super) fn is_above(&self, twig: u32, above: usize, below: usize) -> bool {
        stands_in(self.perches(twig), below, above)
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
        if perches[top].children == [NO_CHILD; 2] {
            return Some(perches[top].node);
        }
        let turns = perches.iter().map(|perch| usize::from(perch.turn));
        turns.filter(|&index| stands_in(perches, index, top)).nth(k).map(|index| perches[index].node)
    }

    /// Counts a member in or out, and tells the owners in the twig whose smaller leg changes, the nearest first.
    pub(super) fn count(&mut self, twig: u32, index: usize, change: Change, touched: &mut Vec<Touched>) {
        let perches = self.perches.slice_mut(self.twigs[at(twig)].perches);
        let counted = usize::from(perches[0].count);
        match change {
            Change::Qualifies { order } => {
                (perches[counted].turn, perches[counted].order) = (turn(index), order);
            }
            Change::Withdraws => {
                let turns = perches.iter().take(counted).position(|perch| usize::from(perch.turn) == index);
                for later in turns.unwrap_or(counted)..counted - 1 {
                    let Perch { turn, order, .. } = perches[later + 1];
                    (perches[later].turn, perches[later].order) = (turn, order);
                }
            }
        }
        let moved = |count: u8| match change {
            Change::Qualifies { .. } => count + 1,
            Change::Withdraws => count - 1,
        };
        let above = perches[index].above;
        perches[index].count = moved(perches[index].count);
        let way = above + (1 << index);
        let mut rest = above;
        while rest != 0 {
            let owner = at(rest.ilog2());
            rest ^= 1 << owner;
            perches[owner].count = moved(perches[owner].count);
            let [left, right] = perches[owner].children;
            let is_right = right != NO_CHILD && way >> right & 1 == 1;
            let (side, grown, other) =
                if is_right { (Side::Right, right, left) } else { (Side::Left, left, right) };
            let (grown, other) = (count_of(perches, grown), count_of(perches, other));
            let shows = match change {
                Change::Qualifies { .. } => grown <= other,
                Change::Withdraws => grown < other,
            };
            if shows {
                touched.push(Touched { owner: perches[owner].node, leg: Leg::On(side), count: grown.into() });
            }
        }
    }

    /// Takes the nodes out of a full twig below which more than half of it stand: its first, and each time the child with
    /// more members. The twig itself is then to be copied down to the last heavy leg.
    pub(super) fn peel(&self, twig: u32) -> Vec<Peeled> {
        let perches = self.perches(twig);
        let part = |top: u8| {
            let top = Some(top).filter(|&top| top != NO_CHILD).map(usize::from)?;
            let size = (0..perches.len()).filter(|&index| stands_in(perches, index, top)).count();
            Some(Part { top, size: number(size), count: perches[top].count.into() })
        };
        let mut peeled = Vec::new();
        let mut top = 0;
        loop {
            let Perch { node, children: [left, right], .. } = perches[top];
            let (heavy, light, light_side) = match (part(left), part(right)) {
                (Some(left), Some(right)) if left.size >= right.size => (left, Some(right), Side::Right),
                (Some(left), Some(right)) => (right, Some(left), Side::Left),
                (Some(left), None) => (left, None, Side::Right),
                (None, Some(right)) => (right, None, Side::Left),
                (None, None) => return peeled,
            };
            peeled.push(Peeled { node, light, light_side, heavy });
            if at(heavy.size) * 2 <= TWIG {
                return peeled;
            }
            top = heavy.top;
        }
    }

    /// Copies the subtree of `top` of one twig into another, which has no members yet, and gives its nodes.
    pub(super) fn copy(&mut self, from: u32, top: usize, to: u32) -> Vec<u32> {
        let old = self.perches(from).to_vec();
        let mut new = [NO_CHILD; TWIG];
        let kept: Vec<usize> = (0..old.len()).filter(|&index| stands_in(&old, index, top)).collect();
        let mut run = Run::default();
        for (index, &before) in kept.iter().enumerate() {
            new[before] = turn(index);
        }
        let renumber = |child: u8| new.get(usize::from(child)).copied().unwrap_or(NO_CHILD);
        for &index in &kept {
            let Perch { node, count, children, mut above, .. } = old[index];
            let mut now = 0;
            while above != 0 {
                let bit = at(above.trailing_zeros());
                above &= above - 1;
                if new[bit] != NO_CHILD {
                    now += 1 << new[bit];
                }
            }
            let perch =
                Perch { node, count, children: children.map(renumber), above: now, turn: 0, order: 0 };
            self.perches.push(&mut run, perch);
        }
        let counted =
            old.iter().take(usize::from(old[0].count)).map(|perch| (renumber(perch.turn), perch.order));
        let turns = counted.filter(|&(turn, _)| turn != NO_CHILD);
        for (perch, turn) in self.perches.slice_mut(run).iter_mut().zip(turns) {
            (perch.turn, perch.order) = turn;
        }
        let before = std::mem::replace(&mut self.twigs[at(to)].perches, run);
        self.perches.free(before);
        kept.into_iter().map(|index| old[index].node).collect()
    }
}

/// Whether a member is `top` or stands below it.
fn stands_in(perches: &[Perch], index: usize, top: usize) -> bool {
    index == top || perches[index].above >> top & 1 == 1
}

fn count_of(perches: &[Perch], child: u8) -> u8 {
    perches.get(usize::from(child)).map_or(0, |perch| perch.count)
}

fn turn(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(NO_CHILD)
}
