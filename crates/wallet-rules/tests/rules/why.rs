//! Reasons: what they say for each outcome, and that they agree with the decision.

use chrono::NaiveDate;
use money::Paise;
use proptest::prelude::*;
use wallet_rules::{
    booking::{BookingState, BookingStatus},
    earning::{EmiShare, PairSplit, referral_bonus, split_pair},
    payout::{EmiPart, Quote},
    plan::{Plan, PlanKey, PlanVersion},
    why::{ActiveBuyerWhy, BonusWhy, BookingWhy, PairWhy, PayoutWhy},
};

fn version(values: &[(PlanKey, &str)]) -> PlanVersion {
    let plan = Plan::try_new(values.iter().copied()).unwrap();
    PlanVersion { version: 3, effective_from: "2027-01-01T00:00:00+05:30".parse().unwrap(), plan }
}

fn day() -> NaiveDate {
    "2027-01-12".parse().unwrap()
}

fn pair(version: &PlanVersion, number: u64, active_buyer: bool) -> Vec<String> {
    let split = split_pair(&version.plan, number, active_buyer).unwrap();
    PairWhy::formed(version, number, day(), active_buyer, split).sentences()
}

#[test]
fn a_pair() {
    let plain = version(&[]);
    let pays = "Plan version 3 pays ₹500.00 for a pair.";
    let whole = "₹500.00 of it stays in the wallet.";
    let first = "Pair 5: one of the first 5 pairs, so nothing of it went to EMI.";
    // the first pairs are free for everybody, so an Active Buyer is told that too
    for active_buyer in [false, true] {
        assert_eq!(pair(&plain, 5, active_buyer), [pays, first, whole]);
    }
    let active = "Pair 6: an Active Buyer on 12 January 2027, so nothing of it went to EMI.";
    assert_eq!(pair(&plain, 6, true), [pays, active, whole]);
    let taken = "Pair 6: not an Active Buyer on 12 January 2027, so ₹100.00 of ₹500.00 went to EMI (20 %).";
    assert_eq!(pair(&plain, 6, false), [pays, taken, "₹400.00 of it stays in the wallet."]);
    let reserved = version(&[(PlanKey::ReserveDeductionPercentage, "2.5")]);
    assert_eq!(
        pair(&reserved, 6, false)[1..],
        [taken, "₹12.50 of it went to the reserve (2.5 %).", "₹387.50 of it stays in the wallet."]
    );
    assert_eq!(
        PairWhy::flushed(&plain, day()).sentences(),
        [
            "10 pairs had formed in that month by 12 January 2027, and plan version 3 lets further matches lapse, so it \
             earns nothing."
        ]
    );
}

#[test]
fn a_bonus() {
    let plan = Plan::default_plan();
    let told = |paise: i64, confirmed: bool, has_sponsor: bool| {
        let why = BonusWhy::decide(&plan, Paise::new(paise), confirmed, has_sponsor).unwrap();
        (why.bonus().to_string(), why.sentence())
    };
    let sentence = "The sponsor gets 5 % of the ₹500.00 paid: ₹25.00.";
    assert_eq!(told(50_000, true, true), ("25.00".into(), sentence.into()));
    let nobody = "Nobody brought the payer in, so there is no bonus.";
    for confirmed in [false, true] {
        assert_eq!(told(50_000, confirmed, false), ("0.00".into(), nobody.into()));
    }
    let early = "The booking is not confirmed yet; bonuses begin with the payment that confirms it.";
    assert_eq!(told(50_000, false, true), ("0.00".into(), early.into()));
    assert_eq!(told(9, true, true), ("0.00".into(), "5 % of the ₹0.09 paid rounds to nothing.".into()));
}

#[test]
fn an_active_buyer() {
    let plan = Plan::default_plan();
    let told = |text: &str| {
        let why = ActiveBuyerWhy::decide(&plan, text.parse().unwrap());
        (why.is_active_buyer, why.missing().to_string(), why.sentence())
    };
    let almost = "Not an Active Buyer: ₹4,999.99 of ₹5,000.00 is paid, ₹0.01 is missing.";
    assert_eq!(told("4999.99"), (false, "0.01".into(), almost.into()));
    let exactly = "An Active Buyer: ₹5,000.00 is paid, and ₹5,000.00 makes one.";
    assert_eq!(told("5000.00"), (true, "0.00".into(), exactly.into()));
    assert_eq!(told("9000.00").1, "0.00");
}

#[test]
fn a_booking() {
    let mut booking = BookingState {
        status: BookingStatus::PreBooked,
        booking_amount: Paise::rupees(500),
        total_amount: Paise::rupees(1_000),
        total_paid: Paise::ZERO,
    };
    let mut told = Vec::new();
    for rupees in [300, 250, 450] {
        let applied = booking.apply(Paise::rupees(rupees)).unwrap();
        told.push(BookingWhy::of(&booking, &applied).sentence());
        (booking.status, booking.total_paid) = (applied.status, applied.total_paid);
    }
    assert_eq!(
        told,
        [
            "₹300.00 of the booking amount of ₹500.00 is paid; all of it confirms the booking.",
            "₹550.00 is paid, at least the booking amount of ₹500.00, so the booking is confirmed.",
            "The whole price of ₹1,000.00 is paid, so the booking is completed.",
        ]
    );
    let applied = booking.apply(Paise::rupees(1));
    assert!(applied.is_err());
    let cancelled = BookingWhy {
        status: BookingStatus::Cancelled,
        total_paid: Paise::ZERO,
        booking_amount: booking.booking_amount,
        total_amount: booking.total_amount,
    };
    assert_eq!(cancelled.sentence(), "The booking was cancelled before anything was paid.");
}

fn payout(version: &PlanVersion, requested: i32, tds: i32, instalments: &[i32]) -> PayoutWhy {
    let unpaid =
        instalments.iter().map(|rupees| EmiPart { booking: 1, number: 1, amount: Paise::rupees(*rupees) });
    let quote = Quote::work_out(Paise::rupees(requested), Paise::rupees(tds), unpaid).unwrap();
    PayoutWhy::of(version, &quote).unwrap()
}

#[test]
fn a_payout() {
    let each = version(&[]);
    assert_eq!(
        payout(&each, 10_000, 500, &[4_000, 4_000, 4_000]).sentences(),
        [
            "Plan version 3 takes 5 % of ₹10,000.00 as tax: ₹500.00.",
            "₹8,000.00 pays 2 instalments.",
            "₹1,500.00 goes to the bank.",
        ]
    );
    let met = payout(&each, 250_000, 10_000, &[4_000]);
    assert!(met.ceiling_met);
    assert_eq!(
        met.sentences()[..2],
        [
            "Plan version 3 takes 5 % as tax, at most ₹10,000.00 of a payout: ₹10,000.00.",
            "₹4,000.00 pays an instalment.",
        ]
    );
    // exactly the ceiling is what the rate asks for
    assert!(!payout(&each, 200_000, 10_000, &[]).ceiling_met);
    let yearly = version(&[(PlanKey::TdsCeilingPeriod, "financial_year")]);
    assert_eq!(
        payout(&yearly, 150_000, 2_500, &[]).sentences(),
        [
            "Plan version 3 takes 5 % as tax, at most ₹10,000.00 in a financial year, of which this payout bears what was \
             left: ₹2,500.00.",
            "₹1,47,500.00 goes to the bank.",
        ]
    );
}

#[cfg(feature = "serde")]
#[test]
fn reasons_are_data() {
    let version = version(&[]);
    let split = split_pair(&version.plan, 7, false).unwrap();
    let why = PairWhy::formed(&version, 7, day(), false, split);
    let text = serde_json::to_string(&why).unwrap();
    let expected = r#"{"formed":{"plan_version":3,"number":7,"day":"2027-01-12","emi_share":{"taken":{"rate":"20"}},"reserve_rate":"0","split":{"gross":"500.00","emi":"100.00","reserve":"0.00","net":"400.00"}}}"#;
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<PairWhy>(&text).unwrap(), why);
    let bonus = BonusWhy::decide(&version.plan, Paise::rupees(1), true, false).unwrap();
    assert_eq!(serde_json::to_string(&bonus).unwrap(), r#""no_sponsor""#);
    let payout = payout(&version, 10_000, 500, &[]);
    let text = serde_json::to_string(&payout).unwrap();
    assert_eq!(serde_json::from_str::<PayoutWhy>(&text).unwrap(), payout);
    assert!(text.contains(r#""ceiling_period":"payout""#), "{text}");
}

proptest! {
    #[test]
    fn the_share_explains_the_split(number in 1u64..20, active_buyer in any::<bool>(), free in 0u32..20, rate in 1u32..=100) {
        let (free, rate) = (free.to_string(), rate.to_string());
        let version = version(&[
            (PlanKey::MaxEarningsBeforeActiveBuyer, &free),
            (PlanKey::EmiDeductionPercentage, &rate),
        ]);
        let split: PairSplit = split_pair(&version.plan, number, active_buyer).unwrap();
        match EmiShare::of(&version.plan, number, active_buyer) {
            EmiShare::FirstPairs { pairs } => {
                prop_assert!(number <= u64::from(pairs));
                prop_assert_eq!(split.emi, Paise::ZERO);
            }
            EmiShare::ActiveBuyer => {
                prop_assert!(active_buyer);
                prop_assert_eq!(split.emi, Paise::ZERO);
            }
            EmiShare::Taken { rate } => {
                prop_assert!(!active_buyer);
                prop_assert_eq!(rate, version.plan.emi_deduction_percentage);
                prop_assert!(split.emi.is_positive());
            }
        }
    }

    #[test]
    fn a_bonus_is_earned_by_a_confirmed_payment_of_one_who_has_a_sponsor(
        paise in 1i64..100_000_000, confirmed in any::<bool>(), has_sponsor in any::<bool>(),
    ) {
        let plan = Plan::default_plan();
        let why = BonusWhy::decide(&plan, Paise::new(paise), confirmed, has_sponsor).unwrap();
        let share = referral_bonus(&plan, Paise::new(paise)).unwrap();
        prop_assert_eq!(why.bonus(), if confirmed && has_sponsor { share } else { Paise::ZERO });
    }
}
