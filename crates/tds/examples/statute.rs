//! A year of commission by the statute, from its credits to deposits and quarterly statements:
//! `cargo run -p tds --example statute`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use money::Paise;
use tds::{Credit, Pan, Posting, Register, Statute, YearToDate};

fn main() -> Result<(), Box<dyn Error>> {
    let statute = Statute::commission();
    let mut year = YearToDate::new("2026-27".parse()?);
    let mut register = Register::new();
    println!("credited       amount    tax, of it for earlier credits");
    for (date, rupees) in
        [("2026-05-10", 12_000), ("2026-08-14", 6_500), ("2026-11-20", 9_000), ("2027-03-25", 30_000)]
    {
        let credit = Credit { date: date.parse()?, amount: Paise::rupees(rupees) };
        let deduction = year.credit(&statute, credit, Pan::Furnished)?;
        let (amount, tax) = (credit.amount, deduction.tax);
        println!("{date}  {:>11}  {tax:>6}  {:>6}", amount.indian(), deduction.earlier);
        register.post(Posting { member: "ABCDE1234F", date: credit.date, payout_total: amount, tax })?;
    }
    for deposit in register.deposits()?.iter().filter(|deposit| !deposit.tax.is_zero()) {
        println!("deposit of {:>9} by {}", deposit.tax.indian(), deposit.due);
    }
    for filed in register.quarterly_returns()? {
        println!("{} {} by {}: {:>9}", filed.quarter, filed.year, filed.due, filed.totals.tax.indian());
    }
    register.prove(register.whole().tax)?;
    if let Some(terms) = statute.on("2027-03-25".parse()?) {
        println!("{} % above {} a year: {}", terms.rate, terms.threshold.indian(), terms.source);
    }
    Ok(())
}
