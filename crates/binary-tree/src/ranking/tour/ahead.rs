//! Reading before it is needed, as the paths do it.

use std::hint::black_box;

use super::Tour;
use crate::index::at;
use crate::limits::GROUP;
use crate::paths::Mark;

impl Tour {
    /// Reads what noting a qualification at these marks will read.
    pub(in crate::ranking) fn read_marks_ahead(&self, marks: &[Mark]) {
        let homes: Vec<u32> = marks.iter().map(|&mark| self.home(mark)).collect();
        self.read_chunks_ahead(&homes);
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
