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

#[cfg(test)]
mod tests {
    use super::*;

    /// A step in which every block gets a note copies none, and a block has at most one piece that isn't full.
    #[test]
    fn notes_stay_where_they_are_when_there_are_more() {
        let mut notes = Notes::default();
        let mut places: Vec<*const u32> = Vec::new();
        for note in 0..30 {
            notes.push(note);
            let now: Vec<*const u32> = notes.iter_mut().map(|note| &raw const *note).collect();
            assert_eq!(now[..places.len()], places);
            assert_eq!(notes.pieces.len(), notes.len().div_ceil(NOTES));
            places = now;
        }
        assert!(notes.iter().eq(0..30));
    }
}
