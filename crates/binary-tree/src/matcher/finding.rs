//! The two members of a match.

use std::hash::Hash;
use std::hint::black_box;

use hashbrown::HashMap;

use super::{Match, Matcher, Outcome};
use crate::Side;
use crate::index::{NONE, at};
use crate::limits::AHEAD;
use crate::paths::{Leg, Touched};

/// A match whose members are still to be found: those who qualify later change nothing about who they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsedUp {
    owner: u32,
    number: Option<u64>,
    /// How many of each leg were used before.
    k: u32,
    /// Nobody in a twig has a large leg.
    is_in_twig: bool,
    /// One of the two and its side, where it is known already.
    newest: Option<(u32, Side)>,
}

/// The last match of an owner with large legs: the next is behind it in the order of qualification.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// How many of each leg are used.
    pub(super) used: u32,
    /// Numbers of the two in the order of qualification, left first.
    pub(super) orders: [u32; 2],
    /// Who of one leg follows, found together with an earlier one.
    pub(super) next: Next,
}

/// The next few to be used of a leg, and then [`NONE`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) side: Side,
    pub(super) nodes: [u32; AHEAD],
}

impl Default for Next {
    fn default() -> Self {
        Self { side: Side::Left, nodes: [NONE; AHEAD] }
    }
}

impl Next {
    /// The next of a leg, if it is known.
    fn of(self, side: Side) -> Option<u32> {
        let [node, ..] = self.nodes;
        Some(node).filter(|&node| node != NONE && self.side == side)
    }

    /// Takes the next of a leg, if it is known.
    fn take(&mut self, side: Side) -> Option<u32> {
        let node = self.of(side)?;
        self.nodes.rotate_left(1);
        self.nodes[AHEAD - 1] = NONE;
        Some(node)
    }
}

/// Cursors by owner.
pub(super) type Cursors = HashMap<u32, Cursor>;

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Uses up the next member of each leg of an owner that has an [`Outcome`]; `newest` is the member that has just
    /// qualified and its leg, if that is the next one there.
    pub(super) fn use_up(
        &mut self,
        owner: u32,
        outcome: Outcome,
        is_in_twig: bool,
        newest: Option<(u32, Leg)>,
    ) -> UsedUp {
        let used = &mut self.owners[at(owner)];
        let k = used.all();
        let number = match outcome {
            Outcome::Formed => {
                used.form(self.month);
                Some(used.formed.into())
            }
            Outcome::Flushed => {
                used.flushed = used.flushed.saturating_add(1);
                None
            }
        };
        let newest = newest.map(|(member, leg)| (member, self.tree.side_of(owner, leg)));
        UsedUp { owner, number, k, is_in_twig, newest }
    }

    /// Finds the members of matches, given in the order in which they happened.
    pub(super) fn find_all(&mut self, used: &[UsedUp], matches: &mut Vec<Match<K>>) {
        let found: Vec<[u32; 2]> = used.iter().map(|used| self.find(used)).collect();
        let found = used.iter().zip(found).map(|(&UsedUp { owner, number, .. }, found)| {
            let [left, right] = found.map(|found| self.tree.member_of(found));
            Match { owner: self.tree.member_of(owner), number, left, right }
        });
        matches.extend(found);
    }

    /// The last match of this one's owner, if its next is found from there.
    fn cursor(&self, &UsedUp { owner, k, is_in_twig, .. }: &UsedUp) -> Option<&Cursor> {
        let cursor = if is_in_twig { None } else { self.cursors.get(&owner) };
        cursor.filter(|cursor| cursor.used == k)
    }

    /// The left and the right member of a match.
    fn find(&mut self, used: &UsedUp) -> [u32; 2] {
        let cursor = self.cursor(used).copied();
        let &UsedUp { owner, k, newest, .. } = used;
        let mut is_large = cursor.is_some();
        let mut next = cursor.map_or_else(Next::default, |cursor| cursor.next);
        let found = Side::BOTH.map(|side| {
            if let Some((member, _)) = newest.filter(|&(_, there)| there == side) {
                return member;
            }
            #[cfg(test)]
            {
                self.room.looked_up += 1;
            }
            if let Some(member) = next.take(side) {
                return member;
            }
            let found = self.tree.child_of(owner, side).and_then(|child| {
                self.tree.kth_of_few(child, at(k)).unwrap_or_else(|| {
                    is_large = true;
                    let after = cursor.map(|cursor| cursor.orders[side.index()]);
                    let open = &mut self.room.open;
                    self.ranking.kth_and_next(child, at(k), after, self.tree.paths(), open);
                    let mut members = open.iter().filter_map(|&order| self.ranking.member(order));
                    let found = members.next();
                    next = Next { side, ..Next::default() };
                    next.nodes.iter_mut().zip(members).for_each(|(next, member)| *next = member);
                    found
                })
            });
            let Some(found) = found else {
                unreachable!("both legs of an owner whose match waits hold an unused member");
            };
            found
        });
        if is_large {
            let orders = found.map(|found| self.tree.order_of(found).unwrap_or_default());
            self.cursors.insert(owner, Cursor { used: k.saturating_add(1), orders, next });
        }
        found
    }

    /// Reads what [`Matcher::use_up`] of these owners will read.
    pub(super) fn read_owners_ahead(&self, touched: &[Touched]) {
        for touched in touched {
            black_box(self.owners[at(touched.owner)].formed);
            black_box(self.tree.child_of(touched.owner, Side::Left));
        }
    }

    /// Reads what [`Matcher::find`] will read.
    pub(super) fn read_legs_ahead(&self, used: &[UsedUp]) {
        let mut tops = Vec::with_capacity(used.len());
        for used in used {
            let cursor = self.cursor(used);
            for side in Side::BOTH {
                let is_known = used.newest.is_some_and(|(_, there)| there == side)
                    || cursor.is_some_and(|cursor| cursor.next.of(side).is_some());
                if !is_known {
                    tops.extend(self.tree.child_of(used.owner, side));
                }
            }
        }
        let large = self.tree.paths().read_tops_ahead(&tops);
        self.ranking.read_stretches_ahead(&large);
    }
}
