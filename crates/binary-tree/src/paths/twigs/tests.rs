//! What twigs are to be, worked out anew from the tree, and how a full one is taken apart.

use std::collections::HashMap;
use std::hash::Hash;

use super::*;
use crate::Tree;

impl Twigs {
    pub(in super::super) fn nodes(&self, twig: u32) -> impl Iterator<Item = u32> {
        self.perches(twig).iter().map(|perch| perch.node)
    }

    /// Checks everything that is kept against what it is to be.
    pub(in super::super) fn check<K: Copy + Eq + Hash>(&self, tree: &Tree<K>) {
        for twig in 0..number(self.twigs.len()) {
            let perches = self.perches(twig);
            assert!((1..=TWIG).contains(&perches.len()));
            let index_of: HashMap<u32, usize> = self.nodes(twig).zip(0..).collect();
            let mut counts = vec![0; perches.len()];
            let mut orders = Vec::new();
            for (index, perch) in perches.iter().enumerate() {
                let parent = tree.place_below(perch.node).and_then(|(parent, _)| index_of.get(&parent));
                let above = parent.map_or(0, |&parent| perches[parent].above | 1 << parent);
                assert_eq!((perch.above, parent.is_none()), (above, index == 0));
                assert!(parent.is_none_or(|&parent| parent < index));
                let children = Side::BOTH.map(|side| tree.child_of(perch.node, side));
                let children = children.map(|child| child.map_or(NO_CHILD, |child| turn(index_of[&child])));
                assert_eq!(perch.children, children);
                if let Some(order) = tree.order_of(perch.node) {
                    orders.push((order, turn(index)));
                    counts[index] += 1;
                    (0..index).filter(|&other| above >> other & 1 == 1).for_each(|other| counts[other] += 1);
                }
            }
            assert!(perches.iter().map(|perch| perch.count).eq(counts));
            orders.sort_unstable();
            assert!(perches.iter().map(|perch| (perch.order, perch.turn)).take(orders.len()).eq(orders));
        }
        self.perches.check(self.twigs.iter().map(|twig| twig.perches));
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
