//! ₹99,500 over 12 months, without interest and at 9.5 % a year: `cargo run -p emi --example schedule`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use chrono::NaiveDate;
use emi::{
    InstalmentPlan, Table, Terms, arrears, default_first_due,
    reducing::{Keep, ReducingPlan},
};
use money::{Paise, Rate};

fn main() -> Result<(), Box<dyn Error>> {
    let booked: NaiveDate = "2026-12-31".parse()?;
    let today: NaiveDate = "2027-03-15".parse()?;
    let (balance, first_due) = (Paise::rupees(99_500), default_first_due(booked));
    let paid = Paise::rupees(10_000);

    let plan = InstalmentPlan::try_new(balance, Terms::Months(12), first_due)?;
    println!("{}", Table::try_new(plan.schedule(paid), today)?);
    if let Some(late) = arrears(plan.schedule(paid), today)? {
        println!("{} overdue since {}, {} days", late.amount.indian(), late.since, late.days);
    }
    println!("{} closes it\n", plan.remaining(paid).indian());

    println!("at 9.5 % a year, on the reducing balance:");
    let loan = ReducingPlan::try_new(balance, Rate::basis_points(950), Terms::Months(12), first_due)?;
    println!("{}", Table::try_new(loan.schedule(paid), today)?);
    let close = loan.foreclosure(paid, today)?;
    println!(
        "{} closes it on {today}: {} fallen due, {} principal, {} interest since",
        close.total.indian(),
        close.instalments.indian(),
        close.principal.indian(),
        close.interest.indian()
    );

    println!("\n₹30,000.00 more with the third instalment, at the same instalment:");
    let shorter = loan.after_part_payment(3, Paise::rupees(30_000), Keep::Amount)?;
    println!("{}", Table::try_new(shorter.schedule(Paise::ZERO), today)?);
    Ok(())
}
