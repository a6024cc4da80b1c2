//! Step by step the engine does what the naive model does.

use binary_tree::{BeyondCap, Cap, Matcher, PlacedNode, Placement, Side, Tree};
use proptest::prelude::*;

use crate::damage::Damage;
use crate::lockstep::{Both, Step};
use crate::model::Member;

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Left), Just(Side::Right)]
}

fn placement() -> impl Strategy<Value = Placement> {
    prop_oneof![
        4 => proptest::option::of(side()).prop_map(|side| Placement::LevelOrder { side }),
        1 => Just(Placement::ExtremeLeft),
        1 => Just(Placement::ExtremeRight),
        1 => Just(Placement::WeakerLeg),
    ]
}

fn cap() -> impl Strategy<Value = Cap> {
    let beyond = prop_oneof![Just(BeyondCap::CarryForward), Just(BeyondCap::Flush)];
    (prop_oneof![Just(0), Just(1), Just(3), Just(10)], beyond)
        .prop_map(|(pairs_per_month, beyond)| Cap { pairs_per_month, beyond })
}

fn damage() -> impl Strategy<Value = Damage> {
    (0..Damage::ALL.len()).prop_map(|index| Damage::ALL[index])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (proptest::option::weighted(0.97, 0..64_usize), placement())
            .prop_map(|(pick, placement)| Step::Join { pick, placement }),
        1 => (0..60_u16, proptest::option::of(0..60_u16))
            .prop_map(|(member, sponsor)| Step::OddJoin { member, sponsor }),
        14 => (0..64_usize).prop_map(|pick| Step::Qualify { pick }),
        1 => (0..60_u16).prop_map(|member| Step::OddQualify { member }),
        2 => proptest::collection::vec(0..60_u16, 0..40).prop_map(|members| Step::QualifyAll { members }),
        2 => (0..64_usize).prop_map(|pick| Step::Withdraw { pick }),
        2 => (0..3_u32).prop_map(|skip| Step::StartMonth { skip }),
        3 => (1..5_usize).prop_map(|at_most| Step::DrainSlice { at_most }),
        2 => Just(Step::Restore),
        1 => ((0..64_usize), damage()).prop_map(|(pick, damage)| Step::RestoreDamaged { pick, damage }),
        1 => cap().prop_map(Step::Plan),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_is_the_models(cap in cap(), steps in proptest::collection::vec(step(), 1..110)) {
        Both::walk(cap, &steps);
    }

    /// Whole months as a caller runs them: drained in slices, thrown away and loaded between any two of them.
    #[test]
    fn a_month_start_is_the_same_in_slices_and_after_restores(
        (per_month, now) in (prop_oneof![Just(0_u32), Just(1), Just(3)], cap()),
        order in Just((1..=30_u16).collect::<Vec<_>>()).prop_shuffle(),
        slices in proptest::collection::vec((1..6_usize, any::<bool>()), 1..8),
    ) {
        let before = Cap { pairs_per_month: per_month, beyond: BeyondCap::CarryForward };
        let mut whole: Matcher<Member> = Matcher::new();
        for member in 0..=30 {
            let sponsor = (member > 0).then_some(0);
            whole.join(member, sponsor, Placement::LevelOrder { side: None }).unwrap();
        }
        for member in order {
            whole.qualify(member, before).unwrap();
        }
        let mut sliced = whole.clone();
        for month in 1..4 {
            prop_assert!(whole.start_month(month) && sliced.start_month(month));
            let expected = whole.drain_month(now, 0, usize::MAX);
            prop_assert_eq!(expected.next, None);
            let (mut matches, mut from) = (Vec::new(), Some(0));
            for &(at_most, restore) in slices.iter().cycle() {
                let Some(start) = from else { break };
                if restore {
                    sliced = Matcher::restore(sliced.month(), sliced.snapshot()).unwrap();
                }
                let slice = sliced.drain_month(now, start, at_most);
                prop_assert!(slice.matches.len() <= at_most);
                prop_assert!(slice.next.is_none() || slice.matches.len() == at_most);
                matches.extend(slice.matches);
                from = slice.next;
            }
            prop_assert_eq!(matches, expected.matches);
            prop_assert!(whole.snapshot().eq(sliced.snapshot()));
            prop_assert_eq!(whole.drain_month(now, 0, usize::MAX).matches, vec![]);
        }
    }

    /// A restored reader has the places and legs of the live one, and each leg is its child and the child's legs.
    #[test]
    fn legs_sum_from_the_bottom_up(
        joins in proptest::collection::vec((any::<usize>(), placement(), any::<bool>()), 1..200)
    ) {
        let mut tree: Tree<usize> = Tree::new();
        for (member, &(pick, placement, qualify)) in joins.iter().enumerate() {
            let sponsor = (member > 0).then(|| pick % member);
            tree.join(member, sponsor, placement).unwrap();
            if qualify {
                tree.qualify(pick % (member + 1)).unwrap();
            }
        }
        let nodes: Vec<PlacedNode<usize>> = tree.snapshot().collect();
        let restored = Tree::restore(nodes.iter().copied()).unwrap();
        for member in 0..joins.len() {
            let legs = tree.legs(member).unwrap();
            prop_assert_eq!(restored.legs(member), Some(legs));
            prop_assert_eq!(restored.place(member), tree.place(member));
            let below = tree.children(member).map(|child| child.map_or(0, |child| {
                let legs = tree.legs(child).unwrap();
                legs.left + legs.right + u64::from(tree.is_qualified(child))
            }));
            prop_assert_eq!(below, [legs.left, legs.right]);
        }
    }
}
