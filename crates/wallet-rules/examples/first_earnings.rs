//! A member's first earnings and a payout, as ledger moves: `cargo run -p wallet-rules --example first_earnings`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use money::{Paise, Rounding};
use wallet_rules::{
    earning::{referral_bonus, split_pair, spread_emi},
    ledger::Posting,
    payout::{EmiPart, Quote},
    plan::{Plan, PlanKey},
};

const MEMBER: i64 = 7;
const BOOKING: i64 = 11;

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::try_new([(PlanKey::ReserveDeductionPercentage, "2.5")])?;

    let bonus = referral_bonus(&plan, Paise::rupees(5_000))?;
    print(&Posting::referral_bonus(1, MEMBER, bonus)?);
    for pair in 5..=6 {
        let split = split_pair(&plan, pair, false)?;
        let spread = spread_emi(split.emi, [(BOOKING, Paise::rupees(60))]);
        print(&Posting::pair_earning(i64::try_from(pair)?, MEMBER, &split, &spread)?);
    }

    let requested = Paise::rupees(1_000);
    let tax = requested.percent(plan.tds_percentage, Rounding::HalfAwayFromZero)?;
    let instalment = EmiPart { booking: BOOKING, number: 1, amount: Paise::rupees(400) };
    let quote = Quote::work_out(requested, tax, [instalment])?;
    print(&Posting::payout_requested(2, MEMBER, quote.requested)?);
    print(&Posting::payout_processed(2, &quote)?);
    print(&Posting::payout_completed(2, quote.net)?);
    Ok(())
}

fn print(posting: &Posting) {
    println!("{} ({})", posting.key, posting.kind);
    for part in &posting.moves {
        let statement = part.statement.map_or("", |statement| statement.as_str());
        println!(
            "  {:>12}  {:<12} -> {:<14} {statement}",
            part.amount.to_string(),
            part.source.to_string(),
            part.destination.to_string()
        );
    }
}
