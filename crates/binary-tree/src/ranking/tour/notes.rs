//! What blocks note at the end of each epoch.

use crate::limits::NOTES;

/// Numbers by epoch, in pieces of one size: thousands of rows that each grew on their own would leave as much memory unused
/// between them as they take.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    #[allow(clippy::vec_box, reason = "what is noted is not to move when there is more")]
    pieces: Vec<Box<[u32; NOTES]>>,
    len: usize,
}

impl Notes {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn at(&self, epoch: usize) -> u32 {
        self.pieces[epoch / NOTES][epoch % NOTES]
    }

    pub(super) fn push(&mut self, note: u32) {
        let index = self.len % NOTES;
        if index == 0 {
            self.pieces.push(Box::new([0; NOTES]));
        }
        if let Some(last) = self.pieces.last_mut() {
            last[index] = note;
        }
        self.len += 1;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.pieces.iter().flat_map(|piece| piece.iter()).take(self.len).copied()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.pieces.iter_mut().flat_map(|piece| piece.iter_mut()).take(self.len)
    }
}
