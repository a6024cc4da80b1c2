//! Pairs, caps and months.

use binary_tree::{BeyondCap, Cap, Match, Matcher, Placement, Refusal, Side, Tally};

const CARRY: BeyondCap = BeyondCap::CarryForward;

fn cap(pairs_per_month: u32, beyond: BeyondCap) -> Cap {
    Cap { pairs_per_month, beyond }
}

fn formed(owner: u32, number: u64, left: u32, right: u32) -> Match<u32> {
    Match { owner, number: Some(number), left, right }
}

fn flushed(owner: u32, left: u32, right: u32) -> Match<u32> {
    Match { owner, number: None, left, right }
}

/// Owner 0 with a line of members 100, 101, … on the far left and 200, 201, … on the far right: only 0 can pair.
fn two_lines(left: u32, right: u32) -> Matcher<u32> {
    let mut matcher = Matcher::new();
    matcher.start_month(1);
    matcher.join(0, None, Placement::ExtremeLeft).unwrap();
    for member in 100..100 + left {
        matcher.join(member, Some(0), Placement::ExtremeLeft).unwrap();
    }
    for member in 200..200 + right {
        matcher.join(member, Some(0), Placement::ExtremeRight).unwrap();
    }
    matcher
}

fn qualify_all(
    matcher: &mut Matcher<u32>,
    members: impl IntoIterator<Item = u32>,
    cap: Cap,
) -> Vec<Match<u32>> {
    members.into_iter().flat_map(|member| matcher.qualify(member, cap).unwrap()).collect()
}

#[test]
fn twelve_and_fifteen_make_ten_in_january_and_two_on_the_first_of_february() {
    let plan = cap(10, CARRY);
    let mut matcher = two_lines(12, 15);
    let january = qualify_all(&mut matcher, (200..215).chain(100..112), plan);
    assert_eq!(january, (0..10).map(|k| formed(0, u64::from(k) + 1, 100 + k, 200 + k)).collect::<Vec<_>>());
    assert_eq!(matcher.waiting(0), Some(2));
    assert!(matcher.start_month(2));
    let february = matcher.drain_month(plan, 0, 500);
    assert_eq!(february.matches, [formed(0, 11, 110, 210), formed(0, 12, 111, 211)]);
    assert_eq!(february.next, None);
    assert_eq!(matcher.tally(0), Some(Tally { formed: 12, flushed: 0, month: 2, formed_in_month: 2 }));
    assert_eq!(matcher.waiting(0), Some(0));
}

#[test]
fn the_order_of_qualification_decides_not_the_order_of_joining() {
    let mut matcher = two_lines(3, 3);
    let pairs = qualify_all(&mut matcher, [102, 201, 100, 101, 202, 200], cap(10, CARRY));
    assert_eq!(pairs, [formed(0, 1, 102, 201), formed(0, 2, 100, 202), formed(0, 3, 101, 200)]);
}

#[test]
fn flushing_uses_members_up_without_a_number() {
    let plan = cap(1, BeyondCap::Flush);
    let mut matcher = two_lines(4, 4);
    let pairs = qualify_all(&mut matcher, [100, 101, 102, 200, 201], plan);
    assert_eq!(pairs, [formed(0, 1, 100, 200), flushed(0, 101, 201)]);
    assert_eq!(matcher.tally(0), Some(Tally { formed: 1, flushed: 1, month: 1, formed_in_month: 1 }));
    assert!(matcher.start_month(2));
    assert_eq!(matcher.drain_month(plan, 0, 500).matches, []);
    assert_eq!(matcher.qualify(202, plan), Ok(vec![formed(0, 2, 102, 202)]));
}

#[test]
fn a_plan_that_flushes_flushes_what_waited_beyond_the_first_months_cap() {
    let mut matcher = two_lines(6, 6);
    assert_eq!(qualify_all(&mut matcher, (100..106).chain(200..206), cap(0, CARRY)), []);
    assert!(matcher.start_month(2));
    let plan = cap(2, BeyondCap::Flush);
    let first = matcher.drain_month(plan, 0, 3);
    assert_eq!(first.matches, [formed(0, 1, 100, 200), formed(0, 2, 101, 201), flushed(0, 102, 202)]);
    assert_eq!(first.next, Some(0));
    let second = matcher.drain_month(plan, 0, 3);
    assert_eq!(second.matches, [flushed(0, 103, 203), flushed(0, 104, 204), flushed(0, 105, 205)]);
    assert_eq!(second.next, None);
}

#[test]
fn a_cap_of_zero_makes_everything_wait_or_flush() {
    let mut matcher = two_lines(2, 2);
    assert_eq!(qualify_all(&mut matcher, [100, 200], cap(0, CARRY)), []);
    assert_eq!(matcher.waiting(0), Some(1));
    let mut matcher = two_lines(2, 2);
    assert_eq!(qualify_all(&mut matcher, [100, 200], cap(0, BeyondCap::Flush)), [flushed(0, 100, 200)]);
}

#[test]
fn a_month_that_is_not_later_begins_nothing() {
    let plan = cap(1, CARRY);
    let mut matcher = two_lines(3, 3);
    assert_eq!(qualify_all(&mut matcher, [100, 101, 102, 200, 201, 202], plan).len(), 1);
    assert!(!matcher.start_month(1) && !matcher.start_month(0));
    assert_eq!(matcher.drain_month(plan, 0, 500).matches, []);
    assert!(matcher.start_month(7));
    assert_eq!(matcher.drain_month(plan, 0, 500).matches, [formed(0, 2, 101, 201)]);
    assert_eq!(matcher.drain_month(plan, 0, 500).matches, []);
}

#[test]
fn a_second_qualification_changes_nothing() {
    let mut matcher = two_lines(1, 1);
    let plan = cap(10, CARRY);
    assert_eq!(matcher.qualify(100, plan), Ok(vec![]));
    let before: Vec<_> = matcher.snapshot().collect();
    assert_eq!(matcher.qualify(100, plan), Ok(vec![]));
    assert!(matcher.snapshot().eq(before));
    assert_eq!(matcher.qualify(999, plan), Err(Refusal::UnknownMember));
    assert_eq!(matcher.tally(999), None);
}

#[test]
fn owners_drain_in_joining_order_and_match_from_the_nearest_upwards() {
    let plan = cap(0, CARRY);
    let mut matcher = Matcher::new();
    for member in 1..=7_u32 {
        matcher.join(member, (member > 1).then_some(1), Placement::LevelOrder { side: None }).unwrap();
    }
    let mut live = matcher.clone();
    assert_eq!(qualify_all(&mut matcher, 2..=7, plan), []);
    assert!(matcher.start_month(1));
    let owners: Vec<u32> =
        matcher.drain_month(cap(9, CARRY), 0, 500).matches.iter().map(|pair| pair.owner).collect();
    assert_eq!(owners, [1, 1, 1, 2, 3]);

    assert_eq!(qualify_all(&mut live, [4, 6, 7], cap(9, CARRY)), [formed(1, 1, 4, 6), formed(3, 1, 6, 7)]);
    assert_eq!(live.qualify(5, cap(9, CARRY)), Ok(vec![formed(2, 1, 4, 5), formed(1, 2, 5, 7)]));
}

/// The bound is met: the last leaf of a full tree whose owners are each one short on that side.
#[test]
fn a_qualification_can_match_at_every_row_of_a_full_tree() {
    let mut matcher = Matcher::new();
    for member in 1..=1023_u32 {
        matcher.join(member, (member > 1).then_some(1), Placement::LevelOrder { side: None }).unwrap();
    }
    let plan = cap(u32::MAX, CARRY);
    for member in 512..1023 {
        matcher.qualify(member, plan).unwrap();
    }
    let last = matcher.qualify(1023, plan).unwrap();
    assert_eq!(last.len(), 9);
    assert_eq!(1023_u32.ilog2(), 9);
    assert_eq!(last.iter().map(|pair| pair.owner).collect::<Vec<_>>(), [511, 255, 127, 63, 31, 15, 7, 3, 1]);
}

#[test]
fn a_deep_line_is_walked_without_recursion() {
    let mut matcher = Matcher::new();
    for member in 0..20_000_u32 {
        let side = Some(Side::Left);
        matcher.join(member, member.checked_sub(1), Placement::LevelOrder { side }).unwrap();
    }
    matcher.join(20_000, Some(0), Placement::LevelOrder { side: Some(Side::Right) }).unwrap();
    assert_eq!(matcher.qualify(19_999, cap(1, CARRY)), Ok(vec![]));
    assert_eq!(matcher.qualify(20_000, cap(1, CARRY)), Ok(vec![formed(0, 1, 19_999, 20_000)]));
}

#[test]
fn policies_are_read_by_their_names() {
    for beyond in [BeyondCap::CarryForward, BeyondCap::Flush] {
        assert_eq!(beyond.as_str().parse(), Ok(beyond));
        assert_eq!(beyond.to_string(), beyond.as_str());
    }
    assert!("carry".parse::<BeyondCap>().is_err());
}
