//! What the notes on the order of qualification are to be, worked out anew from the tree.

use super::*;

impl Ranking {
    /// Checks everything that is kept against what it is to be.
    pub(crate) fn check<K: Copy + Eq + Hash>(&self, tree: &Tree<K>) {
        let mut members = vec![NONE; at(tree.orders())];
        for node in 0..number(tree.len()) {
            if let Some(order) = tree.order_of(node) {
                members[at(order)] = node;
            }
        }
        assert_eq!(self.members, members);
        let block_of = |&member: &u32| {
            Some(member).filter(|&member| member != NONE).map(|node| self.tour.block_of(node, tree))
        };
        assert!(
            self.blocks.iter().copied().eq(members.iter().map(|member| block_of(member).unwrap_or(NO_BLOCK)))
        );
        self.tour.check(tree, members.len() / EPOCH);
    }

    /// How many blocks and chunks there are.
    pub(crate) fn pieces(&self) -> (usize, usize) {
        self.tour.pieces()
    }

    /// Checks that a join cut nothing in two that had room, from the pieces before it.
    pub(crate) fn check_cuts(&self, before: (usize, usize)) {
        self.tour.check_cuts(before);
    }
}
