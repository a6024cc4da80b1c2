//! Saved nodes that can't be right are refused by their number.

use binary_tree::{Matcher, Qualification, RestoreError, SavedNode, Side, Tally};

fn node(member: u8, parent: Option<(u8, Side)>, qualified: Option<u64>) -> SavedNode<u8> {
    let (parent, side) = parent.unzip();
    let qualification = qualified.map_or(Qualification::None, |order| Qualification::Counts { order });
    SavedNode { member, parent, side, qualification, tally: Tally::default() }
}

/// A root with one qualified member on each side, in month 5.
fn saved() -> Vec<SavedNode<u8>> {
    vec![
        node(1, None, None),
        node(2, Some((1, Side::Left)), Some(40)),
        node(3, Some((1, Side::Right)), Some(9)),
    ]
}

#[track_caller]
fn check(change: impl FnOnce(&mut Vec<SavedNode<u8>>), expected: Option<RestoreError>) {
    let mut nodes = saved();
    change(&mut nodes);
    assert_eq!(Matcher::restore(5, nodes).err(), expected);
}

#[test]
fn sound_nodes_are_restored() {
    check(|_| (), None);
    check(|nodes| nodes[0].tally = Tally { formed: 1, flushed: 0, month: 5, formed_in_month: 1 }, None);
    let matcher = Matcher::restore(5, saved()).unwrap();
    assert_eq!(matcher.waiting(1), Some(1));
    let orders: Vec<_> = matcher.snapshot().map(|node| node.qualification).collect();
    let counts = |order| Qualification::Counts { order };
    assert_eq!(orders, [Qualification::None, counts(1), counts(0)], "numbered anew, in the same order");
}

#[test]
fn places_that_cannot_be_are_refused() {
    check(|nodes| nodes[2].member = 2, Some(RestoreError::AlreadyPlaced { number: 2 }));
    check(|nodes| nodes[1].parent = Some(3), Some(RestoreError::UnknownParent { number: 1 }));
    check(|nodes| nodes[1].parent = Some(2), Some(RestoreError::UnknownParent { number: 1 }));
    check(|nodes| nodes[0].side = Some(Side::Left), Some(RestoreError::HalfAPlace { number: 0 }));
    check(|nodes| nodes[1].side = None, Some(RestoreError::HalfAPlace { number: 1 }));
    check(|nodes| nodes[2].side = Some(Side::Left), Some(RestoreError::PlaceTaken { number: 2 }));
}

#[test]
fn orders_and_tallies_that_cannot_be_are_refused() {
    check(
        |nodes| nodes[2].qualification = Qualification::Counts { order: 40 },
        Some(RestoreError::QualifiedTogether { number: 2 }),
    );
    let beyond = Some(RestoreError::UsedBeyondLegs { number: 0 });
    check(|nodes| nodes[0].tally = Tally { formed: 1, flushed: 1, month: 5, formed_in_month: 1 }, beyond);
    check(
        |nodes| nodes[0].tally = Tally { formed: u64::MAX, flushed: 1, month: 5, formed_in_month: 1 },
        beyond,
    );
    let contradicts = Some(RestoreError::TallyContradicts { number: 0 });
    check(
        |nodes| nodes[0].tally = Tally { formed: 1, flushed: 0, month: 6, formed_in_month: 1 },
        contradicts,
    );
    check(
        |nodes| nodes[0].tally = Tally { formed: 0, flushed: 1, month: 5, formed_in_month: 1 },
        contradicts,
    );
}
