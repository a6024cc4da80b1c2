//! What the matcher promises and no answer shows.

use super::*;
use crate::index::NONE;
use crate::limits::AHEAD;

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Checks everything that is kept against what it is to be.
    pub(crate) fn check(&self) {
        self.tree.check();
        self.tree.paths().check(&self.tree);
        self.ranking.check(&self.tree);
        let waits = |&joined: &u32| self.waits(self.tree.by_joining()[at(joined)]) > 0;
        assert!(self.waiting.iter().copied().eq((0..).take(self.tree.len()).filter(waits)));
    }

    pub(crate) const fn ranking(&self) -> &Ranking {
        &self.ranking
    }
}

/// Those for whom nothing waits cost a month start nothing, since it looks at those who wait and at nobody else.
#[test]
fn exactly_those_wait_for_whom_something_waits() {
    let cap = Cap { pairs_per_month: 1, beyond: BeyondCap::CarryForward };
    let mut matcher = Matcher::new();
    for member in 0..400_u32 {
        let sponsor = (member > 0).then(|| member * 7 % 13 % member);
        matcher.join(member, sponsor, Placement::LevelOrder { side: None }).unwrap();
    }
    let (mut waited, mut made_up) = (0, 0);
    for step in 0..800_u32 {
        // some are refused, for having withdrawn
        if step % 5 == 4 {
            matcher.withdraw(step * 71 / 2 % 400).unwrap_or_default();
        } else {
            matcher.qualify(step * 71 % 400, cap).unwrap_or_default();
        }
        if step % 37 == 0 {
            matcher.start_month(step);
            matcher.drain_month(cap, 0, 5);
        }
        let waits = |&joined: &u32| matcher.waits(matcher.tree.by_joining()[at(joined)]) > 0;
        let expected: BTreeSet<u32> = (0..400).filter(waits).collect();
        assert_eq!(matcher.waiting, expected, "after step {step}");
        waited += expected.len();
        let over = |&&node: &&u32| {
            u64::from(matcher.owners[at(node)].all()) > matcher.tree.legs_of(node).potential()
        };
        made_up += matcher.tree.by_joining().iter().filter(over).count();
    }
    assert!(waited > 0 && made_up > 0, "some wait, and some make up for those who withdrew");
}

/// Nearly always one of the two is the one who has just qualified.
#[test]
fn only_the_other_member_of_a_new_match_is_looked_up() {
    let cap = Cap { pairs_per_month: u32::MAX, beyond: BeyondCap::CarryForward };
    let mut matcher = Matcher::new();
    for member in 0..255_u32 {
        matcher.join(member, (member > 0).then_some(0), Placement::LevelOrder { side: None }).unwrap();
    }
    let matches: usize = (0..255).map(|step| matcher.qualify(step * 71 % 255, cap).unwrap().len()).sum();
    assert!(matches > 200);
    assert_eq!(matcher.room.looked_up, matches);
}

/// One owner above two legs of so many members, and who stands in these.
fn two_legs(members: u32) -> (Matcher<u32>, [Vec<u32>; 2]) {
    let mut matcher = Matcher::new();
    matcher.join(0, None, Placement::ExtremeLeft).unwrap();
    let mut legs = [Vec::new(), Vec::new()];
    for member in 1..=2 * members {
        let side = usize::from(member.is_multiple_of(2));
        let top = legs[side].first().copied();
        let placement = Placement::LevelOrder { side: top.is_none().then_some(Side::BOTH[side]) };
        matcher.join(member, top.or(Some(0)), placement).unwrap();
        legs[side].push(member);
    }
    (matcher, legs)
}

/// The first of a large leg is searched for, each further one stands behind the one before.
#[test]
fn the_next_of_a_large_leg_is_looked_for_behind_the_last() {
    let cap = Cap { pairs_per_month: u32::MAX, beyond: BeyondCap::CarryForward };
    let (mut matcher, legs) = two_legs(300);
    for &member in &legs[0] {
        matcher.qualify(member, cap).unwrap();
    }
    for (k, &member) in legs[1].iter().enumerate() {
        let matches = matcher.qualify(member, cap).unwrap();
        let last = matches.last().unwrap();
        assert_eq!((last.owner, last.left, last.right), (0, legs[0][k], member));
        let cursor = matcher.cursors[&0];
        let orders = [legs[0][k], member].map(|member| matcher.tree.number(member).unwrap());
        let orders = orders.map(|number| matcher.tree.order_of(number).unwrap());
        assert_eq!((usize::try_from(cursor.used).unwrap(), cursor.orders), (k + 1, orders));
    }
    matcher.withdraw(legs[0][3]).unwrap();
    assert!(matcher.cursors.is_empty(), "those behind it have moved up");
}

/// In a leg of a block or two each search finds those too who follow, who are then taken one after another.
#[test]
fn those_who_follow_in_a_leg_are_found_together_and_forgotten_when_somebody_withdraws() {
    let cap = Cap { pairs_per_month: u32::MAX, beyond: BeyondCap::CarryForward };
    let (mut matcher, legs) = two_legs(20);
    for &member in &legs[0] {
        matcher.qualify(member, cap).unwrap();
    }
    for (k, &member) in legs[1].iter().enumerate() {
        matcher.qualify(member, cap).unwrap();
        let next = matcher.cursors[&0].next;
        let known = next.nodes.iter().filter(|&&node| node != NONE).map(|&node| matcher.tree.member_of(node));
        let behind = &legs[0][k + 1..];
        assert_eq!(known.collect::<Vec<_>>(), behind[..behind.len().min(AHEAD - k % (1 + AHEAD))]);
        assert_eq!(next.side, Side::Left);
    }
    matcher.withdraw(legs[0][3]).unwrap();
    assert!(matcher.cursors.is_empty(), "who is the next may be somebody else");
}
