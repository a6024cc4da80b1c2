//! Payouts: rules 16 to 20.

use money::Paise;
use proptest::prelude::*;
use wallet_rules::{
    payout::{
        EmiPart, PayoutEvent, PayoutRefusal, PayoutStatus, Quote, QuoteError, check_request, sort_unpaid,
    },
    plan::{CeilingPeriod, Plan},
};

fn rupees(text: &str) -> Paise {
    text.parse().unwrap()
}

fn instalment(booking: i64, number: u32, amount: &str) -> EmiPart<i64> {
    EmiPart { booking, number, amount: rupees(amount) }
}

#[test]
fn the_arrows_of_a_payout_are_these_and_no_others() {
    use PayoutEvent as E;
    use PayoutStatus as S;
    const EVENTS: [PayoutEvent; 5] = [E::Process, E::Complete, E::Reject, E::Cancel, E::Fail];
    let table = [
        (S::Pending, [Some(S::Processing), None, Some(S::Rejected), Some(S::Cancelled), None]),
        (S::Processing, [None, Some(S::Completed), None, None, Some(S::Failed)]),
        (S::Completed, [None; 5]),
        (S::Rejected, [None; 5]),
        (S::Cancelled, [None; 5]),
        (S::Failed, [None; 5]),
    ];
    assert_eq!(table.map(|(from, _)| from).as_slice(), S::ALL);
    for (from, to) in table {
        assert_eq!(EVENTS.map(|event| from.next(event, rupees("0.01"))), to, "{from}");
        let mut with_nothing_to_pay = to;
        if from == S::Pending {
            with_nothing_to_pay[0] = Some(S::Completed);
        }
        assert_eq!(EVENTS.map(|event| from.next(event, Paise::ZERO)), with_nothing_to_pay, "{from}");
        assert_eq!(from.is_open(), to != [None; 5], "{from}");
    }
}

#[test]
fn a_request_is_refused_for_these_reasons_in_this_order() {
    let plan = Plan::default_plan();
    let yearly = Plan { tds_ceiling_period: CeilingPeriod::FinancialYear, ..plan.clone() };
    let no_kyc = Plan { payout_requires_kyc: false, ..plan.clone() };
    let short = PayoutRefusal::InsufficientBalance { balance: rupees("100.00") };
    let below = PayoutRefusal::BelowMinimum { least: rupees("1.00") };
    let cases = [
        (&plan, "100.00", true, true, Ok(())),
        (&plan, "1.00", true, false, Ok(())),
        (&plan, "100.01", true, false, Err(short)),
        (&plan, "0.99", true, false, Err(below)),
        (&plan, "-5.00", true, false, Err(below)),
        (&plan, "0.99", false, false, Err(PayoutRefusal::KycRequired)),
        (&no_kyc, "100.00", false, false, Ok(())),
        (&yearly, "100.00", true, false, Ok(())),
        (&yearly, "100.01", true, true, Err(PayoutRefusal::PayoutOpen)),
    ];
    for (plan, requested, kyc_approved, other_open, expect) in cases {
        let checked = check_request(plan, rupees(requested), rupees("100.00"), kyc_approved, other_open);
        assert_eq!(checked, expect, "{requested}");
    }
    let codes =
        [PayoutRefusal::KycRequired, short, below, PayoutRefusal::PayoutOpen].map(PayoutRefusal::code);
    assert_eq!(codes, ["kyc_required", "insufficient_balance", "below_minimum", "payout_open"]);
}

#[test]
fn worked_example() {
    let unpaid = (1..=5).map(|number| instalment(7, number, "4000.00"));
    let quote = Quote::work_out(rupees("10000.00"), rupees("500.00"), unpaid).unwrap();
    assert_eq!((quote.emi, quote.net), (rupees("8000.00"), rupees("1500.00")));
    assert_eq!(quote.parts, [instalment(7, 1, "4000.00"), instalment(7, 2, "4000.00")]);
}

#[test]
fn whole_instalments_up_to_the_first_that_does_not_fit() {
    // unpaid => the bookings whose instalments are paid, and the net of 950.00
    let cases: [(&[&str], usize, &str); 6] = [
        (&[], 0, "950.00"),
        (&["950.00"], 1, "0.00"),
        (&["950.01", "1.00"], 0, "950.00"),
        (&["500.00", "450.01", "1.00"], 1, "450.00"),
        (&["0.00", "500.00", "450.00", "0.01"], 2, "0.00"),
        (&["0.50", "949.49"], 2, "0.01"),
    ];
    for (unpaid, paid, net) in cases {
        let unpaid = (1..).zip(unpaid).map(|(number, amount)| instalment(1, number, amount));
        let quote = Quote::work_out(rupees("1000.00"), rupees("50.00"), unpaid).unwrap();
        assert_eq!((quote.parts.len(), quote.net), (paid, rupees(net)));
    }
}

#[test]
fn amounts_that_make_no_sense_are_refused() {
    let work_out = |requested, tds, unpaid: Vec<_>| Quote::work_out(rupees(requested), rupees(tds), unpaid);
    assert_eq!(work_out("0.00", "0.00", vec![]), Err(QuoteError::NotPositive));
    assert_eq!(work_out("-1.00", "0.00", vec![]), Err(QuoteError::NotPositive));
    assert_eq!(work_out("1.00", "1.01", vec![]), Err(QuoteError::TaxOutOfRange));
    assert_eq!(work_out("1.00", "-0.01", vec![]), Err(QuoteError::TaxOutOfRange));
    let negative = vec![instalment(1, 1, "-0.01")];
    assert_eq!(work_out("1.00", "0.00", negative), Err(QuoteError::NegativeInstalment));
}

#[test]
fn instalments_are_paid_by_due_date_then_booking() {
    let due = |text: &str, part| (text.parse().unwrap(), part);
    let sorted = sort_unpaid(vec![
        due("2026-05-31", instalment(2, 3, "1.00")),
        due("2026-04-30", instalment(9, 1, "2.00")),
        due("2026-05-31", instalment(1, 8, "3.00")),
        due("2026-04-30", instalment(2, 2, "4.00")),
    ]);
    let order: Vec<_> = sorted.iter().map(|part| (part.booking, part.number)).collect();
    assert_eq!(order, [(2, 2), (9, 1), (1, 8), (2, 3)]);
}

proptest! {
    /// The instalments paid are the longest run from the start that fits what is left after tax.
    #[test]
    fn a_quote_sums_up_and_pays_the_longest_run(
        requested in 1i64..1_000_000_000,
        tax_share in 0i64..=1_000,
        unpaid in prop::collection::vec(0i64..200_000_000, 0..12),
    ) {
        let tds = i64::try_from(i128::from(requested) * i128::from(tax_share) / 1_000).unwrap();
        let parts = || (1u32..).zip(&unpaid).map(|(number, &amount)| EmiPart {
            booking: (),
            number,
            amount: Paise::new(amount),
        });
        let quote = Quote::work_out(Paise::new(requested), Paise::new(tds), parts()).unwrap();
        prop_assert_eq!(quote.tds.get() + quote.emi.get() + quote.net.get(), quote.requested.get());
        prop_assert!(!quote.net.is_negative());

        let longest = (0..=unpaid.len())
            .rev()
            .find(|&length| unpaid[..length].iter().sum::<i64>() <= requested - tds)
            .unwrap();
        let naive: Vec<_> = parts().take(longest).filter(|part| !part.amount.is_zero()).collect();
        prop_assert_eq!(quote.emi.get(), unpaid[..longest].iter().sum::<i64>());
        prop_assert_eq!(quote.parts, naive);
    }
}
