//! What the matcher promises and no answer shows.

use super::*;

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
