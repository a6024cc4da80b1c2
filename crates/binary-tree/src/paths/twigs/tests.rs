//! What twigs are to be, worked out anew from the tree, and how a full one is taken apart.

use std::collections::HashMap;
use std::hash::Hash;

use super::*;
use crate::Tree;

impl Twigs {
    /// Checks everything that is kept against what it is to be.
    pub(in super::super) fn check<K: Copy + Eq + Hash>(&self, tree: &Tree<K>) {
        for twig in 0..number(self.twigs.len()) {
            let (perches, nodes) = (self.perches(twig), self.nodes(twig));
            let runs = &self.twigs[at(twig)];
            assert_eq!((perches.len(), runs.orders.len()), (nodes.len(), nodes.len()));
            assert!((1..=TWIG).contains(&perches.len()));
            let index_of: HashMap<u32, usize> = nodes.iter().copied().zip(0..).collect();
            let mut counts = vec![0; perches.len()];
            let mut orders = Vec::new();
            for (index, (perch, &node)) in perches.iter().zip(nodes).enumerate() {
                let parent = tree.place_below(node).and_then(|(parent, _)| index_of.get(&parent).copied());
                assert_eq!((perch.parent(), parent.is_none()), (parent, index == 0));
                assert!(parent.is_none_or(|parent| parent < index));
                let children = Side::BOTH.map(|side| tree.child_of(node, side));
                assert_eq!(
                    perch.children,
                    children.map(|child| child.map_or(NOBODY, |child| byte(index_of[&child])))
                );
                if let Some(order) = tree.order_of(node) {
                    orders.push((order, byte(index)));
                    (0..=index)
                        .filter(|&top| self.is_above(twig, top, index))
                        .for_each(|top| counts[top] += 1);
                }
            }
            assert!(perches.iter().map(|perch| perch.count).eq(counts));
            orders.sort_unstable();
            let turns = perches.iter().map(|perch| perch.turn);
            assert!(self.orders(twig).zip(turns).eq(orders.iter().copied()));
            let mut ranks = vec![NOBODY; perches.len()];
            for (rank, &(_, index)) in orders.iter().enumerate() {
                ranks[usize::from(index)] = byte(rank);
            }
            assert!(perches.iter().map(|perch| perch.rank).eq(ranks));
        }
        self.perches.check(self.twigs.iter().map(|twig| twig.perches));
        self.nodes.check(self.twigs.iter().map(|twig| twig.nodes));
        self.orders.check(self.twigs.iter().map(|twig| twig.orders));
    }
}

/// A full twig whose top has `left` members in its left leg, which are a line, as those of the right one.
fn fork(left: usize) -> (Twigs, u32) {
    let mut twigs = Twigs::default();
    let twig = twigs.start(0);
    twigs.join(twig, None, 100);
    for index in 1..TWIG {
        let (parent, side) = match index {
            1 => (0, Side::Left),
            _ if index == left + 1 => (0, Side::Right),
            _ => (index - 1, Side::Left),
        };
        twigs.join(twig, Some((parent, side)), 100 + number(index));
    }
    (twigs, twig)
}

#[test]
fn those_are_peeled_below_whom_more_than_half_of_a_twig_stands() {
    let sizes = |left| {
        let (twigs, twig) = fork(left);
        let peeled = twigs.peel(twig);
        assert!(peeled.iter().zip(100..).all(|(peeled, node)| peeled.node == node));
        peeled
            .iter()
            .map(|peeled| (peeled.light.map_or(0, |light| light.size), peeled.light_side, peeled.heavy.size))
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(2), [(2, Side::Right, 2)], "of two as large the left one is heavy");
    assert_eq!(sizes(3), [(1, Side::Right, 3), (0, Side::Right, 2)]);
    assert_eq!(sizes(4), [(0, Side::Right, 4), (0, Side::Right, 3), (0, Side::Right, 2)]);
    let (mut twigs, twig) = fork(1);
    let peeled = twigs.peel(twig);
    assert_eq!((peeled[0].light_side, peeled[0].heavy.top), (Side::Left, 2));
    assert_eq!(twigs.copy(twig, 2, twig), [102, 103, 104]);
}
