//! Many short rows in one piece of memory.

use crate::index::{at, number};

/// A stretch of the arena; its room is the next power of two.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    start: u32,
    len: u32,
}

impl Run {
    pub(super) fn len(self) -> usize {
        at(self.len)
    }

    fn room(self) -> usize {
        if self.len == 0 { 0 } else { at(self.len).next_power_of_two() }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Arena<T> {
    entries: Vec<T>,
    /// Starts of free stretches by the logarithm of their length.
    free: [Vec<u32>; 32],
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), free: Default::default() }
    }
}

impl<T: Copy + Default> Arena<T> {
    pub(super) fn slice(&self, run: Run) -> &[T] {
        &self.entries[at(run.start)..][..run.len()]
    }

    pub(super) fn slice_mut(&mut self, run: Run) -> &mut [T] {
        &mut self.entries[at(run.start)..][..run.len()]
    }

    /// A stretch of `len` entries that are still to be set.
    pub(super) fn room_for(&mut self, len: usize) -> Run {
        let start = if len == 0 { 0 } else { self.take(len.next_power_of_two()) };
        Run { start, len: number(len) }
    }

    pub(super) fn push(&mut self, run: &mut Run, entry: T) {
        if run.len() == run.room() {
            let old = *run;
            run.start = self.take((run.len() + 1).next_power_of_two());
            self.entries.copy_within(at(old.start)..at(old.start) + old.len(), at(run.start));
            self.give_back(old.start, old.room());
        }
        self.entries[at(run.start) + run.len()] = entry;
        run.len += 1;
    }

    pub(super) fn truncate(&mut self, run: &mut Run, len: usize) {
        let before = run.room();
        run.len = number(len);
        // what is too much goes back in halves
        let mut room = before;
        while room > run.room() {
            let half = room / 2;
            self.give_back(run.start + number(half), room - half);
            room = half;
        }
    }

    pub(super) fn free(&mut self, run: Run) {
        self.give_back(run.start, run.room());
    }

    fn take(&mut self, room: usize) -> u32 {
        self.free[class(room)].pop().unwrap_or_else(|| {
            let start = number(self.entries.len());
            self.entries.resize(self.entries.len() + room, T::default());
            start
        })
    }

    fn give_back(&mut self, start: u32, room: usize) {
        if room > 0 {
            self.free[class(room)].push(start);
        }
    }
}

fn class(room: usize) -> usize {
    at(room.ilog2())
}

#[cfg(test)]
impl<T> Arena<T> {
    /// Checks that those who have room, and what is free, fill the arena and share nothing.
    pub(super) fn check(&self, runs: impl Iterator<Item = Run>) {
        let taken = runs.filter(|run| run.len > 0).map(|run| (at(run.start), run.len().next_power_of_two()));
        let free = self.free.iter().enumerate();
        let free = free.flat_map(|(class, starts)| starts.iter().map(move |&start| (at(start), 1 << class)));
        let mut stretches: Vec<(usize, usize)> = taken.chain(free).collect();
        stretches.sort_unstable();
        let end = stretches.into_iter().fold(0, |end, (start, room)| {
            assert_eq!(start, end);
            start + room
        });
        assert_eq!(end, self.entries.len());
    }
}
