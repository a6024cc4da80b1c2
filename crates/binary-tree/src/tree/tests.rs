//! What nodes are to be, worked out anew from their places.

use super::*;

impl<K: Copy + Eq + Hash> Tree<K> {
    /// Checks everything that is kept in the nodes against what it is to be.
    pub(crate) fn check(&self) {
        assert_eq!((self.joined.len(), self.by_joining.len()), (self.nodes.len(), self.nodes.len()));
        for (joined, &node) in (0..).zip(&self.by_joining) {
            assert_eq!(self.joined[at(node)], joined);
        }
        let mut full_rows = vec![0; self.nodes.len()];
        for name in (0..number(self.nodes.len())).rev() {
            let node = &self.nodes[at(name)];
            assert_eq!(self.number(node.member), Some(name));
            if let Some((parent, side)) = self.place_below(name) {
                assert!(parent < name, "parents come before their children");
                assert_eq!(self.child_of(parent, side), Some(name));
            }
            if let [Some(left), Some(right)] = Side::BOTH.map(|side| self.child_of(name, side)) {
                full_rows[at(name)] = full_rows[at(left)].min(full_rows[at(right)]) + 1;
            }
            assert_eq!(node.full_rows, full_rows[at(name)]);
            for side in Side::BOTH {
                let end = std::iter::successors(Some(name), |&node| self.child_of(node, side)).last();
                if node.side != Some(side) {
                    let kept =
                        if node.side.is_none() && side == Side::Left { node.line } else { node.line_end };
                    assert_eq!(Some(kept), end, "a line starts here");
                } else {
                    let on_line = |node: &u32| self.nodes[at(*node)].side == Some(side);
                    let up = |&node: &u32| Some(node).filter(on_line).and_then(|node| self.parent_of(node));
                    assert_eq!(Some(node.line), std::iter::successors(Some(name), up).last());
                }
            }
        }
    }
}

#[test]
fn an_engine_that_is_full_takes_nobody_in_and_is_as_before() {
    let mut tree = Tree::new();
    for member in 0..MOST_MEMBERS {
        let place = tree.join(member, member.checked_sub(1), Placement::ExtremeLeft);
        assert_eq!(place.map(|place| place.level), Ok(member.into()));
    }
    assert_eq!(tree.join(MOST_MEMBERS, Some(0), Placement::ExtremeLeft), Err(Refusal::Full));
    assert_eq!((tree.len(), tree.place(MOST_MEMBERS)), (at(MOST_MEMBERS), None));
    assert_eq!(tree.children(MOST_MEMBERS - 1), [None, None]);
    let nodes: Vec<_> = tree.snapshot().collect();
    let one_more = PlacedNode { member: MOST_MEMBERS, parent: Some(0), side: Some(Side::Right), ..nodes[0] };
    assert_eq!(Tree::restore(nodes).map(|tree| tree.len()), Ok(at(MOST_MEMBERS)));
    assert_eq!(Tree::restore(tree.snapshot().chain([one_more])).err(), Some(crate::RestoreError::Full));
}

#[test]
fn those_are_told_whose_smaller_leg_changes_and_nobody_else() {
    let mut tree = Tree::new();
    for member in 0..300_u32 {
        let placement =
            if member % 3 == 0 { Placement::ExtremeLeft } else { Placement::LevelOrder { side: None } };
        tree.join(member, (member > 0).then(|| member * 7 % 13 % member), placement).unwrap();
    }
    for step in 0..900_u32 {
        let before: Vec<u32> = (0..300).map(|node| tree.smaller_leg(node)).collect();
        let mut touched = Vec::new();
        // some are refused, for having withdrawn, or change nothing
        if step % 3 == 2 {
            tree.withdraw_number(step * 71 / 2 % 300, &mut touched).unwrap_or_default();
        } else {
            tree.qualify_number(step * 71 % 300, &mut touched).unwrap_or_default();
        }
        let mut told: Vec<(u32, u32)> =
            touched.iter().map(|touched| (touched.owner, touched.count)).collect();
        told.sort_unstable();
        let changed = (0..300).map(|node| (node, tree.smaller_leg(node)));
        assert!(changed.filter(|&(node, now)| now != before[at(node)]).eq(told), "in step {step}");
    }
}
