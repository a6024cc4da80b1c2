//! Where members are placed.

use binary_tree::{Place, Placement, Refusal, Side, Tree};

const LEVEL: Placement = Placement::LevelOrder { side: None };

fn asked(side: Side) -> Placement {
    Placement::LevelOrder { side: Some(side) }
}

/// A tree of members that joined below member 1 with nothing asked for.
fn rows(count: u64) -> Tree<u64> {
    let mut tree = Tree::new();
    for member in 1..=count {
        tree.join(member, (member > 1).then_some(1), LEVEL).unwrap();
    }
    tree
}

#[track_caller]
fn check(tree: &Tree<u64>, member: u64, parent: u64, side: Side) {
    let place = tree.place(member).unwrap();
    assert_eq!((place.parent, place.side), (Some(parent), Some(side)));
}

#[test]
fn a_member_without_a_sponsor_is_the_root_of_a_new_tree() {
    let mut tree = Tree::new();
    let root = Place { parent: None, side: None, level: 0, position: Some(0) };
    assert_eq!(tree.join('a', None, LEVEL), Ok(root));
    assert_eq!(tree.join('b', None, asked(Side::Right)), Ok(root));
    tree.join('c', Some('b'), LEVEL).unwrap();
    assert_eq!(tree.children('a'), [None, None]);
    assert_eq!(tree.children('b'), [Some('c'), None]);
    assert_eq!(tree.len(), 3);
    assert!(tree.is_ancestor('b', 'c') && !tree.is_ancestor('a', 'c') && !tree.is_ancestor('c', 'c'));
}

#[test]
fn rows_fill_level_by_level_left_before_right() {
    let tree = rows(31);
    for member in 2..=31 {
        check(&tree, member, member / 2, if member % 2 == 0 { Side::Left } else { Side::Right });
        let level = member.ilog2();
        let place = tree.place(member).unwrap();
        assert_eq!((place.level, place.position), (level.into(), Some(member - (1 << level))));
    }
}

#[test]
fn the_side_asked_for_is_given_only_directly_below_the_sponsor() {
    let mut tree = rows(1);
    tree.join(2, Some(1), asked(Side::Right)).unwrap();
    check(&tree, 2, 1, Side::Right);
    tree.join(3, Some(1), asked(Side::Right)).unwrap();
    check(&tree, 3, 1, Side::Left);
    tree.join(4, Some(1), asked(Side::Right)).unwrap();
    check(&tree, 4, 3, Side::Left);
}

#[test]
fn level_order_sees_places_taken_by_others_since_the_last_search() {
    let mut tree = rows(4);
    // Member 2's right and member 3's left go to others before the root searches again.
    tree.join(5, Some(2), LEVEL).unwrap();
    tree.join(6, Some(3), asked(Side::Left)).unwrap();
    tree.join(7, Some(1), LEVEL).unwrap();
    check(&tree, 7, 3, Side::Right);
    tree.join(8, Some(1), LEVEL).unwrap();
    check(&tree, 8, 4, Side::Left);
}

#[test]
fn extremes_follow_the_outer_line() {
    let mut tree = rows(3);
    for member in [10, 11] {
        tree.join(member, Some(1), Placement::ExtremeLeft).unwrap();
    }
    tree.join(12, Some(2), Placement::ExtremeRight).unwrap();
    tree.join(13, Some(1), Placement::ExtremeRight).unwrap();
    check(&tree, 10, 2, Side::Left);
    check(&tree, 11, 10, Side::Left);
    check(&tree, 12, 2, Side::Right);
    check(&tree, 13, 3, Side::Right);
}

#[test]
fn the_weaker_leg_is_the_one_with_fewer_qualified() {
    let mut tree = rows(3);
    tree.join(4, Some(1), Placement::WeakerLeg).unwrap();
    check(&tree, 4, 2, Side::Left);
    tree.qualify(2).unwrap();
    tree.join(5, Some(1), Placement::WeakerLeg).unwrap();
    check(&tree, 5, 3, Side::Left);
    tree.qualify(3).unwrap();
    tree.qualify(5).unwrap();
    tree.join(6, Some(1), Placement::WeakerLeg).unwrap();
    check(&tree, 6, 2, Side::Right);
    // A leg without anybody is the weaker one.
    tree.join(7, Some(2), Placement::WeakerLeg).unwrap();
    check(&tree, 7, 4, Side::Left);
    tree.qualify(4).unwrap();
    tree.join(8, Some(4), Placement::ExtremeLeft).unwrap();
    tree.qualify(8).unwrap();
    tree.join(9, Some(7), Placement::WeakerLeg).unwrap();
    check(&tree, 9, 7, Side::Right);
}

#[test]
fn positions_are_told_up_to_two_to_the_53() {
    let mut tree = Tree::new();
    for member in 0..=60_u64 {
        tree.join(member, member.checked_sub(1), asked(Side::Right)).unwrap();
    }
    assert_eq!(tree.place(53).unwrap().position, Some((1 << 53) - 1));
    assert_eq!(tree.place(54).unwrap().position, None);
    tree.join(100, Some(0), asked(Side::Left)).unwrap();
    for member in 101..=200_u64 {
        tree.join(member, Some(member - 1), asked(Side::Left)).unwrap();
    }
    let place = tree.place(200).unwrap();
    assert_eq!((place.level, place.position), (101, Some(0)));
    // Exactly 2⁵³ is still told: level 54, down from 1 × 2⁵³.
    tree.join(300, None, LEVEL).unwrap();
    tree.join(301, Some(300), asked(Side::Right)).unwrap();
    for member in 302..=354 {
        tree.join(member, Some(member - 1), asked(Side::Left)).unwrap();
    }
    assert_eq!(tree.place(354).unwrap().position, Some(1 << 53));
    tree.join(355, Some(353), asked(Side::Right)).unwrap();
    assert_eq!(tree.place(355).unwrap().position, None);
}

#[test]
fn refusals_change_nothing() {
    let mut tree = rows(2);
    assert_eq!(tree.join(2, None, LEVEL), Err(Refusal::AlreadyPlaced));
    assert_eq!(tree.join(2, Some(2), LEVEL), Err(Refusal::AlreadyPlaced));
    assert_eq!(tree.join(3, Some(3), LEVEL), Err(Refusal::OwnSponsor));
    assert_eq!(tree.join(3, Some(4), LEVEL), Err(Refusal::UnknownSponsor));
    assert_eq!(tree.qualify(3), Err(Refusal::UnknownMember));
    assert_eq!(tree.len(), 2);
    assert!(!tree.is_empty() && Tree::<u32>::new().is_empty());
    assert_eq!((tree.legs(3), tree.place(3), tree.joined_number(3)), (None, None, None));
    assert_eq!(tree.path_to_root(3).count(), 0);
    assert!(!tree.is_qualified(3) && !tree.is_ancestor(1, 3) && !tree.is_ancestor(3, 1));
}

#[test]
fn sides_are_read_by_their_names() {
    for side in Side::BOTH {
        assert_eq!(side.as_str().parse(), Ok(side));
        assert_eq!(side.to_string(), side.as_str());
        assert_eq!(side.other().other(), side);
    }
    assert_eq!("LEFT".parse::<Side>().unwrap_err().to_string(), "expected one of: left, right");
}

/// Callers store them.
#[test]
fn refusals_have_names_that_stay() {
    let names = [
        (Refusal::AlreadyPlaced, "already_placed"),
        (Refusal::UnknownMember, "unknown_member"),
        (Refusal::UnknownSponsor, "unknown_sponsor"),
        (Refusal::OwnSponsor, "own_sponsor"),
        (Refusal::Withdrawn, "withdrawn"),
        (Refusal::Full, "full"),
    ];
    for (refusal, name) in names {
        assert_eq!(refusal.as_str(), name);
    }
}
