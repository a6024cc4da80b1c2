//! The tree cut into paths, so that a member's ancestors are a few stretches of memory at any depth.
//!
//! Each path runs down from its top, from a node to its **heavy** child, and ends in a **twig**: a subtree of at most
//! [`TWIG`](crate::limits::TWIG) members, which is laid flat. The other, **light**, child of each node is the top of a path of its own, be it of no
//! more than a twig. A twig that is full gives the nodes with the most below them to its path, which gets longer. A light
//! child whose path comes to hold more than two thirds of the members below the top of the path above it becomes the
//! heavy one. So a way down to a light child leaves at least a third of the members
//! behind, and no member has more than log₁.₅ N ≈ 1.7 log₂ N paths above it.
//!
//! A node's **lead** is the number of qualified members in its light leg less those in its heavy leg. Its smaller leg
//! grows exactly when its lead moves towards 0. A newly qualified member lowers the lead of each node above it on
//! its own path by 1: a change of a prefix, in which those with a positive lead are asked for. On each path further up it
//! does the same to the prefix above the node at which it leaves, whose own lead rises by 1.

#![allow(clippy::arithmetic_side_effects, reason = "numbers of members, which are below 2^31")]

mod ahead;
mod arena;
mod change;
mod growth;
mod restore;
mod spans;
#[cfg(test)]
mod tests;
mod twigs;

use crate::Side;
use crate::index::{NONE, at, number};
use arena::{Arena, Run};
pub(crate) use change::Change;
use change::Sweep;
use spans::Spans;
use twigs::{Part, Peeled, Twigs};

/// A node on a path, and its lead without what the spans above still owe it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Link {
    pub(crate) node: u32,
    pub(crate) lead: i32,
    /// Qualified members of the light leg.
    pub(crate) light: u32,
}

#[derive(Debug, Clone)]
struct Path {
    /// The node above the top; [`NONE`] where the top is a root.
    parent: u32,
    /// Members at and below the top.
    size: u32,
    /// Level of the top.
    level: u32,
    /// What is below the last link.
    twig: u32,
    links: Run,
    /// Over the links of a path with more than [`PLAIN`](crate::limits::PLAIN) of them.
    spans: Option<Box<Spans>>,
}

/// An owner whose smaller leg has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched {
    pub(crate) owner: u32,
    /// The leg in which it changed.
    pub(crate) leg: Leg,
    /// Qualified members of that leg.
    pub(crate) count: u32,
}

/// One leg of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leg {
    Heavy,
    Light,
    On(Side),
}

/// Qualified members of an owner's legs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LegCounts {
    Weights {
        light: u32,
        heavy: u32,
    },
    /// Left first.
    Sides([u32; 2]),
}

/// What a walk around the tree meets, which takes each twig for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A node on a path, before all below it.
    Enter(u32),
    /// The same, after all below it.
    Leave(u32),
    Twig(u32),
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Link { path: u32, index: u32 },
    Twig { twig: u32, index: u32 },
}

/// [`Spot`] as it is kept: a twig's index comes with [`IN_TWIG`].
type PackedSpot = [u32; 2];

const IN_TWIG: u32 = 1 << 31;

impl Spot {
    const fn packed(self) -> PackedSpot {
        match self {
            Self::Link { path, index } => [path, index],
            Self::Twig { twig, index } => [twig, index + IN_TWIG],
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    paths: Vec<Path>,
    links: Arena<Link>,
    twigs: Twigs,
    /// By node.
    spots: Vec<PackedSpot>,
}

impl Paths {
    fn spot(&self, node: u32) -> Spot {
        match self.spots[at(node)] {
            [twig, index] if index & IN_TWIG != 0 => Spot::Twig { twig, index: index ^ IN_TWIG },
            [path, index] => Spot::Link { path, index },
        }
    }

    /// The path on which a node is, or at whose end its twig is.
    pub(crate) fn path_name(&self, node: u32) -> u32 {
        match self.spot(node) {
            Spot::Link { path, .. } => path,
            Spot::Twig { twig, .. } => self.twigs.path(twig),
        }
    }

    /// Members of a node's path above its twig.
    fn links_above(&self, twig: u32) -> u32 {
        number(self.paths[at(self.twigs.path(twig))].links.len())
    }

    pub(crate) fn level(&self, node: u32) -> u32 {
        self.paths[at(self.path_name(node))].level
            + match self.spot(node) {
                Spot::Link { index, .. } => index,
                Spot::Twig { twig, index } => self.links_above(twig) + self.twigs.depth(twig, at(index)),
            }
    }

    /// Qualified members of a node's legs.
    pub(crate) fn legs(&self, node: u32) -> LegCounts {
        match self.spot(node) {
            Spot::Twig { twig, index } => LegCounts::Sides(self.twigs.legs(twig, at(index))),
            Spot::Link { path: name, index } => {
                let path = &self.paths[at(name)];
                let link = self.links.slice(path.links)[at(index)];
                let owed = path.spans.as_ref().map_or(0, |spans| spans.owed_at(at(index)));
                let lead = link.lead + owed;
                LegCounts::Weights { light: link.light, heavy: link.light.saturating_add_signed(-lead) }
            }
        }
    }

    /// The node of the subtree of `top` before which `k` others of it qualified, if there is one; `None` where `top` is a link.
    pub(crate) fn kth_in_twig(&self, top: u32, k: usize) -> Option<Option<u32>> {
        match self.spot(top) {
            Spot::Link { .. } => None,
            Spot::Twig { twig, index } => Some(self.twigs.kth(twig, at(index), k)),
        }
    }

    /// The twig in which a node stands, if it does.
    pub(crate) fn twig_of(&self, node: u32) -> Option<u32> {
        match self.spot(node) {
            Spot::Link { .. } => None,
            Spot::Twig { twig, .. } => Some(twig),
        }
    }

    pub(crate) fn twig_size(&self, twig: u32) -> u32 {
        number(self.twigs.size(twig))
    }

    /// The top of a twig.
    pub(crate) fn twig_root(&self, twig: u32) -> u32 {
        self.twigs.root(twig)
    }

    /// Numbers in the order of qualification of those of a twig who count, rising.
    pub(crate) fn twig_orders(&self, twig: u32) -> impl Iterator<Item = u32> {
        self.twigs.orders(twig)
    }

    /// Whether `above` stands above `below`, or is it.
    pub(crate) fn is_on_the_way(&self, above: u32, below: u32) -> bool {
        let top = self.spot(above);
        let end = match (top, self.spot(below)) {
            (Spot::Twig { twig, index }, Spot::Twig { twig: other, index: below }) if twig == other => {
                return self.twigs.is_above(twig, at(index), at(below));
            }
            (Spot::Twig { .. }, _) => return false,
            (Spot::Link { path, index }, _) => (path, index),
        };
        let mut spot = match self.spot(below) {
            Spot::Link { path, index } => (path, index),
            Spot::Twig { twig, .. } => (self.twigs.path(twig), NONE),
        };
        while spot.0 != end.0 {
            match self.paths[at(spot.0)].parent {
                NONE => return false,
                parent => spot = self.link_spot(parent),
            }
        }
        end.1 <= spot.1
    }

    /// Path and index of a link.
    fn link_spot(&self, node: u32) -> (u32, u32) {
        let [path, index] = self.spots[at(node)];
        (path, index)
    }

    /// Counts `node` in or out for everybody above it, and tells the owners whose smaller leg changes, the nearest first.
    ///
    /// There are at most ⌊log₂ N⌋ of them.
    pub(crate) fn count(&mut self, node: u32, change: Change, touched: &mut Vec<Touched>) {
        let sweep = change.in_heavy_leg();
        let (mut name, mut end) = match self.spot(node) {
            Spot::Link { path, index } => (path, at(index)),
            Spot::Twig { twig, index } => {
                self.twigs.count(twig, at(index), change, touched);
                (self.twigs.path(twig), at(self.links_above(twig)))
            }
        };
        let mut is_light = false;
        loop {
            let path = &mut self.paths[at(name)];
            let links = self.links.slice_mut(path.links);
            if is_light {
                path.change_light_leg(links, end, change, touched);
            }
            let first = touched.len();
            match &mut path.spans {
                Some(spans) => spans.sweep(links, end, sweep, touched),
                None => sweep.over(&mut links[..end], 0, touched),
            }
            touched[first..].reverse();
            match path.parent {
                NONE => return,
                parent => {
                    let index;
                    (name, index) = self.link_spot(parent);
                    end = at(index);
                }
            }
            is_light = true;
        }
    }
}

impl Path {
    /// Counts a change of a link's light leg, and tells it if that is the smaller one.
    fn change_light_leg(
        &mut self,
        links: &mut [Link],
        index: usize,
        change: Change,
        touched: &mut Vec<Touched>,
    ) {
        let by = change.in_light_leg();
        let link = &mut links[index];
        let Link { node, lead: before, .. } = *link;
        link.lead += by;
        link.light = link.light.saturating_add_signed(by);
        let count = link.light;
        let owed = self.spans.as_mut().map_or(0, |spans| spans.moved(links, index, by));
        if change.shows_in_light_leg(before + owed) {
            touched.push(Touched { owner: node, leg: Leg::Light, count });
        }
    }
}

impl Link {
    fn over(node: u32, light: u32, heavy: u32) -> Self {
        Self { node, lead: light.wrapping_sub(heavy).cast_signed(), light }
    }

    /// The owner's heavy leg has changed, which moves the lead from `lead` by `by`.
    fn touched(&self, lead: i32, by: i32) -> Touched {
        let count = self.light.saturating_add_signed(-(lead + by));
        Touched { owner: self.node, leg: Leg::Heavy, count }
    }
}
