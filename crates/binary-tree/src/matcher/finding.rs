//! The two members of a match.

use std::hash::Hash;
use std::hint::black_box;

use hashbrown::HashMap;

use super::{Match, Matcher, Outcome};
use crate::Side;
use crate::index::at;
use crate::paths::{Leg, Touched};

/// A match whose members are still to be found: those who qualify later change nothing about who they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsedUp {
    owner: u32,
    number: Option<u64>,
    /// How many of each leg were used before.
    k: u32,
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
}

/// Cursors by owner.
pub(super) type Cursors = HashMap<u32, Cursor>;

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Uses up the next member of each leg of an owner that has an [`Outcome`]; `newest` is the member that has just
    /// qualified and its leg, if that is the next one there.
    pub(super) fn use_up(&mut self, owner: u32, outcome: Outcome, newest: Option<(u32, Leg)>) -> UsedUp {
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
        UsedUp { owner, number, k, newest }
    }

    /// Finds the members of matches, given in the order in which they happened.
    pub(super) fn found(&mut self, used: &[UsedUp]) -> Vec<Match<K>> {
        let found: Vec<[u32; 2]> = used.iter().map(|used| self.find(used)).collect();
        let matches = used.iter().zip(found).map(|(&UsedUp { owner, number, .. }, found)| {
            let [left, right] = found.map(|found| self.tree.member_of(found));
            Match { owner: self.tree.member_of(owner), number, left, right }
        });
        matches.collect()
    }

    /// The left and the right member of a match.
    fn find(&mut self, &UsedUp { owner, k, newest, .. }: &UsedUp) -> [u32; 2] {
        let cursor = self.cursors.get(&owner).filter(|cursor| cursor.used == k).copied();
        let mut is_large = cursor.is_some();
        let found = Side::BOTH.map(|side| {
            if let Some((member, _)) = newest.filter(|&(_, there)| there == side) {
                return member;
            }
            #[cfg(test)]
            {
                self.room.looked_up += 1;
            }
            let found = self.tree.child_of(owner, side).and_then(|child| {
                self.tree.kth_of_few(child, at(k)).unwrap_or_else(|| {
                    is_large = true;
                    let after = cursor.map(|cursor| cursor.orders[side.index()]);
                    let order =
                        self.ranking.kth(child, at(k), after, self.tree.paths(), &mut self.room.open)?;
                    self.ranking.member(order)
                })
            });
            let Some(found) = found else {
                unreachable!("both legs of an owner whose match waits hold an unused member");
            };
            found
        });
        if is_large {
            let orders = found.map(|found| self.tree.order_of(found).unwrap_or_default());
            self.cursors.insert(owner, Cursor { used: k.saturating_add(1), orders });
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
        for &UsedUp { owner, newest, .. } in used {
            for side in Side::BOTH {
                if newest.is_none_or(|(_, there)| there != side) {
                    tops.extend(self.tree.child_of(owner, side));
                }
            }
        }
        let large = self.tree.paths().read_tops_ahead(&tops);
        self.ranking.read_stretches_ahead(&large);
    }
}
