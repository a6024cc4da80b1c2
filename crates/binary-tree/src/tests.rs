//! Histories after each step of which all that is kept is checked.

use crate::walking::Random;
use crate::{BeyondCap, Cap, Matcher, Placement, Side};

/// The shape that members give to a tree.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Rows below random sponsors, of several trees.
    Rows,
    /// One line with a member beside each of it.
    Comb,
    /// A chain that turns at random.
    Chain,
    /// A line, then one on the other side that outgrows it, and so on, with others below both.
    Rivals,
    /// The outer lines of random sponsors.
    Lines,
}

impl Shape {
    const ALL: [Self; 5] = [Self::Rows, Self::Comb, Self::Chain, Self::Rivals, Self::Lines];

    /// The sponsor of the next member and its placement below that one.
    fn next(self, matcher: &Matcher<u32>, member: u32, random: &mut Random) -> (Option<u32>, Placement) {
        let mut below = |bound: u32| u32::try_from(random.below(bound.try_into().unwrap())).unwrap();
        if member == 0 {
            return (None, Placement::ExtremeLeft);
        }
        let (any, few, side) = (below(member), below(8), Side::BOTH[usize::try_from(below(2)).unwrap()]);
        let outer = |side| if side == Side::Left { Placement::ExtremeLeft } else { Placement::ExtremeRight };
        match self {
            Self::Rows if below(60) == 0 => (None, Placement::WeakerLeg),
            Self::Rows => (Some(any), Placement::LevelOrder { side: None }),
            Self::Comb if member.is_multiple_of(2) => (Some(0), Placement::ExtremeLeft),
            Self::Comb => (Some(member - 1), Placement::LevelOrder { side: Some(Side::Right) }),
            Self::Chain if few == 0 => (Some(any), Placement::WeakerLeg),
            Self::Chain => (Some(member - 1), Placement::LevelOrder { side: Some(side) }),
            Self::Rivals if few < 2 => (Some(any), Placement::LevelOrder { side: Some(side) }),
            Self::Rivals => {
                let [left, right] = matcher.tree().children(0);
                let rival = Side::BOTH[usize::try_from((member / 5 + 1).ilog(3) % 2).unwrap()];
                let top = if few == 2 { left.or(right) } else { Some(0) };
                (top, outer(rival))
            }
            Self::Lines => (Some(any), outer(side)),
        }
    }
}

/// Members join and qualify by turns, some withdraw, and now and then the engine is restored.
fn live(shape: Shape, members: u32, every: usize, seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let pairs_per_month = u32::try_from(seed % 4).unwrap();
    let cap = Cap { pairs_per_month, beyond: BeyondCap::CarryForward };
    let mut matcher = Matcher::new();
    for member in 0..members {
        let (sponsor, placement) = shape.next(&matcher, member, &mut random);
        let pieces = matcher.ranking().pieces();
        matcher.join(member, sponsor, placement).unwrap();
        matcher.ranking().check_cuts(pieces);
        matcher.tree().paths().check_way(matcher.tree().number(member).unwrap());
        let pick = |random: &mut Random| u32::try_from(random.below(at(member) + 1)).unwrap();
        for _ in 0..random.below(3) {
            matcher.qualify(pick(&mut random), cap).unwrap_or_default();
        }
        if random.below(12) == 0 {
            matcher.withdraw(pick(&mut random)).unwrap_or_default();
        }
        if at(member).is_multiple_of(every) {
            matcher.check();
        }
        if random.below(at(members)) < 2 {
            matcher = Matcher::restore(matcher.month(), matcher.snapshot()).unwrap();
            matcher.check();
        }
    }
    matcher.check();
}

fn at(number: u32) -> usize {
    number.try_into().unwrap()
}

#[test]
fn all_that_is_kept_is_right_after_each_step_of_short_histories() {
    for seed in 0..20 {
        for shape in Shape::ALL {
            live(shape, 120, 1, seed);
        }
    }
}

#[test]
fn all_that_is_kept_is_right_in_longer_histories() {
    for seed in 0..4 {
        for shape in Shape::ALL {
            live(shape, 1_500, 50, 100 + seed);
        }
    }
}
