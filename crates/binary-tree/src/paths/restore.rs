//! Paths over trees that are there already.

use std::ops::Range;

use super::{Change, Link, Paths, Spans, Spot};
use crate::Side;
use crate::index::{NONE, at, number};
use crate::limits::TWIG;

impl Paths {
    /// Paths over all nodes, which are numbered so that parents come before their children, and so that
    /// each subtree of up to [`TWIG`] is a stretch that begins with its top; of them are given
    /// the places, the children, the numbers in the order of qualification, and the members and qualified members of
    /// each whole subtree.
    pub(crate) fn over(
        places: impl Fn(u32) -> Option<(u32, Side)>,
        children: impl Fn(u32) -> [u32; 2],
        order: impl Fn(u32) -> Option<u32>,
        sizes: &[u32],
        counts: &[u32],
    ) -> Self {
        let mut paths = Self::default();
        let of = |sums: &[u32], node| sums.get(at(node)).copied().unwrap_or(0);
        let mut links: Vec<Vec<u32>> = Vec::new();
        let mut node = 0;
        while at(node) < sizes.len() {
            let place = places(node);
            let heavy = place.filter(|&(parent, _)| {
                let [left, right] = children(parent);
                node == if of(sizes, right) > of(sizes, left) || left == NONE { right } else { left }
            });
            let twig = match (heavy, place) {
                (Some((parent, _)), _) => paths.paths[at(paths.path_name(parent))].twig,
                (None, Some((parent, _))) => paths.start(parent, paths.level(parent) + 1),
                (None, None) => paths.start(NONE, 0),
            };
            let path = paths.twigs.path(twig);
            if heavy.is_none() {
                paths.paths[at(path)].size = of(sizes, node);
                links.push(Vec::new());
            }
            let size = of(sizes, node);
            if at(size) > TWIG {
                let index = number(links[at(path)].len());
                links[at(path)].push(node);
                paths.spots.push(Spot::Link { path, index }.packed());
                node += 1;
            } else {
                paths.fill_twig(twig, node..node + size, &places, &order);
                node += size;
            }
        }
        for (path, nodes) in paths.paths.iter_mut().zip(links) {
            path.links = paths.links.room_for(nodes.len());
            let links = paths.links.slice_mut(path.links);
            for (index, (link, &node)) in links.iter_mut().zip(&nodes).enumerate() {
                let twig = paths.twigs.root(path.twig);
                let heavy = nodes.get(index + 1).copied().unwrap_or(twig);
                let [left, right] = children(node);
                let light = if left == heavy { right } else { left };
                *link = Link::over(node, of(counts, light), of(counts, heavy));
            }
            path.spans = Spans::over_long(links);
        }
        paths
    }

    /// Lays a subtree flat, into a twig that has no members yet.
    fn fill_twig(
        &mut self,
        twig: u32,
        nodes: Range<u32>,
        places: &impl Fn(u32) -> Option<(u32, Side)>,
        order: &impl Fn(u32) -> Option<u32>,
    ) {
        let first = nodes.start;
        let mut orders = Vec::new();
        for node in nodes {
            let parent = places(node).filter(|_| node > first);
            let parent = parent.map(|(parent, side)| (at(parent - first), side));
            let index = self.twigs.join(twig, parent, node);
            self.spots.push(Spot::Twig { twig, index: number(index) }.packed());
            orders.extend(order(node).map(|order| (order, index)));
        }
        orders.sort_unstable();
        let mut touched = Vec::new();
        for (order, index) in orders {
            self.twigs.count(twig, index, Change::Qualifies { order }, &mut touched);
        }
    }
}
