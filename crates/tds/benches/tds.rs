//! `cargo bench -p tds`

use std::{error::Error, hint::black_box};

use chrono::NaiveDate;
use criterion::Criterion;
use money::{Paise, Rate};
use tds::{CeilingPeriod, Credit, FinancialYear, Pan, Posting, Register, Rule, Statute, YearToDate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let rule =
        Rule { rate: Rate::whole(5), ceiling: Paise::rupees(10_000), period: CeilingPeriod::FinancialYear };
    let (payout_total, posted) = (Paise::new(12_345_670), Paise::rupees(9_000));
    let date: NaiveDate = "2026-12-05".parse()?;
    criterion
        .bench_function("tax", |bench| bench.iter(|| rule.tax(black_box(payout_total), black_box(posted))));
    criterion.bench_function("financial year", |bench| {
        bench.iter(|| FinancialYear::of(black_box(date)).to_string())
    });
    let statute = Statute::commission();
    let credit = Credit { date, amount: payout_total };
    let mut over = YearToDate::new(FinancialYear::of(date));
    over.credit(&statute, credit, Pan::Furnished)?;
    criterion.bench_function("credit over the threshold", |bench| {
        bench.iter(|| over.clone().credit(&statute, black_box(credit), Pan::Furnished))
    });
    criterion.bench_function("register of 1000 rows, proved", |bench| {
        bench.iter(|| {
            let mut register = Register::new();
            let mut refused = 0u32;
            for member in 0u32..1000 {
                let tax = Paise::new(617_284);
                let posting = Posting { member: member.rem_euclid(100), date, payout_total, tax };
                refused = refused.saturating_add(u32::from(register.post(posting).is_err()));
            }
            (refused, register.prove(register.whole().tax))
        })
    });
    criterion.final_summary();
    Ok(())
}
