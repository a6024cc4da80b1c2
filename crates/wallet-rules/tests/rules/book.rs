//! The plan's versions: which one decides when, and which make no book.

use money::Paise;
use wallet_rules::{
    calendar::{Instant, Month},
    plan::{Plan, PlanBook, PlanBookError, PlanError, PlanFault, PlanKey, PlanVersion},
};

fn version(version: u32, effective_from: &str) -> PlanVersion {
    let effective_from = Instant::parse_rfc3339(effective_from).unwrap();
    PlanVersion { version, effective_from, plan: Plan::default_plan() }
}

const APRIL: &str = "2026-04-01T00:00:00+05:30";
const JULY: &str = "2026-07-01T00:00:00+05:30";
const OCTOBER: &str = "2026-10-01T00:00:00+05:30";

#[test]
fn a_version_decides_from_its_first_instant() {
    let book = PlanBook::try_new([version(1, APRIL), version(2, JULY), version(4, OCTOBER)]).unwrap();
    let cases = [
        ("2020-01-01T00:00:00Z", 1),
        (APRIL, 1),
        ("2026-06-30T23:59:59.999999+05:30", 1),
        (JULY, 2),
        ("2026-09-30T18:29:59Z", 2),
        ("2026-09-30T18:30:00Z", 4),
        ("2099-01-01T00:00:00Z", 4),
    ];
    for (text, expect) in cases {
        assert_eq!(book.at(Instant::parse_rfc3339(text).unwrap()).version, expect, "{text}");
    }
    assert_eq!(book.latest().version, 4);
    assert_eq!(book.versions().map(|version| version.version).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(book.version(2).map(|version| version.effective_from.month()), Month::try_new(2026, 7));
    assert_eq!(book.version(3), None);
}

#[test]
fn wrong_versions_are_named() {
    let cases: [(&[PlanVersion], PlanBookError); 8] = [
        (&[], PlanBookError::Empty),
        (&[version(0, APRIL)], PlanBookError::OutOfOrder { version: 0 }),
        (&[version(1, APRIL), version(1, JULY)], PlanBookError::OutOfOrder { version: 1 }),
        (&[version(2, APRIL), version(1, JULY)], PlanBookError::OutOfOrder { version: 1 }),
        (&[version(1, APRIL), version(2, APRIL)], PlanBookError::NotLater { version: 2 }),
        (&[version(1, JULY), version(2, APRIL)], PlanBookError::NotLater { version: 2 }),
        // a month start in UTC is 05:30 in India
        (&[version(1, "2026-04-01T00:00:00Z")], PlanBookError::NotAtMonthStart { version: 1 }),
        (
            &[version(1, APRIL), version(2, "2026-07-02T00:00:00+05:30")],
            PlanBookError::NotAtMonthStart { version: 2 },
        ),
    ];
    for (versions, expect) in cases {
        assert_eq!(PlanBook::try_new(versions.iter().cloned()), Err(expect));
    }
}

#[test]
fn a_version_with_a_wrong_plan_is_refused_and_leaves_the_book() {
    let mut book = PlanBook::try_new([version(1, APRIL)]).unwrap();
    let plan = Plan { tds_ceiling: Paise::new(-1), ..Plan::default_plan() };
    let error = PlanError { key: PlanKey::TdsCeiling, fault: PlanFault::Negative };
    let wrong = PlanVersion { plan, ..version(2, JULY) };
    assert_eq!(book.add(wrong), Err(PlanBookError::Plan { version: 2, error }));
    assert_eq!(book.versions().count(), 1);
    assert_eq!(book.add(version(2, JULY)), Ok(()));
    assert_eq!(book.latest().version, 2);
}
