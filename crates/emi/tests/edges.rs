//! Worked examples, refusals and calendar edges.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::NaiveDate;
use emi::{
    InstalmentPlan, InstalmentStatus, PlanError, Terms, default_first_due,
    reducing::{ReducingPlan, Row},
    towards_instalments,
};
use money::{MoneyError, Paise, Rate};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn plan(rupees: i32, terms: Terms) -> Result<InstalmentPlan, PlanError> {
    InstalmentPlan::try_new(Paise::rupees(rupees), terms, day("2027-01-31"))
}

#[test]
fn the_worked_examples() {
    let twelve = plan(99_500, Terms::Months(12)).unwrap();
    assert_eq!((twelve.amount(), twelve.last_amount()), (Paise::rupees(8_292), Paise::rupees(8_288)));
    // 17.00 × 59 already covers 1,000.00
    let amount = Paise::rupees(17);
    assert_eq!(plan(1_000, Terms::Months(60)), Err(PlanError::OneTooMany { amount, months: 60 }));
}

#[test]
fn refusals_say_what_does_not_fit() {
    let amount = Paise::rupees(100);
    assert_eq!(plan(0, Terms::Months(1)), Err(PlanError::NoBalance));
    assert_eq!(plan(-5, Terms::Amount(amount)), Err(PlanError::NoBalance));
    for months in [0, 121, u32::MAX] {
        assert_eq!(plan(1_000, Terms::Months(months)), Err(PlanError::Months { months }));
        assert_eq!(plan(1_000, Terms::Both { months, amount }), Err(PlanError::Months { months }));
    }
    for amount in [Paise::ZERO, Paise::new(-1), Paise::MIN] {
        assert_eq!(plan(1_000, Terms::Amount(amount)), Err(PlanError::Amount { amount }));
        assert_eq!(plan(1_000, Terms::Both { months: 3, amount }), Err(PlanError::Amount { amount }));
    }
    assert_eq!(
        plan(1_000, Terms::Both { months: 9, amount }),
        Err(PlanError::DoesNotCover { amount, months: 9 })
    );
    assert!(plan(1_000, Terms::Both { months: 10, amount }).is_ok());
    assert_eq!(
        plan(1_000, Terms::Both { months: 11, amount }),
        Err(PlanError::OneTooMany { amount, months: 11 })
    );
    assert_eq!(plan(12_000, Terms::Amount(amount)).map(|plan| plan.count()), Ok(120));
    assert_eq!(plan(12_001, Terms::Amount(amount)), Err(PlanError::DoesNotCover { amount, months: 120 }));
    let restored = InstalmentPlan::restore(Paise::rupees(1_000), amount, 9, day("2027-01-31"));
    assert_eq!(restored, Err(PlanError::DoesNotCover { amount, months: 9 }));
}

#[test]
fn the_ends_of_the_range() {
    let one = Paise::new(1);
    let first_due = day("2027-01-31");
    assert_eq!(
        InstalmentPlan::try_new(Paise::MAX, Terms::Amount(one), first_due),
        Err(PlanError::DoesNotCover { amount: one, months: 120 })
    );
    assert_eq!(
        InstalmentPlan::try_new(Paise::MAX, Terms::Months(1), first_due),
        Err(PlanError::Money(MoneyError::Overflow))
    );
    let whole = InstalmentPlan::try_new(Paise::MAX, Terms::Amount(Paise::MAX), first_due).unwrap();
    assert_eq!((whole.count(), whole.last_amount(), whole.paid_count(Paise::MAX)), (1, Paise::MAX, 1));
    assert_eq!(whole.paid_count(Paise::MIN), 0);
    assert_eq!(whole.unpaid(Paise::MIN).next().map(|part| part.remaining()), Some(Paise::MAX));
    let late = InstalmentPlan::try_new(Paise::rupees(10), Terms::Months(2), NaiveDate::MAX);
    assert_eq!(late, Err(PlanError::DueDate));
    assert_eq!(towards_instalments(Paise::MIN, Paise::MAX), Paise::ZERO);
}

#[test]
fn due_dates_keep_the_first_ones_day() {
    let dates: Vec<String> = plan(500, Terms::Months(5))
        .unwrap()
        .schedule(Paise::ZERO)
        .map(|part| part.due_date.to_string())
        .collect();
    assert_eq!(dates, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]);
    assert_eq!(plan(500, Terms::Months(5)).unwrap().last_due(), day("2027-05-31"));
    assert_eq!(default_first_due(day("2028-01-31")), day("2028-02-29"));
    assert_eq!(default_first_due(day("2026-12-31")), day("2027-01-31"));
    assert_eq!(default_first_due(day("2027-02-28")), day("2027-03-28"));
    assert_eq!(default_first_due(NaiveDate::MAX), NaiveDate::MAX);
}

#[test]
fn overdue_begins_the_day_after_and_wins_over_part_paid() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    let status = |paid: i32, number: usize, today: &str| {
        plan.schedule(Paise::rupees(paid)).nth(number).unwrap().status(day(today)).as_str()
    };
    assert_eq!(status(0, 0, "2027-01-31"), "due");
    assert_eq!(status(0, 0, "2027-02-01"), "overdue");
    assert_eq!(status(40, 0, "2027-01-31"), "part_paid");
    assert_eq!(status(40, 0, "2027-02-01"), "overdue");
    assert_eq!(status(100, 0, "2030-01-01"), "paid");
    assert_eq!(status(140, 1, "2027-01-01"), InstalmentStatus::PartPaid.as_str());
    assert_eq!(status(999, 2, "2030-01-01"), InstalmentStatus::Paid.as_str());
}

#[test]
fn unpaid_counts_what_remains_of_a_part_paid_one() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    let remaining =
        |paid: i32| -> Vec<Paise> { plan.unpaid(Paise::rupees(paid)).map(|part| part.remaining()).collect() };
    assert_eq!(remaining(140), [Paise::rupees(60), Paise::rupees(100)]);
    assert_eq!(remaining(200), [Paise::rupees(100)]);
    assert_eq!(remaining(300), []);
    assert_eq!(remaining(999), []);
    assert_eq!(remaining(-5).len(), 3);
}

fn loan(rupees: i32, rate: &str, months: u32) -> Result<ReducingPlan, PlanError> {
    ReducingPlan::try_new(Paise::rupees(rupees), rate.parse().unwrap(), months, day("2027-01-31"))
}

#[test]
fn a_reducing_balance_worked_by_hand() {
    // 10,000.00 at 12 % over 3 months: 1 % a month, level 3,400.22
    let rows: Vec<[String; 4]> = loan(10_000, "12", 3)
        .unwrap()
        .rows()
        .iter()
        .map(|row| [row.payment, row.interest, row.principal, row.balance].map(|amount| amount.to_string()))
        .collect();
    assert_eq!(
        rows,
        [
            ["3400.22", "100.00", "3300.22", "6699.78"],
            ["3400.22", "67.00", "3333.22", "3366.56"],
            ["3400.23", "33.67", "3366.56", "0.00"],
        ]
    );
}

#[test]
fn level_instalments_that_are_known() {
    for (rupees, rate, months, level) in [
        (100_000, "12", 12, "8884.88"),
        (1_000_000, "8.5", 120, "12398.57"),
        (500_000, "10", 60, "10623.52"),
        (1_200, "0", 12, "100.00"),
        (1_000, "0", 3, "333.33"),
        (10_000, "12", 1, "10100.00"),
    ] {
        assert_eq!(
            loan(rupees, rate, months).unwrap().instalment().to_string(),
            level,
            "{rupees} {rate} {months}"
        );
    }
    // 50 % a month on 0.05 over two months is 4.5 paise each, exactly: a half goes away from zero
    let half = ReducingPlan::try_new(Paise::new(5), Rate::whole(600), 2, day("2027-01-31")).unwrap();
    assert_eq!(half.instalment(), Paise::new(5));
}

#[test]
fn loans_that_can_not_be() {
    assert_eq!(loan(0, "12", 12), Err(PlanError::NoBalance));
    assert_eq!(loan(100, "12", 0), Err(PlanError::Months { months: 0 }));
    assert_eq!(loan(100, "12", 121), Err(PlanError::Months { months: 121 }));
    // 83.33 a month is all interest
    let amount = Paise::new(8_333);
    assert_eq!(loan(100, "1000", 120), Err(PlanError::DoesNotCover { amount, months: 120 }));
    let amount = Paise::new(1);
    let tiny = ReducingPlan::try_new(Paise::new(100), Rate::ZERO, 120, day("2027-01-31"));
    assert_eq!(tiny, Err(PlanError::OneTooMany { amount, months: 120 }));
    let late = ReducingPlan::try_new(Paise::rupees(100), Rate::ZERO, 2, NaiveDate::MAX);
    assert_eq!(late, Err(PlanError::DueDate));
    let huge = ReducingPlan::try_new(Paise::MAX, Rate::whole(u32::MAX), 12, day("2027-01-31"));
    assert_eq!(huge, Err(PlanError::Money(MoneyError::Overflow)));
    let row: Option<Row> = loan(100, "12", 1).unwrap().rows().first().copied();
    assert_eq!(row.map(|row| (row.payment, row.balance)), Some((Paise::rupees(101), Paise::ZERO)));
}

#[cfg(feature = "serde")]
#[test]
fn a_plan_read_from_json_is_checked() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(text, r#"{"amount":"100.00","count":3,"balance":"300.00","first_due":"2027-01-31"}"#);
    assert_eq!(serde_json::from_str::<InstalmentPlan>(&text).unwrap(), plan);
    assert!(serde_json::from_str::<InstalmentPlan>(&text.replace(":3,", ":4,")).is_err());
    assert_eq!(serde_json::to_string(&InstalmentStatus::PartPaid).unwrap(), r#""part_paid""#);
}
