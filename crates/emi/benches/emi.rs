//! `cargo bench -p emi`

use std::{error::Error, hint::black_box};

use chrono::NaiveDate;
use criterion::Criterion;
use emi::{InstalmentPlan, Table, Terms, allocate, arrears, reducing::ReducingPlan};
use money::{Paise, Rate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let first_due: NaiveDate = "2027-01-31".parse()?;
    let balance = Paise::rupees(99_500);
    let plan = InstalmentPlan::try_new(balance, Terms::Months(60), first_due)?;
    let paid = Paise::rupees(40_000);
    criterion.bench_function("plan", |bench| {
        bench.iter(|| InstalmentPlan::try_new(black_box(balance), Terms::Months(60), first_due))
    });
    criterion.bench_function("paid_count", |bench| bench.iter(|| plan.paid_count(black_box(paid))));
    criterion.bench_function("schedule of 60", |bench| {
        bench.iter(|| plan.schedule(black_box(paid)).map(black_box).count())
    });
    let today: NaiveDate = "2029-12-15".parse()?;
    criterion.bench_function("arrears of 60", |bench| {
        bench.iter(|| arrears(plan.schedule(black_box(paid)), black_box(today)))
    });
    criterion.bench_function("allocate over 60", |bench| {
        bench.iter(|| allocate(plan.unpaid(black_box(paid)), black_box(Paise::rupees(10_000))))
    });
    criterion.bench_function("table of 60", |bench| {
        bench.iter(|| Table::try_new(plan.schedule(black_box(paid)), today).map(|table| table.to_string()))
    });
    criterion.bench_function("reducing plan of 60", |bench| {
        bench
            .iter(|| ReducingPlan::try_new(black_box(balance), Rate::whole(12), Terms::Months(60), first_due))
    });
    let loan = ReducingPlan::try_new(balance, Rate::whole(12), Terms::Months(60), first_due)?;
    criterion.bench_function("foreclosure in 60", |bench| {
        bench.iter(|| loan.foreclosure(black_box(paid), black_box(today)))
    });
    criterion.final_summary();
    Ok(())
}
