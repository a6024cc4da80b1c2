//! Step by step the engine does what the naive model does.

use binary_tree::{BeyondCap, Cap, Matcher, PlacedNode, Placement, Side, Tree};
use proptest::prelude::*;

use crate::model::{Member, Model};

#[derive(Debug, Clone)]
enum Step {
    /// A new member below the sponsor that `pick` points at, or a new root.
    Join {
        pick: Option<usize>,
        placement: Placement,
    },
    /// Any numbers, mostly to be refused.
    OddJoin {
        member: Member,
        sponsor: Option<Member>,
    },
    Qualify {
        pick: usize,
    },
    OddQualify {
        member: Member,
    },
    StartMonth {
        skip: u32,
    },
    DrainSlice {
        at_most: usize,
    },
    Restore,
    Plan(Cap),
}

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

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (proptest::option::weighted(0.97, 0..64_usize), placement())
            .prop_map(|(pick, placement)| Step::Join { pick, placement }),
        1 => (0..60_u16, proptest::option::of(0..60_u16))
            .prop_map(|(member, sponsor)| Step::OddJoin { member, sponsor }),
        14 => (0..64_usize).prop_map(|pick| Step::Qualify { pick }),
        1 => (0..60_u16).prop_map(|member| Step::OddQualify { member }),
        2 => (0..3_u32).prop_map(|skip| Step::StartMonth { skip }),
        3 => (1..5_usize).prop_map(|at_most| Step::DrainSlice { at_most }),
        2 => Just(Step::Restore),
        1 => cap().prop_map(Step::Plan),
    ]
}

/// Engine, reader and model side by side.
struct Both {
    matcher: Matcher<Member>,
    reader: Tree<Member>,
    model: Model,
    cap: Cap,
    drain_from: u32,
    next_member: Member,
}

impl Both {
    fn new(cap: Cap) -> Self {
        let (matcher, reader, model) = (Matcher::new(), Tree::new(), Model::default());
        Self { matcher, reader, model, cap, drain_from: 0, next_member: 0 }
    }

    fn pick(&self, pick: usize) -> Option<Member> {
        let count = self.model.nodes.len();
        (count > 0).then(|| self.model.nodes[pick % count].member)
    }

    fn join(&mut self, member: Member, sponsor: Option<Member>, placement: Placement) {
        let ours = self.matcher.join(member, sponsor, placement);
        assert_eq!(ours, self.reader.join(member, sponsor, placement));
        let theirs = self.model.join(member, sponsor, placement);
        assert_eq!(
            ours.map(|place| place.parent.zip(place.side)),
            theirs.map(|()| self.model.parent(member))
        );
    }

    fn qualify(&mut self, member: Member) {
        let was = self.matcher.tree().is_qualified(member);
        let ours = self.matcher.qualify(member, self.cap);
        assert_eq!(self.reader.qualify(member), ours.as_ref().map(|_| !was).map_err(|&refusal| refusal));
        if let Ok(matches) = &ours {
            let bound = self.matcher.tree().len().checked_ilog2().unwrap_or(0);
            assert!(matches.len() <= bound.try_into().unwrap(), "{} matches of {bound}", matches.len());
        }
        assert_eq!(ours, self.model.qualify(member, self.cap));
    }

    fn drain(&mut self, at_most: usize) {
        let ours = self.matcher.drain_month(self.cap, self.drain_from, at_most);
        let (matches, next) = self.model.drain(self.cap, self.drain_from.try_into().unwrap(), at_most);
        assert_eq!((ours.matches, ours.next), (matches, next.map(|next| next.try_into().unwrap())));
        self.drain_from = ours.next.unwrap_or(0);
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Join { pick, placement } => {
                let sponsor = pick.and_then(|pick| self.pick(pick));
                self.join(self.next_member, sponsor, placement);
                self.next_member += 1;
            }
            Step::OddJoin { member, sponsor } => {
                self.join(member, sponsor, Placement::LevelOrder { side: None });
                self.next_member = self.next_member.max(member + 1);
            }
            Step::Qualify { pick } => {
                if let Some(member) = self.pick(pick) {
                    self.qualify(member);
                }
            }
            Step::OddQualify { member } => self.qualify(member),
            Step::StartMonth { skip } => {
                let month = self.matcher.month() + skip;
                assert_eq!(self.matcher.start_month(month), skip > 0);
                self.model.month += skip;
                self.drain_from = 0;
            }
            Step::DrainSlice { at_most } => self.drain(at_most),
            Step::Restore => self.restore(),
            Step::Plan(cap) => self.cap = cap,
        }
    }

    fn restore(&mut self) {
        // Other numbers in the same order have to do as well.
        let nodes = self.matcher.snapshot().map(|mut node| {
            node.qualified = node.qualified.map(|seq| seq * 3 + 1);
            node
        });
        self.matcher = Matcher::restore(self.matcher.month(), nodes).unwrap();
        self.reader = Tree::restore(self.reader.snapshot().collect::<Vec<_>>()).unwrap();
    }

    fn compare(&self) {
        let tree = self.matcher.tree();
        assert_eq!(tree.len(), self.model.nodes.len());
        for (number, node) in (0_u32..).zip(&self.model.nodes) {
            let member = node.member;
            assert_eq!(tree.joined_number(member), Some(number));
            assert_eq!(tree.member_at(number), Some(member));
            assert_eq!(tree.legs(member), Some(self.model.legs(member)));
            assert_eq!(self.reader.legs(member), tree.legs(member));
            assert_eq!(self.reader.place(member), tree.place(member));
            assert_eq!(tree.children(member), Side::BOTH.map(|side| self.model.child(member, side)));
            assert_eq!(tree.is_qualified(member), self.model.qualified.contains(&member));
            assert_eq!(self.matcher.tally(member), Some(self.model.tally(member)));
            let used = self.model.tally(member).used();
            assert_eq!(self.matcher.waiting(member), Some(self.model.legs(member).potential() - used));
            let owners: Vec<Member> = self.model.owners(member).into_iter().map(|(owner, _)| owner).collect();
            assert_eq!(tree.path_to_root(member).collect::<Vec<_>>(), owners);
            for other in &self.model.nodes {
                assert_eq!(tree.is_ancestor(other.member, member), owners.contains(&other.member));
            }
            let place = tree.place(member).unwrap();
            assert_eq!(place.level, u64::try_from(owners.len()).unwrap());
            let sides = self.model.owners(member);
            let position =
                sides.iter().rev().fold(0_u128, |row, &(_, side)| row * 2 + u128::from(side == Side::Right));
            assert_eq!(
                place.position.map(u128::from),
                Some(position).filter(|&position| position <= 1 << 53)
            );
        }
    }

    /// Each member is used once per owner and stands in the leg it is used for.
    fn check_use(&self) {
        for (index, (_, found)) in self.model.matches.iter().enumerate() {
            for (_, later) in &self.model.matches[index + 1..] {
                if found.owner == later.owner {
                    assert!(found.left != later.left && found.right != later.right);
                }
            }
            assert!(self.model.owners(found.left).contains(&(found.owner, Side::Left)));
            assert!(self.model.owners(found.right).contains(&(found.owner, Side::Right)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_is_the_models(cap in cap(), steps in proptest::collection::vec(step(), 1..110)) {
        let mut both = Both::new(cap);
        for (index, step) in steps.iter().enumerate() {
            both.apply(step);
            if index % 16 == 15 || matches!(step, Step::Restore) {
                both.compare();
            }
        }
        both.compare();
        both.check_use();
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
