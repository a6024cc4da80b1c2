//! A path so long that its spans have spans of their own.

use binary_tree::{BeyondCap, Matcher, Placement, Side};

use crate::walking::{Random, cap, index};

/// A model with a list for every leg would be too large for it, so only the owners are compared.
#[test]
fn a_path_of_thousands_gives_the_owners_that_a_walk_gives() {
    const CHAIN: usize = 5_000;
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let plan = cap(u32::MAX, BeyondCap::CarryForward);
    let mut engine = Matcher::new();
    let mut above: Vec<Option<(usize, usize)>> = vec![None];
    engine.join(0, None, Placement::LevelOrder { side: None }).unwrap();
    let mut tail = 0;
    for _ in 0..CHAIN {
        let way_on = random.below(2);
        let leaf = (random.below(2) == 0).then_some(1 - way_on);
        for side in leaf.into_iter().chain([way_on]) {
            let placement = Placement::LevelOrder { side: Some(Side::BOTH[side]) };
            engine.join(above.len(), Some(tail), placement).unwrap();
            above.push(Some((tail, index(Side::BOTH[side]))));
        }
        tail = above.len() - 1;
    }
    let mut order: Vec<usize> = (0..above.len()).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, random.below(last + 1));
    }
    let mut legs = vec![[0_u32; 2]; above.len()];
    for member in order {
        let (mut owners, mut at) = (Vec::new(), member);
        while let Some((owner, side)) = above[at] {
            let before = legs[owner];
            legs[owner][side] += 1;
            if legs[owner].iter().min() > before.iter().min() {
                owners.push(owner);
            }
            at = owner;
        }
        let found: Vec<usize> =
            engine.qualify(member, plan).unwrap().iter().map(|found| found.owner).collect();
        assert_eq!(found, owners, "after {member}");
    }
}
