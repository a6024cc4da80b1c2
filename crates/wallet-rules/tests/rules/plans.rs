//! The plan's keys: the table of defaults, what each takes, and what it refuses.

use money::{Paise, Rate};
use wallet_rules::plan::{BeyondCap, CeilingPeriod, Plan, PlanError, PlanFault, PlanKey};

#[test]
fn the_default_plan_is_the_table() {
    let plan = Plan::default_plan();
    let table: Vec<_> = PlanKey::ALL.iter().map(|&key| format!("{key}={}", plan.text_of(key))).collect();
    let expect = "\
PRE_BOOKING_MIN_AMOUNT=500.00
ACTIVE_BUYER_THRESHOLD=5000.00
REFERRAL_BONUS_PERCENTAGE=5
BINARY_PAIR_AMOUNT=1000.00
BINARY_PAIR_EARNING=500.00
MAX_EARNINGS_BEFORE_ACTIVE_BUYER=5
EMI_DEDUCTION_PERCENTAGE=20
RESERVE_DEDUCTION_PERCENTAGE=0
MAX_BINARY_PAIRS_PER_MONTH=10
PAIRS_BEYOND_CAP=carry_forward
TDS_PERCENTAGE=5
TDS_CEILING=10000.00
TDS_CEILING_PERIOD=payout
PAYOUT_MIN_AMOUNT=1.00
PAYOUT_REQUIRES_KYC=true";
    assert_eq!(table.join("\n"), expect);
    assert_eq!(plan.validate(), Ok(()));
    assert_eq!(Plan::try_new([]), Ok(plan));
}

#[test]
fn every_key_is_set_and_read_back_alone() {
    let changed = [
        (PlanKey::PreBookingMinAmount, "750", "750.00"),
        (PlanKey::ActiveBuyerThreshold, "6000.5", "6000.50"),
        (PlanKey::ReferralBonusPercentage, "2.50", "2.5"),
        (PlanKey::BinaryPairAmount, "2000.00", "2000.00"),
        (PlanKey::BinaryPairEarning, "0", "0.00"),
        (PlanKey::MaxEarningsBeforeActiveBuyer, "0", "0"),
        (PlanKey::EmiDeductionPercentage, "33.333333", "33.333333"),
        (PlanKey::ReserveDeductionPercentage, "80", "80"),
        (PlanKey::MaxBinaryPairsPerMonth, "2147483647", "2147483647"),
        (PlanKey::PairsBeyondCap, "flush", "flush"),
        (PlanKey::TdsPercentage, "100", "100"),
        (PlanKey::TdsCeiling, "9999999999.99", "9999999999.99"),
        (PlanKey::TdsCeilingPeriod, "financial_year", "financial_year"),
        (PlanKey::PayoutMinAmount, "0.01", "0.01"),
        (PlanKey::PayoutRequiresKyc, "False", "false"),
    ];
    assert_eq!(changed.map(|(key, ..)| key).as_slice(), PlanKey::ALL);
    for (key, text, expect) in changed {
        let mut plan = Plan::default_plan();
        plan.set(key, text).unwrap();
        assert_eq!(plan.text_of(key), expect);
        assert_eq!(plan.differing_keys(&Plan::default_plan()), [key]);
        assert_eq!(plan.validate(), Ok(()));
        let mut back = Plan::default_plan();
        back.set(key, &plan.text_of(key)).unwrap();
        assert_eq!(back, plan);
    }
}

#[test]
fn wrong_values_name_their_key_and_change_nothing() {
    use PlanFault as F;
    use PlanKey as K;
    let cases = [
        (K::PreBookingMinAmount, "five hundred", F::NotAnAmount),
        (K::PreBookingMinAmount, "500.001", F::NotAnAmount),
        (K::PreBookingMinAmount, "", F::NotAnAmount),
        (K::PreBookingMinAmount, "0", F::NotPositive),
        (K::ActiveBuyerThreshold, "-1", F::NotPositive),
        (K::BinaryPairAmount, "10000000000.00", F::TooLarge),
        (K::PayoutMinAmount, "0.00", F::NotPositive),
        (K::BinaryPairEarning, "-0.01", F::Negative),
        (K::TdsCeiling, "-1", F::Negative),
        (K::TdsCeiling, "92233720368547758.07", F::TooLarge),
        (K::ReferralBonusPercentage, "100.000001", F::AboveHundred),
        (K::EmiDeductionPercentage, "-1", F::NotARate),
        (K::ReserveDeductionPercentage, "5%", F::NotARate),
        (K::TdsPercentage, "0.0000001", F::TooManyDecimals),
        (K::MaxEarningsBeforeActiveBuyer, "-1", F::NotACount),
        (K::MaxEarningsBeforeActiveBuyer, "+5", F::NotACount),
        (K::MaxEarningsBeforeActiveBuyer, "2147483648", F::TooLarge),
        (K::MaxBinaryPairsPerMonth, "0", F::NotPositive),
        (K::MaxBinaryPairsPerMonth, "1.5", F::NotACount),
        (K::PairsBeyondCap, "keep", F::NotAWayBeyondCap),
        (K::TdsCeilingPeriod, "year", F::NotACeilingPeriod),
        (K::PayoutRequiresKyc, "yes", F::NotABool),
    ];
    for (key, text, fault) in cases {
        let mut plan = Plan::default_plan();
        assert_eq!(plan.set(key, text), Err(PlanError { key, fault }), "{key}={text}");
        assert_eq!(plan, Plan::default_plan());
        assert_eq!(Plan::try_new([(key, text)]), Err(PlanError { key, fault }));
    }
    let error = Plan::try_new([(PlanKey::TdsPercentage, "101")]).unwrap_err();
    assert_eq!(error.to_string(), "TDS_PERCENTAGE: above 100 percent");
}

#[test]
fn the_deductions_are_at_most_the_whole_earning() {
    let deductions = |emi, reserve| {
        Plan::try_new([
            (PlanKey::ReserveDeductionPercentage, reserve),
            (PlanKey::EmiDeductionPercentage, emi),
        ])
    };
    assert!(deductions("20", "80").is_ok());
    assert!(deductions("0", "100").is_ok());
    let error =
        PlanError { key: PlanKey::ReserveDeductionPercentage, fault: PlanFault::DeductionsAboveHundred };
    assert_eq!(deductions("20", "80.000001"), Err(error));
    assert_eq!(deductions("100", "0.5"), Err(error));
}

#[test]
fn a_plan_built_by_hand_is_checked_too() {
    let plan = Plan { tds_ceiling: Paise::new(-1), ..Plan::default_plan() };
    assert_eq!(plan.validate(), Err(PlanError { key: PlanKey::TdsCeiling, fault: PlanFault::Negative }));
    let plan = Plan {
        emi_deduction_percentage: Rate::HUNDRED,
        pairs_beyond_cap: BeyondCap::Flush,
        tds_ceiling_period: CeilingPeriod::FinancialYear,
        ..Plan::default_plan()
    };
    assert_eq!(plan.validate(), Ok(()));
}
