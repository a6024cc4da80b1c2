//! Members who come to count, and what that matches.

use std::hash::Hash;
use std::mem;
use std::ops::Range;

use super::finding::UsedUp;
use super::{Cap, Match, Matcher, Refusal};
use crate::index::at;
use crate::limits::WINDOW;
use crate::paths::{Leg, Touched};

/// What came of many who qualified one after another: [`Matcher::qualify_all`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers<K> {
    matches: Vec<Match<K>>,
    /// By member.
    counts: Vec<Result<usize, Refusal>>,
}

impl<K> Answers<K> {
    /// For each member, in the order in which they were given, what [`Matcher::qualify`] answers.
    pub fn iter(&self) -> impl Iterator<Item = Result<&[Match<K>], Refusal>> {
        let mut rest = self.matches.as_slice();
        self.counts.iter().map(move |&count| {
            let (own, others) = rest.split_at(count?);
            rest = others;
            Ok(own)
        })
    }
}

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Counts `member` for everybody above it and returns what that matches, the nearest owner first: for each owner
    /// whose smaller leg grew, its next match, formed while the month has room under `cap`, else flushed under
    /// [`BeyondCap::Flush`](crate::BeyondCap::Flush), else left to wait. At most ⌊log₂ N⌋ matches; none for a member who
    /// already counts.
    ///
    /// # Errors
    /// Those of [`Tree::qualify`](crate::Tree::qualify); nothing has changed then.
    pub fn qualify(&mut self, member: K, cap: Cap) -> Result<Vec<Match<K>>, Refusal> {
        let number = self.tree.number(member).ok_or(Refusal::UnknownMember)?;
        let mut touched = mem::take(&mut self.room.touched);
        touched.clear();
        let counted = self.count(number, &mut touched);
        let mut used = Vec::new();
        self.use_next(number, &touched, cap, &mut used);
        self.room.touched = touched;
        let mut matches = Vec::with_capacity(used.len());
        self.find_all(&used, &mut matches);
        counted.map(|()| matches)
    }

    /// [`Matcher::qualify`] of each of `members`, one after another, with the same answers.
    ///
    /// In a large tree it is the faster way, since memory is asked for many of them at once; by how much is in the crate's
    /// text.
    pub fn qualify_all(&mut self, members: &[K], cap: Cap) -> Answers<K> {
        let mut answers =
            Answers { matches: Vec::with_capacity(members.len()), counts: Vec::with_capacity(members.len()) };
        for window in members.chunks(WINDOW) {
            self.qualify_window(window, cap, &mut answers);
        }
        answers
    }

    fn qualify_window(&mut self, members: &[K], cap: Cap, answers: &mut Answers<K>) {
        let numbers: Vec<Option<u32>> = members.iter().map(|&member| self.tree.number(member)).collect();
        let known: Vec<u32> = numbers.iter().copied().flatten().collect();
        let paths = self.tree.paths();
        self.ranking.read_marks_ahead(&paths.read_ahead(&known), paths);
        let mut touched = mem::take(&mut self.room.touched);
        touched.clear();
        let count = |number: Option<u32>| {
            let number = number.ok_or(Refusal::UnknownMember)?;
            let first = touched.len();
            self.count(number, &mut touched)?;
            Ok((number, first..touched.len()))
        };
        let counted: Vec<Result<(u32, Range<usize>), Refusal>> = numbers.into_iter().map(count).collect();
        self.read_owners_ahead(&touched);
        let mut used = Vec::with_capacity(touched.len());
        let mut use_next = |(number, owners): (u32, Range<usize>)| {
            let before = used.len();
            self.use_next(number, &touched[owners], cap, &mut used);
            used.len().saturating_sub(before)
        };
        answers.counts.extend(counted.into_iter().map(|counted| counted.map(&mut use_next)));
        self.room.touched = touched;
        self.read_legs_ahead(&used);
        self.find_all(&used, &mut answers.matches);
    }

    /// Counts a member for everybody above it, and tells the owners whose smaller leg grows.
    fn count(&mut self, number: u32, touched: &mut Vec<Touched>) -> Result<(), Refusal> {
        if self.tree.qualify_number(number, touched)? {
            self.ranking.qualify(number, self.tree.paths());
        }
        Ok(())
    }

    /// Uses up the next matches of owners whose smaller leg has grown by `number`, or has them wait.
    fn use_next(&mut self, number: u32, owners: &[Touched], cap: Cap, used: &mut Vec<UsedUp>) {
        for &Touched { owner, leg, count } in owners {
            let is_next = self.owners[at(owner)].all().saturating_add(1) == count;
            match self.outcome(owner, cap, count) {
                Some(outcome) => used.push(self.use_up(
                    owner,
                    outcome,
                    matches!(leg, Leg::On(_)),
                    is_next.then_some((number, leg)),
                )),
                None if is_next => {
                    self.waiting.insert(self.tree.joined_of(owner));
                }
                // it waits already, or makes up for those who withdrew
                None => {}
            }
        }
    }
}
