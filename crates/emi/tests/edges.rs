//! Worked examples, refusals and calendar edges.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::NaiveDate;
use emi::{
    Instalment, InstalmentPlan, InstalmentStatus, PlanError, Table, Terms, allocate, arrears,
    default_first_due, towards_instalments,
};
use money::{MoneyError, Paise};

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
    // a plan that begins on a leap day falls on 28 February in the years between
    let leap = InstalmentPlan::try_new(Paise::rupees(4_900), Terms::Months(49), day("2028-02-29")).unwrap();
    let due: Vec<NaiveDate> = leap.schedule(Paise::ZERO).map(|part| part.due_date).step_by(12).collect();
    assert_eq!(due, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"].map(day));
    assert_eq!(leap.schedule(Paise::ZERO).nth(13).map(|part| part.due_date), Some(day("2029-03-29")));
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

#[test]
fn what_remains_closes_a_plan_without_interest() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    for (paid, remaining) in [(0, 300), (140, 160), (300, 0), (999, 0), (-5, 300)] {
        assert_eq!(plan.remaining(Paise::rupees(paid)), Paise::rupees(remaining), "{paid}");
    }
    let balances: Vec<Paise> = plan.schedule(Paise::ZERO).map(|part| part.balance).collect();
    assert_eq!(balances, [200, 100, 0].map(Paise::rupees));
    assert!(
        plan.schedule(Paise::ZERO).all(|part| part.interest.is_zero() && part.principal() == part.amount)
    );
}

#[test]
fn arrears_count_from_the_oldest_and_end_when_it_is_paid() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    let late = |paid: i32, today: &str| {
        let late = arrears(plan.schedule(Paise::rupees(paid)), day(today)).unwrap();
        late.map(|late| (late.since.to_string(), late.days, late.instalments, late.amount))
    };
    assert_eq!(late(0, "2027-01-31"), None);
    assert_eq!(late(0, "2027-02-01"), Some(("2027-01-31".into(), 1, 1, Paise::rupees(100))));
    assert_eq!(late(30, "2027-03-01"), Some(("2027-01-31".into(), 29, 2, Paise::rupees(170))));
    assert_eq!(late(100, "2027-03-01"), Some(("2027-02-28".into(), 1, 1, Paise::rupees(100))));
    assert_eq!(late(299, "2028-03-01"), Some(("2027-03-31".into(), 336, 1, Paise::rupees(1))));
    assert_eq!(late(300, "2028-03-01"), None);
    // any order of any rows
    let mut rows: Vec<Instalment> = plan.schedule(Paise::ZERO).collect();
    rows.reverse();
    let all = arrears(rows.clone(), day("2027-04-01")).unwrap().unwrap();
    assert_eq!((all.since, all.days, all.instalments), (day("2027-01-31"), 60, 3));
    assert_eq!(rows.last().unwrap().days_overdue(day("2027-04-01")), 60);
    assert_eq!(rows.last().unwrap().days_overdue(NaiveDate::MIN), 0);
    let huge = Instalment { amount: Paise::MAX, ..rows[0] };
    assert_eq!(arrears([huge, huge], NaiveDate::MAX), Err(MoneyError::Overflow));
}

#[test]
fn a_payment_goes_to_the_oldest_and_the_rest_is_told() {
    let plan = plan(300, Terms::Months(3)).unwrap();
    let goes = |paid: i32, payment: i32| {
        let goes = allocate(plan.schedule(Paise::rupees(paid)), Paise::rupees(payment));
        let parts: Vec<_> = goes.parts.iter().map(|part| (part.number, part.amount())).collect();
        assert!(goes.parts.iter().all(|part| part.interest.is_zero()));
        (parts, goes.rest)
    };
    assert_eq!(goes(0, 40), (vec![(1, Paise::rupees(40))], Paise::ZERO));
    assert_eq!(goes(40, 70), (vec![(1, Paise::rupees(60)), (2, Paise::rupees(10))], Paise::ZERO));
    assert_eq!(goes(250, 70), (vec![(3, Paise::rupees(50))], Paise::rupees(20)));
    assert_eq!(goes(300, 70), (vec![], Paise::rupees(70)));
    assert_eq!(goes(0, 0), (vec![], Paise::ZERO));
    assert_eq!(goes(0, -70), (vec![], Paise::rupees(-70)));
}

#[test]
fn a_table_whose_sums_do_not_fit_is_refused() {
    let row = plan(300, Terms::Months(3)).unwrap().schedule(Paise::ZERO).next().unwrap();
    let huge = Instalment { amount: Paise::MAX, ..row };
    assert_eq!(Table::try_new([huge, huge], day("2027-01-31")), Err(MoneyError::Overflow));
    let empty = Table::try_new([], day("2027-01-31")).unwrap().to_string();
    assert_eq!(
        empty,
        " no  due date    instalment  balance   paid  status\nsum                   ₹0.00           ₹0.00\n"
    );
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
