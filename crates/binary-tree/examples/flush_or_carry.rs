//! What a monthly cap of 3 does to one owner's pairs over four months, under both policies.
#![allow(clippy::print_stdout)]

use binary_tree::{BeyondCap, Cap, Matcher, Placement, Refusal};

const OWNER: u32 = 0;
const MEMBERS_PER_LEG: u32 = 8;
const PAIR_EARNING_RUPEES: u64 = 500;

fn main() -> Result<(), Refusal> {
    for beyond in [BeyondCap::CarryForward, BeyondCap::Flush] {
        run(Cap { pairs_per_month: 3, beyond })?;
    }
    Ok(())
}

/// Everybody qualifies in month 1; nothing is sold after that.
fn run(plan: Cap) -> Result<(), Refusal> {
    let mut matcher = Matcher::new();
    matcher.join(OWNER, None, Placement::ExtremeLeft)?;
    for member in 1..=MEMBERS_PER_LEG {
        matcher.join(member, Some(OWNER), Placement::ExtremeLeft)?;
        matcher.join(member + MEMBERS_PER_LEG, Some(OWNER), Placement::ExtremeRight)?;
    }
    println!("{}, at most {} pairs a month:", plan.beyond, plan.pairs_per_month);
    matcher.start_month(1);
    for member in 1..=2 * MEMBERS_PER_LEG {
        for found in matcher.qualify(member, plan)? {
            println!("  month 1: {} with {}, pair {:?}", found.left, found.right, found.number);
        }
    }
    for month in 2..=4 {
        matcher.start_month(month);
        for found in matcher.drain_month(plan, 0, 500).matches {
            println!("  month {month}: {} with {}, pair {:?}", found.left, found.right, found.number);
        }
    }
    let tally = matcher.tally(OWNER).unwrap_or_default();
    let rupees = tally.formed * PAIR_EARNING_RUPEES;
    println!("  {} formed ({rupees}.00 rupees), {} flushed", tally.formed, tally.flushed);
    Ok(())
}
