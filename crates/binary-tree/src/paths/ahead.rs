//! Reading before it is needed, so that what has to wait for memory waits together.
//!
//! Each kind of thing is read for everybody before the next kind, since where that one stands is known only then.

use std::hint::black_box;

use super::{Mark, Paths, Spot};
use crate::index::{NONE, at};

/// Paths up from a twig that are read ahead; those further up are the same for nearly everybody.
const PATHS_UP: usize = 8;

/// Every so many links one is read: as many as stand in 64 bytes.
const LINKS_A_LINE: usize = 5;

impl Paths {
    /// Reads what counting these nodes in will read, and gives their marks in a walk.
    pub(crate) fn read_ahead(&self, nodes: &[u32]) -> Vec<Mark> {
        let spots: Vec<Spot> = nodes.iter().map(|&node| self.spot(node)).collect();
        self.read_twigs_ahead(&spots);
        let ends = spots.iter().map(|spot| match *spot {
            Spot::Link { path, index } => (path, index),
            Spot::Twig { twig, .. } => (self.twigs.path(twig), NONE),
        });
        let mut ends: Vec<(u32, u32)> = ends.collect();
        for _ in 0..PATHS_UP {
            for &(name, _) in &ends {
                black_box(self.paths[at(name)].parent);
            }
            for &(name, end) in &ends {
                let path = &self.paths[at(name)];
                let links = self.links.slice(path.links);
                let end = at(end).min(links.len());
                let first = path.spans.as_ref().map_or(0, |spans| spans.read_ahead(end));
                links[first..end].iter().step_by(LINKS_A_LINE).for_each(|link| _ = black_box(link.lead));
                if let Some(spot) = self.spots.get(at(path.parent)) {
                    black_box(spot[0]);
                }
            }
            ends.retain_mut(|end| match self.paths[at(end.0)].parent {
                NONE => false,
                parent => {
                    *end = self.link_spot(parent);
                    true
                }
            });
        }
        let marks = nodes.iter().zip(spots).map(|(&node, spot)| match spot {
            Spot::Link { .. } => Mark::Enter(node),
            Spot::Twig { twig, .. } => Mark::Twig(twig),
        });
        marks.collect()
    }

    /// Reads what finding the k-th of these subtrees will read, and gives those that are no part of a twig.
    pub(crate) fn read_tops_ahead(&self, tops: &[u32]) -> Vec<u32> {
        let spots: Vec<Spot> = tops.iter().map(|&top| self.spot(top)).collect();
        self.read_twigs_ahead(&spots);
        let links = tops.iter().zip(&spots).filter(|(_, spot)| matches!(spot, Spot::Link { .. }));
        links.map(|(&top, _)| top).collect()
    }

    fn read_twigs_ahead(&self, spots: &[Spot]) {
        let twig = |spot: &Spot| match *spot {
            Spot::Link { .. } => None,
            Spot::Twig { twig, .. } => Some(twig),
        };
        let twigs: Vec<u32> = spots.iter().filter_map(twig).collect();
        for &twig in &twigs {
            black_box(self.twigs.path(twig));
        }
        for &twig in &twigs {
            self.twigs.read_ahead(twig);
        }
    }
}
