//! A payout as its owner reads it: `cargo run -p money --example payslip`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use money::{Paise, Rate, Rounding, parse_indian};

fn main() -> Result<(), Box<dyn Error>> {
    let requested = parse_indian("₹1,23,456.70")?;
    let tax = requested.percent(Rate::whole(5), Rounding::HalfAwayFromZero)?;
    let instalments = Paise::rupees(8_000);
    let net = requested.checked_sub(tax)?.checked_sub(instalments)?;
    for (label, amount) in
        [("requested", requested), ("tax 5 %", tax), ("instalments", instalments), ("net", net)]
    {
        println!("{label:<12}{amount:>12}  {}", amount.indian());
    }
    let whole = Paise::checked_sum([tax, instalments, net])?;
    println!("the parts sum to the whole: {}", whole == requested);
    for (friend, share) in net.split_evenly(9)?.enumerate() {
        println!("{}/9 of the net {share:>12}", friend.saturating_add(1));
    }
    Ok(())
}
