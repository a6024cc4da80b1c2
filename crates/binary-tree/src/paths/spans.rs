//! A long path's leads, summed up: the largest of each 16, of each 16 of those, and so on.
//!
//! A change of a prefix moves whole spans by what they owe to all that they cover, so that it takes some dozen
//! steps in each row, and the nodes that it asks for are found by going down only where a largest lead says so.

use std::hint::black_box;

use crate::index::at;
use crate::limits::{PLAIN, SPAN_BITS};

use super::{Link, Sweep, Touched};

/// Entries under one span.
const WIDTH: usize = 1 << SPAN_BITS;

/// Spans that stand in 64 bytes.
const SPANS_A_LINE: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Span {
    /// The largest lead under it, without what the spans above owe.
    max: i32,
    /// To be added to every lead under it; `max` holds it already.
    owed: i32,
}

#[derive(Debug, Clone)]
pub(super) struct Spans {
    /// The first row spans links, each further one the row before it; the last has at most [`WIDTH`] entries.
    rows: Vec<Vec<Span>>,
}

impl Spans {
    /// Spans over the links of a path, if it is long.
    pub(super) fn over_long(links: &[Link]) -> Option<Box<Self>> {
        (links.len() > PLAIN).then(|| Box::new(Self::over(links)))
    }

    fn over(links: &[Link]) -> Self {
        let spans = links.chunks(WIDTH).map(|links| Span { max: largest(links), owed: 0 });
        let mut spans = Self { rows: vec![spans.collect()] };
        spans.top_up();
        spans
    }

    /// Reads what a sweep that ends at a link will read of the spans, and gives the link at which it goes through single links.
    pub(super) fn read_ahead(&self, end: usize) -> usize {
        for (row, entry) in self.over_link(end) {
            let beside = under(&self.rows[row], entry >> SPAN_BITS);
            beside.iter().step_by(SPANS_A_LINE).for_each(|span| _ = black_box(span.max));
        }
        end >> SPAN_BITS << SPAN_BITS
    }

    /// What all spans over a link owe it.
    pub(super) fn owed_at(&self, index: usize) -> i32 {
        self.over_link(index).map(|(row, entry)| self.rows[row][entry].owed).sum()
    }

    /// Takes in the last of `links`, which comes with its true lead and is given what is kept of it.
    pub(super) fn push(&mut self, links: &mut [Link], index: usize) {
        let known = |&(row, entry): &(usize, usize)| self.rows[row].get(entry).is_some();
        let owed: i32 =
            self.over_link(index).filter(known).map(|(row, entry)| self.rows[row][entry].owed).sum();
        links[index].lead -= owed;
        let mut max = links[index].lead;
        for (row, entry) in self.over_link(index) {
            match self.rows[row].get_mut(entry) {
                Some(span) => {
                    max += span.owed;
                    span.max = span.max.max(max);
                }
                None => self.rows[row].push(Span { max, owed: 0 }),
            }
        }
        self.top_up();
    }

    /// Forgets the links from `len` on.
    pub(super) fn truncate(&mut self, links: &[Link], len: usize) {
        let mut below = len;
        for row in 0..self.rows.len() {
            below = below.div_ceil(WIDTH);
            self.rows[row].truncate(below);
            let last = below - 1;
            let covered = if row == 0 { &links[..len] } else { links };
            self.sum_up(covered, row, last);
        }
    }

    /// What is owed to a link whose kept lead has just moved `by`.
    pub(super) fn moved(&mut self, links: &[Link], index: usize, by: i32) -> i32 {
        let owed = self.owed_at(index);
        let mut max = links[index].lead;
        for (row, entry) in self.over_link(index) {
            if by.is_negative() {
                self.sum_up(links, row, entry);
            } else {
                let span = &mut self.rows[row][entry];
                max += span.owed;
                span.max = span.max.max(max);
            }
        }
        owed
    }

    /// Moves the leads of the first `end` links and tells those that are asked for, the top of the path first.
    pub(super) fn sweep(&mut self, links: &mut [Link], end: usize, sweep: Sweep, touched: &mut Vec<Touched>) {
        let top = self.rows.len();
        self.sweep_row(links, top, (0, end), 0, sweep, touched);
    }

    /// Sweeps the entries under `row` (links under row 0) from `from` to the one that holds the link `end`.
    fn sweep_row(
        &mut self,
        links: &mut [Link],
        row: usize,
        (from, end): (usize, usize),
        owed: i32,
        sweep: Sweep,
        touched: &mut Vec<Touched>,
    ) {
        let Some(row) = row.checked_sub(1) else {
            sweep.over(&mut links[from..end], owed, touched);
            return;
        };
        let whole = end >> shift(row);
        for entry in from..whole {
            let span = self.rows[row][entry];
            if span.max + owed > sweep.above {
                self.tell(links, row, entry, owed, sweep, touched);
            }
            self.rows[row][entry] = Span { max: span.max + sweep.by, owed: span.owed + sweep.by };
        }
        if whole << shift(row) < end {
            let owed = owed + self.rows[row][whole].owed;
            self.sweep_row(links, row, (whole << SPAN_BITS, end), owed, sweep, touched);
            self.sum_up(links, row, whole);
        }
    }

    /// Tells the nodes under one span whose leads are above a bound.
    fn tell(
        &self,
        links: &[Link],
        row: usize,
        entry: usize,
        owed: i32,
        sweep: Sweep,
        touched: &mut Vec<Touched>,
    ) {
        let owed = owed + self.rows[row][entry].owed;
        let before = touched.len();
        match row.checked_sub(1) {
            None => {
                let found = under(links, entry).iter().filter(|link| link.lead + owed > sweep.above);
                touched.extend(found.map(|link| link.touched(link.lead + owed, sweep.by)));
            }
            Some(below) => {
                let first = entry << SPAN_BITS;
                for (index, span) in (first..).zip(under(&self.rows[below], entry)) {
                    if span.max + owed > sweep.above {
                        self.tell(links, below, index, owed, sweep, touched);
                    }
                }
            }
        }
        debug_assert!(touched.len() > before, "what is gone into holds one that is asked for");
    }

    /// Finds the largest lead under one span again.
    fn sum_up(&mut self, links: &[Link], row: usize, entry: usize) {
        let max = match row.checked_sub(1) {
            None => largest(under(links, entry)),
            Some(below) => {
                under(&self.rows[below], entry).iter().map(|span| span.max).max().unwrap_or(i32::MIN)
            }
        };
        let span = &mut self.rows[row][entry];
        span.max = max + span.owed;
    }

    /// The spans over a link, as row and entry.
    fn over_link(&self, index: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        (0..self.rows.len()).map(move |row| (row, index >> shift(row)))
    }

    /// Adds rows until the last is short.
    fn top_up(&mut self) {
        while let Some(last) = self.rows.last().filter(|row| row.len() > WIDTH) {
            let spans = last.chunks(WIDTH).map(|spans| {
                let max = spans.iter().map(|span| span.max).max().unwrap_or(i32::MIN);
                Span { max, owed: 0 }
            });
            let row = spans.collect();
            self.rows.push(row);
        }
    }
}

/// How far a link's index is shifted to give the entry of a row.
fn shift(row: usize) -> usize {
    at(SPAN_BITS) * (row + 1)
}

fn under<T>(row: &[T], entry: usize) -> &[T] {
    let first = entry << SPAN_BITS;
    &row[first..row.len().min(first + WIDTH)]
}

fn largest(links: &[Link]) -> i32 {
    links.iter().map(|link| link.lead).max().unwrap_or(i32::MIN)
}

#[cfg(test)]
impl Spans {
    /// Checks that there are as many spans as there are to be, each with the largest lead under it.
    pub(super) fn check(&self, links: &[Link]) {
        let mut below: Vec<i32> = links.iter().map(|link| link.lead).collect();
        for row in &self.rows {
            assert_eq!(row.len(), below.len().div_ceil(WIDTH));
            let largest = below.chunks(WIDTH).map(|leads| leads.iter().max().unwrap());
            assert!(row.iter().zip(largest).all(|(span, max)| span.max == max + span.owed));
            below = row.iter().map(|span| span.max).collect();
        }
        assert!(below.len() <= WIDTH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_rows_as_it_takes_for_the_last_to_be_short() {
        let mut links = vec![Link::default()];
        let mut grown = Spans::over(&links);
        for len in 1..=WIDTH.pow(4) + 1 {
            let rows = match len.div_ceil(WIDTH) {
                spans if spans <= WIDTH => 1,
                spans if spans <= WIDTH * WIDTH => 2,
                spans if spans <= WIDTH * WIDTH * WIDTH => 3,
                _ => 4,
            };
            assert_eq!((grown.rows.len(), Spans::over(&links).rows.len()), (rows, rows), "over {len}");
            links.push(Link::default());
            grown.push(&mut links, len);
        }
    }
}
