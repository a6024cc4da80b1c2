//! Properties against naive models that walk the instalments one by one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{Datelike, Days, NaiveDate};
use emi::{InstalmentPlan, Terms, reducing::ReducingPlan, towards_instalments};
use money::{Paise, Rate};
use proptest::prelude::*;

/// Takes instalments off the balance until nothing is left.
fn naive_amounts(mut balance: i64, amount: i64) -> Vec<i64> {
    let mut amounts = Vec::new();
    while balance > 0 {
        let next = amount.min(balance);
        amounts.push(next);
        balance -= next;
    }
    amounts
}

/// Pours `paid` into the amounts, oldest first.
fn naive_paid(amounts: &[i64], mut paid: i64) -> Vec<i64> {
    amounts
        .iter()
        .map(|amount| {
            let part = paid.clamp(0, *amount);
            paid -= part;
            part
        })
        .collect()
}

/// Steps day by day to the next month, and picks the first one's day or the month's last.
fn naive_next_due(previous: NaiveDate, wanted: u32) -> NaiveDate {
    let mut day = previous;
    while day.month() == previous.month() {
        day = day.checked_add_days(Days::new(1)).unwrap();
    }
    let mut last = day;
    while last.month() == day.month() {
        day = if last.day() <= wanted { last } else { day };
        last = last.checked_add_days(Days::new(1)).unwrap();
    }
    day
}

/// Whether `payment` billionths of a paisa a month pay `principal` paise back, without any rounding to the paisa.
fn pays_back(principal: i64, payment: i128, rate_hundredths: u32, months: u32) -> bool {
    let mut balance = i128::from(principal) * 1_000_000_000;
    for _ in 0..months {
        balance += balance * i128::from(rate_hundredths) / 120_000 - payment;
    }
    balance <= 0
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..40_000).prop_map(|days| {
        NaiveDate::from_ymd_opt(1995, 1, 1).unwrap().checked_add_days(Days::new(days)).unwrap()
    })
}

proptest! {
    #[test]
    fn months_give_the_least_whole_rupees(balance in 1i64..40_000_000, months in 1u32..=120, first_due in any_day()) {
        let mut rupees = 1;
        while rupees * 100 * i64::from(months) < balance { rupees += 1; }
        let naive = naive_amounts(balance, rupees * 100);
        let plan = InstalmentPlan::try_new(Paise::new(balance), Terms::Months(months), first_due);
        match plan {
            Err(_) => prop_assert!(naive.len() < usize::try_from(months).unwrap()),
            Ok(plan) => {
                let amounts: Vec<i64> = plan.schedule(Paise::ZERO).map(|part| part.amount.get()).collect();
                prop_assert_eq!(amounts.len(), usize::try_from(months).unwrap());
                prop_assert_eq!(amounts, naive);
            }
        }
    }

    #[test]
    fn amounts_give_the_least_count(balance in 1i64..40_000_000, amount in 1i64..2_000_000, first_due in any_day()) {
        let plan = InstalmentPlan::try_new(Paise::new(balance), Terms::Amount(Paise::new(amount)), first_due);
        if balance > amount * 120 {
            prop_assert!(plan.is_err());
        } else {
            let naive = naive_amounts(balance, amount);
            let amounts: Vec<i64> = plan.unwrap().schedule(Paise::ZERO).map(|part| part.amount.get()).collect();
            prop_assert_eq!(amounts, naive);
        }
    }

    #[test]
    fn both_must_fit(balance in 1i64..200_000, months in 1u32..=120, amount in 1i64..200_000, first_due in any_day()) {
        let fits = balance <= amount * 120
            && naive_amounts(balance, amount).len() == usize::try_from(months).unwrap();
        let terms = Terms::Both { months, amount: Paise::new(amount) };
        prop_assert_eq!(InstalmentPlan::try_new(Paise::new(balance), terms, first_due).is_ok(), fits);
    }

    #[test]
    fn payments_fill_the_oldest_first(
        balance in 1i64..2_000_000, parts in 1i64..=120, booking in 0i64..100_000, total in -10i64..2_500_000,
        first_due in any_day(),
    ) {
        let amount = Paise::new((balance + parts - 1) / parts);
        let plan = InstalmentPlan::try_new(Paise::new(balance), Terms::Amount(amount), first_due).unwrap();
        let paid = towards_instalments(Paise::new(total), Paise::new(booking));
        prop_assert_eq!(paid.get(), if total > booking { total - booking } else { 0 });
        let amounts = naive_amounts(balance, amount.get());
        let naive = naive_paid(&amounts, paid.get());
        let schedule: Vec<_> = plan.schedule(paid).collect();
        prop_assert_eq!(schedule.iter().map(|part| part.paid.get()).collect::<Vec<_>>(), naive.clone());
        let whole = amounts.iter().zip(&naive).filter(|(amount, paid)| amount == paid).count();
        prop_assert_eq!(usize::try_from(plan.paid_count(paid)).unwrap(), whole);
        let open: Vec<_> = schedule.iter().copied().filter(|part| part.remaining() > Paise::ZERO).collect();
        prop_assert_eq!(plan.unpaid(paid).collect::<Vec<_>>(), open);
        let mut due = first_due;
        for part in &schedule {
            prop_assert_eq!(part.due_date, due);
            due = naive_next_due(due, first_due.day());
        }
        let stored = InstalmentPlan::restore(plan.balance(), plan.amount(), plan.count(), plan.first_due());
        prop_assert_eq!(stored, Ok(plan));
    }

    #[test]
    fn a_reducing_balance_closes_at_zero(
        principal in 100_000i64..1_000_000_000, rate in 0u32..3_600, months in 1u32..=120, first_due in any_day(),
    ) {
        let annual: Rate = format!("{}.{:02}", rate / 100, rate % 100).parse().unwrap();
        let plan = ReducingPlan::try_new(Paise::new(principal), annual, months, first_due).unwrap();
        let mut balance = i128::from(principal);
        let last = plan.rows().len() - 1;
        for (index, row) in plan.rows().iter().enumerate() {
            let interest = (2 * balance * i128::from(rate) + 120_000) / 240_000;
            prop_assert_eq!(i128::from(row.interest.get()), interest);
            prop_assert_eq!(row.payment.get(), row.interest.get() + row.principal.get());
            balance -= i128::from(row.principal.get());
            prop_assert_eq!(i128::from(row.balance.get()), balance);
            prop_assert!(index == last || row.payment == plan.instalment());
        }
        prop_assert_eq!(balance, 0);
        prop_assert_eq!(plan.rows().len(), usize::try_from(months).unwrap());
        // the level instalment is the nearest paisa: half a paisa less is too little, half a paisa more is enough
        if months > 1 {
            let level = i128::from(plan.instalment().get()) * 1_000_000_000;
            prop_assert!(!pays_back(principal, level - 500_001_000, rate, months));
            prop_assert!(pays_back(principal, level + 500_001_000, rate, months));
        }
    }
}
