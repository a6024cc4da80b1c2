//! Reading before it is needed, as the paths do it.

use std::hint::black_box;

use super::Tour;
use crate::index::at;
use crate::limits::GROUP;
use crate::paths::{Mark, Paths};

impl Tour {
    /// Reads what noting a qualification at these marks will read.
    pub(in crate::ranking) fn read_marks_ahead(&self, marks: &[Mark], paths: &Paths) {
        let homes: Vec<u32> = marks.iter().map(|&mark| self.home(mark)).collect();
        for &chunk in &homes {
            black_box(self.chunks[at(chunk)].block);
        }
        let stays = |mark| matches!(mark, Mark::Twig(twig) if paths.twig_orders(twig).next().is_some());
        let set = marks.iter().zip(homes).filter(|&(&mark, _)| !stays(mark));
        self.read_chunks_ahead(&set.map(|(_, home)| home).collect::<Vec<_>>());
    }

    /// Reads what finding the stretches below these nodes will read.
    pub(in crate::ranking) fn read_stretches_ahead(&self, tops: &[u32]) {
        let homes: Vec<u32> = tops.iter().flat_map(|&top| self.homes[at(top)]).collect();
        self.read_chunks_ahead(&homes);
    }

    fn read_chunks_ahead(&self, chunks: &[u32]) {
        for &chunk in chunks {
            let chunk = &self.chunks[at(chunk)];
            black_box(chunk.block);
            chunk.marks.iter().step_by(GROUP).for_each(|&mark| _ = black_box(mark));
        }
        for &chunk in chunks {
            let chunk = &self.chunks[at(chunk)];
            black_box(self.blocks[at(chunk.block)].firsts[at(chunk.slot)]);
        }
    }
}
