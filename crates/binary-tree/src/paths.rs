//! The tree cut into paths, so that a member's ancestors are a few stretches of memory at any depth.
//!
//! Each path runs down from its top to a leaf: from a node to its **heavy** child, while the other, **light**, child
//! is the top of a path of its own. A light child whose path comes to hold more than two thirds of the members below the
//! top of the path above it becomes the heavy one. So a way down to a light child leaves at least a third of the members
//! behind, and no member has more than log₁.₅ N ≈ 1.7 log₂ N paths above it.
//!
//! A node's **lead** is the number of qualified members in its light leg less those in its heavy leg. Its smaller leg
//! grows exactly when its lead moves towards 0. A newly qualified member lowers the lead of each node above it on
//! its own path by 1: a change of a prefix, in which those with a positive lead are asked for. On each path further up it
//! does the same to the prefix above the node at which it leaves, whose own lead rises by 1.

#![allow(clippy::arithmetic_side_effects, reason = "numbers of members, which are below 2^31")]

mod arena;
mod spans;

use hashbrown::HashMap;

use crate::index::{NONE, at, number};
use arena::{Arena, Run};
use spans::Spans;

/// A node that has a child, and its lead without what the spans above still owe it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Link {
    pub(crate) node: u32,
    pub(crate) lead: i32,
}

/// A path with more links than this is long, and has [`Spans`] over them.
const PLAIN: usize = 128;

#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// The node above the top; [`NONE`] where the top is a root.
    pub(crate) parent: u32,
    /// Members at and below the top.
    pub(crate) size: u32,
    /// Qualified ones among them.
    pub(crate) count: u32,
    /// Level of the top.
    pub(crate) level: u32,
    /// The leaf at the end, which has no lead as it has no legs.
    pub(crate) last: u32,
    links: Run,
}

impl Path {
    fn is_long(&self) -> bool {
        self.links.len() > PLAIN
    }
}

/// What happens to a member's place in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Qualifies,
    Withdraws,
}

impl Change {
    /// What a heavy leg's change does to the lead, and the leads above which the smaller leg changes with it.
    const fn in_heavy_leg(self) -> Sweep {
        match self {
            Self::Qualifies => Sweep { above: 0, by: -1 },
            Self::Withdraws => Sweep { above: -1, by: 1 },
        }
    }

    /// What a light leg's change does to the lead.
    const fn in_light_leg(self) -> i32 {
        match self {
            Self::Qualifies => 1,
            Self::Withdraws => -1,
        }
    }

    /// Whether the smaller leg changes with the light one, from the lead before it.
    const fn shows_in_light_leg(self, lead: i32) -> bool {
        match self {
            Self::Qualifies => lead < 0,
            Self::Withdraws => lead <= 0,
        }
    }

    const fn count(self, count: u32) -> u32 {
        match self {
            Self::Qualifies => count + 1,
            Self::Withdraws => count - 1,
        }
    }
}

/// A change of a prefix of leads: those above a bound are told, all move.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    above: i32,
    by: i32,
}

/// An owner whose smaller leg has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched {
    pub(crate) owner: u32,
    /// Whether it changed in the owner's heavy leg.
    pub(crate) in_heavy: bool,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) path: u32,
    pub(crate) index: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    paths: Vec<Path>,
    links: Arena,
    /// Of the long paths.
    spans: HashMap<u32, Spans>,
    /// By joining number.
    spots: Vec<Spot>,
}

impl Paths {
    /// Paths over all nodes in joining order, of which the parents, the children of each, and the members and qualified
    /// members of each whole subtree are given.
    pub(crate) fn over(
        parents: impl Iterator<Item = Option<u32>>,
        children: impl Fn(u32) -> [u32; 2],
        sizes: &[u32],
        counts: &[u32],
    ) -> Self {
        let mut paths = Self::default();
        let of = |sums: &[u32], node| sums.get(at(node)).copied().unwrap_or(0);
        for (node, parent) in (0..).zip(parents) {
            let heavy = parent.filter(|&parent| {
                let [left, right] = children(parent);
                node == if of(sizes, right) > of(sizes, left) || left == NONE { right } else { left }
            });
            let spot = match (heavy, parent) {
                (Some(parent), _) => {
                    let Spot { path, index } = paths.spot(parent);
                    paths.paths[at(path)].last = node;
                    Spot { path, index: index + 1 }
                }
                (None, Some(parent)) => paths.start(parent, paths.level(parent) + 1, node),
                (None, None) => paths.start(NONE, 0, node),
            };
            paths.spots.push(spot);
            if heavy.is_none() {
                let path = &mut paths.paths[at(spot.path)];
                (path.size, path.count) = (of(sizes, node), of(counts, node));
            }
        }
        for path in &mut paths.paths {
            path.links = paths.links.room_for(at(paths.spots[at(path.last)].index));
        }
        for (node, &Spot { path, index }) in (0..).zip(&paths.spots) {
            let path = &paths.paths[at(path)];
            if let Some(link) = paths.links.slice_mut(path.links).get_mut(at(index)) {
                let [one, other] = children(node).map(|child| (child, of(counts, child)));
                let one_is_heavy = one.0 != NONE && paths.spots[at(one.0)].index > 0;
                let [heavy, light] = if one_is_heavy { [one.1, other.1] } else { [other.1, one.1] };
                *link = Link { node, lead: light.wrapping_sub(heavy).cast_signed() };
            }
        }
        for (name, path) in (0..).zip(&paths.paths).filter(|(_, path)| path.is_long()) {
            paths.spans.insert(name, Spans::over(paths.links.slice(path.links)));
        }
        paths
    }

    pub(crate) fn spot(&self, node: u32) -> Spot {
        self.spots[at(node)]
    }

    pub(crate) fn path_of(&self, node: u32) -> &Path {
        &self.paths[at(self.spots[at(node)].path)]
    }

    pub(crate) fn level(&self, node: u32) -> u32 {
        let spot = self.spot(node);
        self.paths[at(spot.path)].level + spot.index
    }

    /// The lead of a node; 0 for the leaf of a path.
    pub(crate) fn lead(&self, node: u32) -> i32 {
        let Spot { path: name, index } = self.spot(node);
        let path = &self.paths[at(name)];
        match self.links.slice(path.links).get(at(index)) {
            Some(link) if path.is_long() => {
                link.lead + self.spans.get(&name).map_or(0, |spans| spans.owed_at(at(index)))
            }
            Some(link) => link.lead,
            None => 0,
        }
    }

    /// Whether `above` stands above `below`, or is it.
    pub(crate) fn is_on_the_way(&self, above: u32, below: u32) -> bool {
        let (top, mut spot) = (self.spot(above), self.spot(below));
        while spot.path != top.path {
            match self.paths[at(spot.path)].parent {
                NONE => return false,
                parent => spot = self.spot(parent),
            }
        }
        top.index <= spot.index
    }

    /// Adds the next node, below `parent` or as a root; `children` gives those of any node.
    pub(crate) fn join(&mut self, parent: Option<u32>, children: impl Fn(u32) -> [u32; 2]) {
        let node = number(self.spots.len());
        let spot = match parent {
            None => self.start(NONE, 0, node),
            Some(parent) if self.path_of(parent).last == parent => {
                let path = self.spot(parent).path;
                self.push(path, Link { node: parent, lead: 0 });
                self.paths[at(path)].last = node;
                Spot { path, index: self.spot(parent).index + 1 }
            }
            Some(parent) => self.start(parent, self.level(parent) + 1, node),
        };
        self.spots.push(spot);
        self.grow(spot.path, &children);
    }

    fn start(&mut self, parent: u32, level: u32, last: u32) -> Spot {
        let path = number(self.paths.len());
        let links = Run::default();
        self.paths.push(Path { parent, size: 0, count: 0, level, last, links });
        Spot { path, index: 0 }
    }

    /// Counts a new member of `path` for all paths above, and turns those ways that have become the heavy ones.
    fn grow(&mut self, mut path: u32, children: &impl Fn(u32) -> [u32; 2]) {
        self.paths[at(path)].size += 1;
        loop {
            let Path { parent, size, .. } = self.paths[at(path)];
            if parent == NONE {
                return;
            }
            let above = self.spot(parent).path;
            self.paths[at(above)].size += 1;
            if u64::from(size) * 3 > u64::from(self.paths[at(above)].size) * 2 {
                self.turn(parent, path, children);
            }
            path = above;
        }
    }

    /// Makes the light child of `node`, which is the top of `light`, the heavy one; the rest of the node's path takes
    /// over the name `light`.
    fn turn(&mut self, node: u32, light: u32, children: &impl Fn(u32) -> [u32; 2]) {
        let Spot { path: name, index } = self.spot(node);
        let mut rest = self.cut(name, at(index)).into_iter();
        let lead = rest.next().map_or(0, |link| link.lead);
        let turned = self.cut(light, 0);
        self.push(name, Link { node, lead: -lead });
        for link in turned {
            self.push(name, link);
        }
        for link in rest {
            self.push(light, link);
        }
        let (last, count) = (self.paths[at(name)].last, self.paths[at(light)].count);
        self.paths[at(name)].last = std::mem::replace(&mut self.paths[at(light)].last, last);
        // the lead was the light leg's count less the heavy one's, which is now the rest's
        self.paths[at(light)].count = count.saturating_add_signed(-lead);
        self.place(name, at(index) + 1);
        self.place(light, 0);
        self.paths[at(light)].size = self.size(light, children);
    }

    /// Members at and below the top of a path, summed from the light children of its nodes.
    fn size(&self, name: u32, children: &impl Fn(u32) -> [u32; 2]) -> u32 {
        let links = self.links.slice(self.paths[at(name)].links);
        let light = |link: &Link| {
            children(link.node).into_iter().find(|&child| child != NONE && self.spot(child).path != name)
        };
        let sizes = links.iter().filter_map(light).map(|child| self.path_of(child).size);
        number(links.len()) + 1 + sizes.sum::<u32>()
    }

    /// Tells the nodes of a path from `from` on where they stand now.
    fn place(&mut self, path: u32, from: usize) {
        let Path { links, last, .. } = self.paths[at(path)];
        let links = self.links.slice(links);
        for (index, link) in links.iter().enumerate().skip(from) {
            self.spots[at(link.node)] = Spot { path, index: number(index) };
        }
        self.spots[at(last)] = Spot { path, index: number(links.len()) };
    }

    /// Adds a link to the end of a path, with its true lead.
    fn push(&mut self, name: u32, link: Link) {
        let path = &mut self.paths[at(name)];
        let index = path.links.len();
        self.links.push(&mut path.links, link);
        let links = self.links.slice_mut(path.links);
        if index > PLAIN {
            if let Some(spans) = self.spans.get_mut(&name) {
                spans.push(links, index);
            }
        } else if path.is_long() {
            self.spans.insert(name, Spans::over(links));
        }
    }

    /// Takes the links from `from` on out of a path, with their true leads.
    fn cut(&mut self, name: u32, from: usize) -> Vec<Link> {
        let path = &mut self.paths[at(name)];
        let links = self.links.slice_mut(path.links);
        let spans = self.spans.remove(&name);
        let owed = |index| spans.as_ref().map_or(0, |spans| spans.owed_at(index));
        let cut = links.iter().enumerate().skip(from);
        let cut = cut.map(|(index, link)| Link { node: link.node, lead: link.lead + owed(index) }).collect();
        match spans {
            Some(mut spans) if from > PLAIN => {
                spans.truncate(links, from);
                self.spans.insert(name, spans);
            }
            Some(spans) => {
                for (index, link) in links.iter_mut().enumerate().take(from) {
                    link.lead += spans.owed_at(index);
                }
            }
            None => {}
        }
        self.links.truncate(&mut path.links, from);
        cut
    }

    /// Counts `node` in or out for everybody above it, and tells the owners whose smaller leg changes, the nearest first.
    ///
    /// There are at most ⌊log₂ N⌋ of them.
    pub(crate) fn count(&mut self, node: u32, change: Change, touched: &mut Vec<Touched>) {
        let sweep = change.in_heavy_leg();
        let mut spot = self.spot(node);
        loop {
            let path = &mut self.paths[at(spot.path)];
            path.count = change.count(path.count);
            let links = self.links.slice_mut(path.links);
            let first = touched.len();
            match Some(&spot.path).filter(|_| path.is_long()).and_then(|name| self.spans.get_mut(name)) {
                Some(spans) => spans.sweep(links, at(spot.index), sweep, touched),
                None => sweep.over(&mut links[..at(spot.index)], 0, touched),
            }
            touched[first..].reverse();
            let parent = path.parent;
            if parent == NONE {
                return;
            }
            spot = self.spot(parent);
            if change.shows_in_light_leg(self.move_lead(spot, change.in_light_leg())) {
                touched.push(Touched { owner: parent, in_heavy: false });
            }
        }
    }

    /// Moves the lead of one node and gives what it was.
    fn move_lead(&mut self, spot: Spot, by: i32) -> i32 {
        let path = &mut self.paths[at(spot.path)];
        let links = self.links.slice_mut(path.links);
        let index = at(spot.index);
        let before = links[index].lead;
        links[index].lead += by;
        match Some(&spot.path).filter(|_| path.is_long()).and_then(|name| self.spans.get_mut(name)) {
            Some(spans) => before + spans.moved(links, index, by),
            None => before,
        }
    }
}

impl Sweep {
    fn over(self, links: &mut [Link], owed: i32, touched: &mut Vec<Touched>) {
        for link in links {
            if link.lead + owed > self.above {
                touched.push(Touched { owner: link.node, in_heavy: true });
            }
            link.lead += self.by;
        }
    }
}
