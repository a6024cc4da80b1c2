//! Properties against naive models that walk the instalments one by one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{Datelike, Days, NaiveDate};
use emi::{InstalmentPlan, Terms, allocate, arrears, towards_instalments};
use money::Paise;
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
    fn a_payment_is_poured_paisa_by_paisa(
        balance in 1i64..3_000, amount in 30i64..3_000, paid in -10i64..3_500, payment in -10i64..3_500, first_due in any_day(),
    ) {
        let plan = InstalmentPlan::try_new(Paise::new(balance), Terms::Amount(Paise::new(amount)), first_due).unwrap();
        let schedule: Vec<_> = plan.schedule(Paise::new(paid)).collect();
        let goes = allocate(schedule.clone(), Paise::new(payment));
        let mut naive: Vec<i64> = schedule.iter().map(|part| part.paid.get()).collect();
        let mut rest = payment;
        while rest > 0 {
            let open = schedule.iter().zip(&mut naive).find(|(part, filled)| **filled < part.amount.get());
            let Some((_, filled)) = open else { break };
            *filled += 1;
            rest -= 1;
        }
        prop_assert_eq!(goes.rest.get(), rest);
        let mut after: Vec<i64> = schedule.iter().map(|part| part.paid.get()).collect();
        for part in &goes.parts {
            prop_assert!(part.amount().is_positive());
            after[usize::try_from(part.number).unwrap() - 1] += part.amount().get();
        }
        prop_assert_eq!(after, naive);
        let whole = Paise::new(paid.max(0) + payment.max(0));
        prop_assert_eq!(plan.remaining(whole).get(), plan.schedule(whole).map(|part| part.remaining().get()).sum::<i64>());
    }

    #[test]
    fn arrears_are_those_of_a_day_that_passed_unpaid(
        balance in 1i64..2_000_000, parts in 1i64..=120, paid in 0i64..2_500_000, first_due in any_day(), later in 0u64..4_500,
    ) {
        let amount = Paise::new((balance + parts - 1) / parts);
        let plan = InstalmentPlan::try_new(Paise::new(balance), Terms::Amount(amount), first_due).unwrap();
        let today = first_due.checked_add_days(Days::new(later)).unwrap();
        let schedule: Vec<_> = plan.schedule(Paise::new(paid)).collect();
        let mut naive: Option<(NaiveDate, u32, i64)> = None;
        for part in schedule.iter().filter(|part| part.paid < part.amount) {
            let mut day = part.due_date;
            let mut days = 0;
            while day < today {
                day = day.succ_opt().unwrap();
                days += 1;
            }
            if days > 0 {
                let (since, most, sum) = naive.unwrap_or((part.due_date, days, 0));
                naive = Some((since, most, sum + part.amount.get() - part.paid.get()));
            }
        }
        let late = arrears(schedule, today).unwrap();
        prop_assert_eq!(late.map(|late| (late.since, late.days, late.amount.get())), naive);
    }
}
