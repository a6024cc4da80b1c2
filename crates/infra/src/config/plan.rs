//! Plan version 1 from the environment.

use std::borrow::Cow;

use wallet_rules::plan::{Plan, PlanKey};

use super::{ConfigError, ConfigFault, Environment, Setting};

/// Reads the plan's keys. They make version 1 while a database is first made, and change nothing after.
pub(super) fn read(env: &Environment) -> Result<Plan, ConfigError> {
    env.section("Plan version 1: read while the database is first made; a later change is a plan version");
    let default = Plan::default_plan();
    let values: Vec<(PlanKey, String)> = PlanKey::ALL
        .iter()
        .map(|&key| {
            let name = key.as_str();
            let default = Cow::Owned(default.text_of(key));
            (key, env.text(Setting { name, meaning: meaning(key), default }))
        })
        .collect();
    Plan::try_new(values.iter().map(|(key, text)| (*key, text.as_str())))
        .map_err(|error| ConfigError::new(error.key.as_str(), ConfigFault::Plan(error.fault)))
}

/// What a key means, with its unit.
const fn meaning(key: PlanKey) -> &'static str {
    match key {
        PlanKey::PreBookingMinAmount => "Least booking amount, rupees",
        PlanKey::ActiveBuyerThreshold => "Total paid that makes an Active Buyer, rupees",
        PlanKey::ReferralBonusPercentage => "The sponsor's share of each completed payment, percent",
        PlanKey::BinaryPairAmount => "Volume of a pair, rupees",
        PlanKey::BinaryPairEarning => "What a pair earns, rupees",
        PlanKey::MaxEarningsBeforeActiveBuyer => {
            "Pairs without the EMI part for one who is not an Active Buyer"
        }
        PlanKey::EmiDeductionPercentage => "EMI part of later pairs, percent of the earning",
        PlanKey::ReserveDeductionPercentage => {
            "Reserve part of every pair, percent of the earning; with the EMI part at most 100"
        }
        PlanKey::MaxBinaryPairsPerMonth => "Pairs a member can form in a calendar month",
        PlanKey::PairsBeyondCap => "carry_forward or flush: what happens to matches beyond that",
        PlanKey::TdsPercentage => "Tax on a payout, percent",
        PlanKey::TdsCeiling => "The most tax over a period, rupees",
        PlanKey::TdsCeilingPeriod => "payout or financial_year: what the ceiling is counted over",
        PlanKey::PayoutMinAmount => "Least payout, rupees",
        PlanKey::PayoutRequiresKyc => "Whether a payout needs an approved KYC",
    }
}
