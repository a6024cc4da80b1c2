//! Plans with interest: worked examples, refusals, and properties against a loan that is paid back month by month.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{Days, NaiveDate};
use emi::{
    Instalment, PlanError, Table, Terms, allocate,
    reducing::{Foreclosure, Keep, ReducingPlan},
};
use money::{MoneyError, Paise, Rate};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn loan(rupees: i32, rate: &str, terms: Terms) -> Result<ReducingPlan, PlanError> {
    ReducingPlan::try_new(Paise::rupees(rupees), rate.parse().unwrap(), terms, day("2027-01-31"))
}

fn texts(rows: &[Instalment]) -> Vec<[String; 4]> {
    let amounts = |row: &Instalment| [row.amount, row.interest, row.principal(), row.balance];
    rows.iter().map(|row| amounts(row).map(|amount| amount.to_string())).collect()
}

#[test]
fn a_reducing_balance_worked_by_hand() {
    // 10,000.00 at 12 % over 3 months: 1 % a month; 3,400.22 by the formula
    let plan = loan(10_000, "12", Terms::Months(3)).unwrap();
    assert_eq!(
        texts(plan.rows()),
        [
            ["3401.00", "100.00", "3301.00", "6699.00"],
            ["3401.00", "66.99", "3334.01", "3364.99"],
            ["3398.64", "33.65", "3364.99", "0.00"],
        ]
    );
    assert_eq!(plan.total_interest().to_string(), "200.64");
    let dates: Vec<String> = plan.rows().iter().map(|row| row.due_date.to_string()).collect();
    assert_eq!(dates, ["2027-01-31", "2027-02-28", "2027-03-31"]);
    // the instalment of the formula, as a lender's contract may name it, leaves a paisa more for the last
    let exact = loan(10_000, "12", Terms::Amount("3400.22".parse().unwrap())).unwrap();
    assert_eq!(exact.count(), 4);
    assert_eq!(texts(exact.rows())[3], ["0.01", "0.00", "0.01", "0.00"]);
}

#[test]
fn level_instalments_are_those_of_the_formula_rounded_up() {
    for (rupees, rate, months, level) in [
        (100_000, "12", 12, 8_885),      // 8,884.88
        (1_000_000, "8.5", 120, 12_399), // 12,398.57
        (500_000, "10", 60, 10_624),     // 10,623.52
        (1_200, "0", 12, 100),
        (1_000, "0", 3, 334),
        (10_000, "12", 1, 10_100),
    ] {
        let plan = loan(rupees, rate, Terms::Months(months)).unwrap();
        assert_eq!((plan.amount(), plan.count()), (Paise::rupees(level), months), "{rupees} {rate} {months}");
    }
}

#[test]
fn loans_that_can_not_be() {
    let months = Terms::Months;
    assert_eq!(loan(0, "12", months(12)), Err(PlanError::NoBalance));
    for count in [0, 121, u32::MAX] {
        assert_eq!(loan(100, "12", months(count)), Err(PlanError::Months { months: count }));
        let both = Terms::Both { months: count, amount: Paise::rupees(10) };
        assert_eq!(loan(100, "12", both), Err(PlanError::Months { months: count }));
    }
    for amount in [Paise::ZERO, Paise::new(-1), Paise::MIN] {
        assert_eq!(loan(100, "12", Terms::Amount(amount)), Err(PlanError::Amount { amount }));
    }
    // 1.00 a month is all interest; a paisa more pays back, though not in 120 months
    for paise in [100, 101] {
        let amount = Paise::new(paise);
        let refused = Err(PlanError::DoesNotCover { amount, months: 120 });
        assert_eq!(loan(100, "12", Terms::Amount(amount)), refused);
    }
    let amount = Paise::rupees(50);
    assert_eq!(
        loan(100, "12", Terms::Both { months: 2, amount }),
        Err(PlanError::DoesNotCover { amount, months: 2 })
    );
    assert_eq!(
        loan(100, "12", Terms::Both { months: 4, amount }),
        Err(PlanError::OneTooMany { amount, months: 4 })
    );
    assert_eq!(loan(100, "12", Terms::Both { months: 3, amount }).map(|plan| plan.count()), Ok(3));
    // the least whole rupee covers 100.00 in 100 months already
    let amount = Paise::rupees(1);
    assert_eq!(loan(100, "0", months(120)), Err(PlanError::OneTooMany { amount, months: 120 }));
    let late = ReducingPlan::try_new(Paise::rupees(100), Rate::ZERO, months(2), NaiveDate::MAX);
    assert_eq!(late, Err(PlanError::DueDate));
    let overflow = Err(PlanError::Money(MoneyError::Overflow));
    let of_max =
        |rate| ReducingPlan::try_new(Paise::MAX, Rate::whole(rate), Terms::Months(12), day("2027-01-31"));
    for rate in [u32::MAX, 12] {
        assert_eq!(of_max(rate), overflow);
    }
    assert_eq!(of_max(0).map(|plan| plan.count()), Ok(12));
    // what all instalments sum to has to fit as well: 120 months at 100 % pay back more than eight times the half
    let half = Paise::new(i64::MAX / 2);
    let sum = ReducingPlan::try_new(half, Rate::HUNDRED, Terms::Months(120), day("2027-01-31"));
    assert_eq!(sum, overflow);
}

#[test]
fn interest_is_paid_before_principal() {
    let plan = loan(10_000, "12", Terms::Months(3)).unwrap();
    let goes = |paid: &str, payment: &str| {
        let goes = allocate(plan.schedule(paid.parse().unwrap()), payment.parse().unwrap());
        let parts: Vec<_> = goes
            .parts
            .iter()
            .map(|part| format!("{} {} {}", part.number, part.interest, part.principal))
            .collect();
        (parts.join(", "), goes.rest.to_string())
    };
    assert_eq!(goes("0", "40"), ("1 40.00 0.00".into(), "0.00".into()));
    assert_eq!(goes("40", "100"), ("1 60.00 40.00".into(), "0.00".into()));
    assert_eq!(goes("140", "3300"), ("1 0.00 3261.00, 2 39.00 0.00".into(), "0.00".into()));
    assert_eq!(goes("10200.64", "5"), (String::new(), "5.00".into()));
    assert_eq!(goes("10000", "1000"), ("3 0.00 200.64".into(), "799.36".into()));
    assert_eq!(plan.unpaid(Paise::rupees(3_401)).map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(plan.unpaid(Paise::MIN).count(), 3);
    assert_eq!(plan.unpaid(Paise::MAX).count(), 0);
}

fn closing(plan: &ReducingPlan, paid: i32, today: &str) -> [String; 5] {
    let close = plan.foreclosure(Paise::rupees(paid), day(today)).unwrap();
    let Foreclosure { instalments, principal, interest, advance, total } = close;
    [instalments, principal, interest, advance, total].map(|amount| amount.to_string())
}

#[test]
fn foreclosure_from_before_the_first_month_to_after_the_last() {
    let plan = loan(10_000, "12", Terms::Months(3)).unwrap();
    // the first month begins on 31 December
    for today in ["2026-01-01", "2026-12-31"] {
        assert_eq!(closing(&plan, 0, today), ["0.00", "10000.00", "0.00", "0.00", "10000.00"]);
    }
    // 10,000.00 × 12 % × 30 / 365 = 98.630…, and on the due date the whole month's 100.00
    assert_eq!(closing(&plan, 0, "2027-01-30"), ["0.00", "10000.00", "98.63", "0.00", "10098.63"]);
    assert_eq!(closing(&plan, 0, "2027-01-31"), ["3401.00", "6699.00", "0.00", "0.00", "10100.00"]);
    assert_eq!(closing(&plan, 3_401, "2027-01-31"), ["0.00", "6699.00", "0.00", "0.00", "6699.00"]);
    // 6,699.00 × 12 % × 10 / 365 = 22.024…
    assert_eq!(closing(&plan, 4_000, "2027-02-10"), ["0.00", "6699.00", "22.02", "599.00", "6122.02"]);
    assert_eq!(closing(&plan, 0, "2030-01-01"), ["10200.64", "0.00", "0.00", "0.00", "10200.64"]);
    assert_eq!(closing(&plan, 10_200, "2027-01-31"), ["0.00", "6699.00", "0.00", "6799.00", "-100.00"]);
    assert_eq!(closing(&plan, -5, "2027-01-31"), ["3406.00", "6699.00", "0.00", "0.00", "10105.00"]);
    assert_eq!(plan.foreclosure(Paise::MIN, NaiveDate::MAX), Err(MoneyError::Overflow));
    let first_day = ReducingPlan::try_new(Paise::rupees(1), Rate::HUNDRED, Terms::Months(1), NaiveDate::MIN);
    let close = first_day.unwrap().foreclosure(Paise::ZERO, NaiveDate::MIN).unwrap();
    assert_eq!(close.principal, Paise::ZERO);
}

#[test]
fn a_part_payment_keeps_numbers_and_due_dates() {
    let plan = loan(100_000, "12", Terms::Months(12)).unwrap();
    let lighter = plan.after_part_payment(1, Paise::rupees(10_000), Keep::Months).unwrap();
    let months: Vec<(u32, String)> =
        lighter.rows().iter().map(|row| (row.number, row.due_date.to_string())).take(2).collect();
    assert_eq!(months, [(2, "2027-02-28".into()), (3, "2027-03-31".into())]);
    assert_eq!((lighter.passed(), lighter.count(), lighter.first_due()), (1, 11, day("2027-01-31")));
    assert_eq!(lighter.principal().to_string(), "82115.00");
    // interest between goes on from the due date of instalment 1: 82,115.00 × 12 % × 3 / 365
    assert_eq!(closing(&lighter, 0, "2027-02-03")[2], "80.99");
    // and another, from the plan that went on
    let again = lighter.after_part_payment(3, Paise::rupees(10_000), Keep::Amount).unwrap();
    assert_eq!((again.passed(), again.amount()), (3, lighter.amount()));
    assert_eq!(again.rows()[0].number, 4);
    assert_eq!(again.principal(), lighter.rows()[1].balance.checked_sub(Paise::rupees(10_000)).unwrap());
    let at_once = plan.after_part_payment(0, Paise::rupees(40_000), Keep::Months).unwrap();
    assert_eq!(at_once, loan(60_000, "12", Terms::Months(12)).unwrap());

    assert_eq!(
        lighter.after_part_payment(0, Paise::rupees(1), Keep::Amount),
        Err(PlanError::NoInstalment { number: 0 })
    );
    assert_eq!(
        plan.after_part_payment(13, Paise::rupees(1), Keep::Amount),
        Err(PlanError::NoInstalment { number: 13 })
    );
    assert_eq!(plan.after_part_payment(12, Paise::rupees(1), Keep::Amount), Err(PlanError::NoBalance));
    let all = plan.rows()[4].balance;
    assert_eq!(plan.after_part_payment(5, all, Keep::Months), Err(PlanError::NoBalance));
    let but_one = all.checked_sub(Paise::new(1)).unwrap();
    let last = plan.after_part_payment(5, but_one, Keep::Amount).unwrap();
    assert_eq!(texts(last.rows()), [["0.01", "0.00", "0.01", "0.00"]]);
    for extra in [Paise::ZERO, Paise::new(-1)] {
        let refused = Err(PlanError::Amount { amount: extra });
        assert_eq!(plan.after_part_payment(5, extra, Keep::Amount), refused);
    }
}

#[test]
fn a_table_shows_interest_and_principal() {
    let plan = loan(10_000, "12", Terms::Months(3)).unwrap();
    let text = Table::try_new(plan.schedule(Paise::rupees(3_500)), day("2027-02-28")).unwrap().to_string();
    let expected = "
 no  due date    instalment  interest   principal    balance       paid  status
  1  2027-01-31   ₹3,401.00   ₹100.00   ₹3,301.00  ₹6,699.00  ₹3,401.00  paid
  2  2027-02-28   ₹3,401.00    ₹66.99   ₹3,334.01  ₹3,364.99     ₹99.00  part_paid
  3  2027-03-31   ₹3,398.64    ₹33.65   ₹3,364.99      ₹0.00      ₹0.00  due
sum              ₹10,200.64   ₹200.64  ₹10,000.00             ₹3,500.00
";
    assert_eq!(text, expected.trim_start_matches('\n'));
}

#[cfg(feature = "serde")]
#[test]
fn a_loan_read_from_json_is_checked() {
    let plan = loan(10_000, "12", Terms::Months(3)).unwrap();
    let plan = plan.after_part_payment(1, Paise::rupees(1_000), Keep::Months).unwrap();
    let text = serde_json::to_string(&plan).unwrap();
    let expected = r#"{"principal":"5699.00","annual_rate":"12","amount":"2893.00","count":2,"first_due":"2027-01-31","passed":1}"#;
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<ReducingPlan>(&text).unwrap(), plan);
    for (from, to) in [("\"count\":2", "\"count\":3"), ("2893", "2800"), ("\"count\":2", "\"count\":1")] {
        assert!(serde_json::from_str::<ReducingPlan>(&text.replace(from, to)).is_err(), "{to}");
    }
}

/// A loan paid back month by month in plain numbers: what each month pays, and its interest; `None` when it never ends.
fn naive_months(mut owed: i128, rate_hundredths: u32, amount: i128) -> Option<Vec<(i128, i128)>> {
    let mut months = Vec::new();
    while owed > 0 {
        let interest = (2 * owed * i128::from(rate_hundredths) + 120_000) / 240_000;
        if interest >= amount || months.len() == 1_000 {
            return None;
        }
        let payment = amount.min(owed + interest);
        owed -= payment - interest;
        months.push((payment, interest));
    }
    Some(months)
}

fn rate_of(hundredths: u32) -> Rate {
    format!("{}.{:02}", hundredths / 100, hundredths % 100).parse().unwrap()
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..40_000).prop_map(|days| day("1995-01-01").checked_add_days(Days::new(days)).unwrap())
}

proptest! {
    #[test]
    fn months_give_the_least_whole_rupees_that_pay_back(
        principal in 1i64..2_000_000, rate in 0u32..6_000, months in 1u32..=120, first_due in any_day(),
    ) {
        let count = usize::try_from(months).unwrap();
        let mut rupees = 1;
        let naive = loop {
            match naive_months(i128::from(principal), rate, rupees * 100) {
                Some(rows) if rows.len() <= count => break rows,
                _ => rupees += 1,
            }
        };
        match ReducingPlan::try_new(Paise::new(principal), rate_of(rate), Terms::Months(months), first_due) {
            Err(error) => {
                let amount = Paise::new(i64::try_from(rupees * 100).unwrap());
                prop_assert_eq!(error, PlanError::OneTooMany { amount, months });
                prop_assert!(naive.len() < count);
            }
            Ok(plan) => {
                prop_assert_eq!(i128::from(plan.amount().get()), rupees * 100);
                let rows: Vec<(i128, i128)> =
                    plan.rows().iter().map(|row| (row.amount.get().into(), row.interest.get().into())).collect();
                prop_assert_eq!(rows.len(), count);
                prop_assert_eq!(rows, naive);
            }
        }
    }

    #[test]
    fn every_plan_closes_at_zero_and_is_what_it_stores(
        principal in 1i64..1_000_000_000, rate in 0u32..6_000, amount in 1i64..50_000_000, first_due in any_day(),
    ) {
        let naive = naive_months(i128::from(principal), rate, i128::from(amount)).filter(|rows| rows.len() <= 120);
        let plan = ReducingPlan::try_new(
            Paise::new(principal), rate_of(rate), Terms::Amount(Paise::new(amount)), first_due,
        );
        prop_assert_eq!(plan.is_ok(), naive.is_some());
        let (Ok(plan), Some(naive)) = (plan, naive) else { return Ok(()) };
        let mut balance = principal;
        for (row, (payment, interest)) in plan.rows().iter().zip(&naive) {
            prop_assert_eq!((i128::from(row.amount.get()), i128::from(row.interest.get())), (*payment, *interest));
            balance -= row.principal().get();
            prop_assert_eq!(row.balance.get(), balance);
        }
        prop_assert_eq!((balance, plan.rows().len()), (0, naive.len()));
        let interest: i128 = naive.iter().map(|(_, interest)| interest).sum();
        prop_assert_eq!(i128::from(plan.total_interest().get()), interest);
        let stored = ReducingPlan::restore(
            plan.principal(), plan.annual_rate(), plan.amount(), plan.count(), plan.first_due(), plan.passed(),
        );
        prop_assert_eq!(stored, Ok(plan));
    }

    #[test]
    fn closing_costs_what_the_days_make_it(
        principal in 100_000i64..100_000_000, rate in 0u32..3_600, months in 1u32..=48, paid in 0i64..120_000_000,
        first_due in any_day(), later in 0u64..1_600,
    ) {
        let plan = ReducingPlan::try_new(Paise::new(principal), rate_of(rate), Terms::Months(months), first_due).unwrap();
        let begins = first_due.checked_sub_months(chrono::Months::new(1)).unwrap();
        let today = begins.checked_add_days(Days::new(later)).unwrap();
        // walks the days: a due date turns what was owed into an instalment, every other day costs a day's interest
        let (mut asked, mut balance, mut days, mut at) = (0i128, i128::from(principal), 0i128, begins);
        let mut rows = plan.rows().iter().peekable();
        while at < today {
            at = at.succ_opt().unwrap();
            days += 1;
            if let Some(row) = rows.next_if(|row| row.due_date == at) {
                asked += i128::from(row.amount.get());
                (balance, days) = (i128::from(row.balance.get()), 0);
            }
        }
        let interest = (2 * balance * days * i128::from(rate) + 3_650_000) / 7_300_000;
        let close = plan.foreclosure(Paise::new(paid), today).unwrap();
        prop_assert_eq!(i128::from(close.interest.get()), interest);
        prop_assert_eq!(i128::from(close.total.get()), asked + balance + interest - i128::from(paid));
        prop_assert_eq!(i128::from(close.instalments.get()), (asked - i128::from(paid)).max(0));
        prop_assert_eq!(i128::from(close.advance.get()), (i128::from(paid) - asked).max(0));
        // closing early never costs more than paying to the end
        let whole = i128::from(principal) + i128::from(plan.total_interest().get());
        prop_assert!(i128::from(close.total.get()) <= whole - i128::from(paid));
    }
}
