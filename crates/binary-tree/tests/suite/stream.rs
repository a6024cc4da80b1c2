//! The engine's events from any bytes, so that a fuzzer can look for a history in which engine and model part.
//!
//! A step is a letter and as many operands as it takes, each one byte that counts from `0`; other bytes between steps are
//! nothing. `r j0 a0 b0 q1 q2` is a root, three members below it, and two of them qualify.
//!
//! | step | |
//! |---|---|
//! | `r` | a new root |
//! | `j` `a` `b` `<` `>` `w` and a pick | a new member below the picked one: level order, level order on the left or right, extreme left, extreme right, weaker leg |
//! | `x` member sponsor | a member joins by number, below one by number, known or not |
//! | `q` pick, `u` member | the picked member qualifies; one by number, known or not |
//! | `Q` members, member | so many members by number, from one on and known or not, qualify in one call |
//! | `v` pick | the picked member withdraws |
//! | `m` months | so many months later a month starts; 0 is the same one again |
//! | `d` matches, `D` | a slice of the month start; all of it |
//! | `c` pairs, `f` pairs | from here on so many pairs a month, carried forward or flushed beyond |
//! | `s` | saved and restored |
//! | `!` pick damage | saved, and the picked node damaged |

use binary_tree::{BeyondCap, Cap, Placement, Side};

use crate::damage::Damage;
use crate::lockstep::{Both, Step};
use crate::model::Member;

/// The model's work grows fast; this many steps still take it a few milliseconds.
const STEPS: usize = 160;

/// What the rules say by default.
const DEFAULT: Cap = Cap { pairs_per_month: 10, beyond: BeyondCap::CarryForward };

/// Takes the steps that `bytes` spell. Any bytes spell some.
pub fn check(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let steps: Vec<Step> = std::iter::from_fn(|| next(&mut bytes)).take(STEPS).collect();
    Both::walk(DEFAULT, &steps);
}

/// The next step; `None` where none is spelt to its end.
fn next(bytes: &mut impl Iterator<Item = u8>) -> Option<Step> {
    loop {
        let letter = bytes.next()?;
        let mut operand = || bytes.next().map(|byte| byte.wrapping_sub(b'0'));
        let join = |pick: u8, placement| Step::Join { pick: Some(pick.into()), placement };
        return Some(match letter {
            b'r' => Step::Join { pick: None, placement: Placement::LevelOrder { side: None } },
            b'j' => join(operand()?, Placement::LevelOrder { side: None }),
            b'a' => join(operand()?, Placement::LevelOrder { side: Some(Side::Left) }),
            b'b' => join(operand()?, Placement::LevelOrder { side: Some(Side::Right) }),
            b'<' => join(operand()?, Placement::ExtremeLeft),
            b'>' => join(operand()?, Placement::ExtremeRight),
            b'w' => join(operand()?, Placement::WeakerLeg),
            b'x' => Step::OddJoin { member: operand()?.into(), sponsor: Some(operand()?.into()) },
            b'q' => Step::Qualify { pick: operand()?.into() },
            b'u' => Step::OddQualify { member: operand()?.into() },
            b'Q' => {
                let (members, first): (Member, Member) = (operand()?.into(), operand()?.into());
                Step::QualifyAll { members: (first..).take(members.into()).collect() }
            }
            b'v' => Step::Withdraw { pick: operand()?.into() },
            b'm' => Step::StartMonth { skip: operand()?.into() },
            b'd' => Step::DrainSlice { at_most: operand()?.into() },
            b'D' => Step::DrainSlice { at_most: usize::MAX },
            b'c' => Step::Plan(Cap { pairs_per_month: operand()?.into(), beyond: BeyondCap::CarryForward }),
            b'f' => Step::Plan(Cap { pairs_per_month: operand()?.into(), beyond: BeyondCap::Flush }),
            b's' => Step::Restore,
            b'!' => {
                let pick = operand()?.into();
                let damage = Damage::ALL[usize::from(operand()?) % Damage::ALL.len()];
                Step::RestoreDamaged { pick, damage }
            }
            _ => continue,
        });
    }
}
