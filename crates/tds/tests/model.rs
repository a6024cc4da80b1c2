//! Properties against naive models.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{Datelike, Days, NaiveDate};
use money::{Paise, Rate};
use proptest::prelude::*;
use tds::{CeilingPeriod, FinancialYear, Posting, Quarter, Register, Rule, deposit_due};

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..40_000).prop_map(|days| {
        NaiveDate::from_ymd_opt(1985, 1, 1).unwrap().checked_add_days(Days::new(days)).unwrap()
    })
}

/// Counts paise up until the ceiling: as long as a half of the next one is still owed.
fn naive_tax(amount: i64, hundredths_percent: u32, ceiling: i64) -> i64 {
    let owed = i128::from(amount) * i128::from(hundredths_percent);
    (1..=ceiling).take_while(|tax| 2 * owed >= (2 * i128::from(*tax) - 1) * 10_000).last().unwrap_or(0)
}

proptest! {
    #[test]
    fn tax_is_the_naive_one(
        amount in 0i64..1_000_000, rate in 0u32..10_001, ceiling in 0i64..20_000, posted in -5_000i64..25_000,
    ) {
        let percent: Rate = format!("{}.{:02}", rate / 100, rate % 100).parse().unwrap();
        let each = Rule { rate: percent, ceiling: Paise::new(ceiling), period: CeilingPeriod::Payout };
        let posted_paise = Paise::new(posted);
        prop_assert_eq!(each.tax(Paise::new(amount), posted_paise).unwrap().get(), naive_tax(amount, rate, ceiling));
        let year = Rule { period: CeilingPeriod::FinancialYear, ..each };
        let naive = naive_tax(amount, rate, ceiling - posted);
        prop_assert_eq!(year.tax(Paise::new(amount), posted_paise).unwrap().get(), naive);
    }

    #[test]
    fn a_years_tax_never_passes_its_ceiling(payouts in prop::collection::vec((any_day(), 1i64..30_000_000), 1..40)) {
        let ceiling = Paise::rupees(10_000);
        let rule = Rule { rate: Rate::whole(5), ceiling, period: CeilingPeriod::FinancialYear };
        let mut register = Register::new();
        for (date, amount) in payouts {
            let year = FinancialYear::of(date);
            let tax = rule.tax(Paise::new(amount), register.posted_in(&(), year).unwrap()).unwrap();
            register.post(Posting { member: (), date, payout_total: Paise::new(amount), tax }).unwrap();
            prop_assert!(register.posted_in(&(), year).unwrap() <= ceiling);
        }
    }

    #[test]
    fn days_fall_where_the_calendar_says(date in any_day()) {
        let year = FinancialYear::of(date);
        prop_assert!(year.first_day() <= date && date <= year.last_day());
        prop_assert_eq!((year.first_day().month(), year.first_day().day()), (4, 1));
        prop_assert_eq!((year.last_day().month(), year.last_day().day()), (3, 31));
        prop_assert_eq!(year.to_string().parse(), Ok(year));
        let within: Vec<Quarter> = Quarter::ALL
            .into_iter()
            .filter(|quarter| quarter.first_day(year) <= date && date <= quarter.last_day(year))
            .collect();
        prop_assert_eq!(within, [Quarter::of(date)]);
        let next = date.checked_add_days(Days::new(1)).unwrap();
        let turned = (next.month(), next.day()) == (4, 1);
        prop_assert_eq!(FinancialYear::of(next) > year, turned);
    }

    #[test]
    fn totals_are_those_of_filtered_rows(
        rows in prop::collection::vec((0u8..4, any_day(), 0i64..1_000_000, 0i64..=100, any::<bool>(), any_day()), 0..60),
    ) {
        let mut register = Register::new();
        for (member, date, payout, percent, returned, later) in rows {
            let tax = Paise::new(payout * percent / 100);
            let posting = Posting { member, date, payout_total: Paise::new(payout), tax };
            register.post(posting).unwrap();
            if returned {
                register.post(posting.returned_on(later).unwrap()).unwrap();
            }
        }
        let mut quarters = 0;
        for (member, year, quarter, totals) in register.all_totals() {
            let rows: Vec<_> = register
                .rows()
                .iter()
                .filter(|row| row.member == *member)
                .filter(|row| quarter.first_day(year) <= row.date && row.date <= quarter.last_day(year))
                .collect();
            prop_assert_eq!(totals.tax.get(), rows.iter().map(|row| row.tax.get()).sum::<i64>());
            prop_assert_eq!(totals.payout_total.get(), rows.iter().map(|row| row.payout_total.get()).sum::<i64>());
            quarters += rows.len();
        }
        prop_assert_eq!(quarters, register.rows().len());
        let whole: i64 = register.rows().iter().map(|row| row.tax.get()).sum();
        for deposit in register.deposits().unwrap() {
            let of_month = |date: NaiveDate| (date.year(), date.month()) == (deposit.month.year(), deposit.month.month());
            let tax: i64 = register.rows().iter().filter(|row| of_month(row.date)).map(|row| row.tax.get()).sum();
            prop_assert_eq!((deposit.tax.get(), deposit.month.day()), (tax, 1));
            prop_assert_eq!(deposit.due, deposit_due(deposit.month));
        }
        let deposits: Vec<_> = register.deposits().unwrap();
        prop_assert!(deposits.is_sorted_by(|one, next| one.month < next.month));
        prop_assert_eq!(deposits.iter().map(|deposit| deposit.tax.get()).sum::<i64>(), whole);
        let returns = register.quarterly_returns().unwrap();
        for filed in &returns {
            let rows: Vec<_> = register
                .rows()
                .iter()
                .filter(|row| (row.financial_year(), row.quarter()) == (filed.year, filed.quarter))
                .collect();
            let members: std::collections::BTreeSet<u8> = rows.iter().map(|row| row.member).collect();
            prop_assert_eq!(filed.members, members.len());
            prop_assert_eq!(filed.totals.tax.get(), rows.iter().map(|row| row.tax.get()).sum::<i64>());
            prop_assert_eq!(filed.due, filed.quarter.return_due(filed.year));
        }
        prop_assert!(returns.is_sorted_by_key(|filed| (filed.year, filed.quarter)));
        prop_assert_eq!(returns.iter().map(|filed| filed.totals.tax.get()).sum::<i64>(), whole);
        prop_assert_eq!(register.prove(Paise::new(whole)), Ok(()));
        prop_assert!(register.prove(Paise::new(whole + 1)).is_err());
    }
}
