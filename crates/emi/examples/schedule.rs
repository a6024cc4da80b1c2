//! ₹99,500 over 12 months, without interest and at 9.5 % a year: `cargo run -p emi --example schedule`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use chrono::NaiveDate;
use emi::{InstalmentPlan, Terms, default_first_due, reducing::ReducingPlan};
use money::Paise;

fn main() -> Result<(), Box<dyn Error>> {
    let booked: NaiveDate = "2026-12-31".parse()?;
    let today: NaiveDate = "2027-03-15".parse()?;
    let (balance, first_due) = (Paise::rupees(99_500), default_first_due(booked));

    let plan = InstalmentPlan::try_new(balance, Terms::Months(12), first_due)?;
    for part in plan.schedule(Paise::rupees(10_000)) {
        let status = part.status(today);
        println!("{:>3}  {}  {:>9}  {:>9}  {status}", part.number, part.due_date, part.amount, part.paid);
    }

    println!("\nat 9.5 % a year, on the reducing balance:");
    let loan = ReducingPlan::try_new(balance, "9.5".parse()?, 12, first_due)?;
    for row in loan.rows() {
        println!(
            "{:>3}  {}  {:>9} = {:>7} interest + {:>8}, {:>9} left",
            row.number, row.due_date, row.payment, row.interest, row.principal, row.balance
        );
    }
    println!("interest in all: {}", loan.total_interest()?.indian());
    Ok(())
}
