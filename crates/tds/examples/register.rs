//! A year of payouts and the register that follows from them: `cargo run -p tds --example register`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use chrono::NaiveDate;
use money::{Paise, Rate};
use tds::{CeilingPeriod, FinancialYear, Posting, Register, Rule};

fn main() -> Result<(), Box<dyn Error>> {
    let rule =
        Rule { rate: Rate::whole(5), ceiling: Paise::rupees(10_000), period: CeilingPeriod::FinancialYear };
    let mut register = Register::new();
    let mut last = None;
    for (member, date, rupees) in [
        ("ABCDE1234F", "2026-04-20", 90_000),
        ("PQRST6789K", "2026-05-02", 4_000),
        ("ABCDE1234F", "2026-08-11", 150_000),
        ("ABCDE1234F", "2027-04-03", 20_000),
    ] {
        let (date, payout_total): (NaiveDate, _) = (date.parse()?, Paise::rupees(rupees));
        let tax = rule.tax(payout_total, register.posted_in(&member, FinancialYear::of(date))?)?;
        let posting = Posting { member, date, payout_total, tax };
        register.post(posting)?;
        last = Some(posting);
    }
    if let Some(failed) = last {
        register.post(failed.returned_on("2027-07-01".parse()?)?)?;
    }
    for (member, year, quarter, totals) in register.all_totals() {
        println!("{member}  {year} {quarter}  {:>10}  {:>9}", totals.payout_total, totals.tax);
    }
    let payable = register.whole().tax;
    register.prove(payable)?;
    println!("tax payable: {}", payable.indian());
    Ok(())
}
