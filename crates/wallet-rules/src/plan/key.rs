//! The plan's keys: reading, printing and checking each value.

use money::{Paise, Rate};

use super::Plan;
use crate::text_enum::text_enum;

text_enum! {
    /// A key of the plan, named as in the environment.
    PlanKey, "plan key" {
        /// The least booking amount, in rupees.
        PreBookingMinAmount = "PRE_BOOKING_MIN_AMOUNT",
        /// The total paid that makes an Active Buyer, in rupees.
        ActiveBuyerThreshold = "ACTIVE_BUYER_THRESHOLD",
        /// The sponsor's share of a payment, in percent.
        ReferralBonusPercentage = "REFERRAL_BONUS_PERCENTAGE",
        /// The volume of a pair, in rupees.
        BinaryPairAmount = "BINARY_PAIR_AMOUNT",
        /// What a pair earns, in rupees.
        BinaryPairEarning = "BINARY_PAIR_EARNING",
        /// Pairs without the EMI part.
        MaxEarningsBeforeActiveBuyer = "MAX_EARNINGS_BEFORE_ACTIVE_BUYER",
        /// The EMI part, in percent.
        EmiDeductionPercentage = "EMI_DEDUCTION_PERCENTAGE",
        /// The reserve's part, in percent.
        ReserveDeductionPercentage = "RESERVE_DEDUCTION_PERCENTAGE",
        /// Pairs in a calendar month.
        MaxBinaryPairsPerMonth = "MAX_BINARY_PAIRS_PER_MONTH",
        /// `carry_forward` or `flush`.
        PairsBeyondCap = "PAIRS_BEYOND_CAP",
        /// The tax on a payout, in percent.
        TdsPercentage = "TDS_PERCENTAGE",
        /// The most tax over a period, in rupees.
        TdsCeiling = "TDS_CEILING",
        /// `payout` or `financial_year`.
        TdsCeilingPeriod = "TDS_CEILING_PERIOD",
        /// The least payout, in rupees.
        PayoutMinAmount = "PAYOUT_MIN_AMOUNT",
        /// `true` or `false`.
        PayoutRequiresKyc = "PAYOUT_REQUIRES_KYC",
    }
}

/// The most that an amount of the plan can be: twelve digits in all, as on the wire.
const LARGEST_AMOUNT: Paise = Paise::new(999_999_999_999);
/// The most that a count of the plan can be: what a 32-bit column holds on both databases.
const LARGEST_COUNT: u32 = 2_147_483_647;
/// Decimals of a percentage; more would make products of money inexact.
const MOST_DECIMALS: u32 = 6;

/// A value that is wrong, and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {fault}")]
pub struct PlanError {
    /// The key with the wrong value.
    pub key: PlanKey,
    /// What is wrong with it.
    pub fault: PlanFault,
}

/// What is wrong with a value of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// Not rupees with at most two decimals.
    #[error("not an amount in rupees, such as 500.00")]
    NotAnAmount,
    /// Not a percentage.
    #[error("not a percentage, such as 2.5")]
    NotARate,
    /// Not a whole number.
    #[error("not a whole number")]
    NotACount,
    /// Neither `true` nor `false`.
    #[error("neither true nor false")]
    NotABool,
    /// Neither `carry_forward` nor `flush`.
    #[error("neither carry_forward nor flush")]
    NotAWayBeyondCap,
    /// Neither `payout` nor `financial_year`.
    #[error("neither payout nor financial_year")]
    NotACeilingPeriod,
    /// Must be above zero.
    #[error("must be above zero")]
    NotPositive,
    /// Below zero.
    #[error("must not be below zero")]
    Negative,
    /// Above the largest amount (9999999999.99) or count (2147483647).
    #[error("too large")]
    TooLarge,
    /// Above 100 percent.
    #[error("above 100 percent")]
    AboveHundred,
    /// A percentage with more than six decimals.
    #[error("more than six decimals")]
    TooManyDecimals,
    /// The EMI and the reserve percentages are above 100 together.
    #[error("together with EMI_DEDUCTION_PERCENTAGE above 100 percent")]
    DeductionsAboveHundred,
}

impl Plan {
    /// Sets one key from its text. It is checked on its own; [`validate`](Self::validate) checks the whole.
    ///
    /// # Errors
    /// [`PlanError`] names the key and what is wrong with it; the plan is unchanged then.
    pub fn set(&mut self, key: PlanKey, text: &str) -> Result<(), PlanError> {
        let mut changed = self.clone();
        changed
            .read(key, text)
            .and_then(|()| changed.check(key))
            .map_err(|fault| PlanError { key, fault })?;
        *self = changed;
        Ok(())
    }

    /// The text of one key, which [`set`](Self::set) reads back: `500.00`, `2.5`, `10`, `true`, `flush`.
    pub fn text_of(&self, key: PlanKey) -> String {
        match key {
            PlanKey::PreBookingMinAmount => self.pre_booking_min_amount.to_string(),
            PlanKey::ActiveBuyerThreshold => self.active_buyer_threshold.to_string(),
            PlanKey::ReferralBonusPercentage => self.referral_bonus_percentage.to_string(),
            PlanKey::BinaryPairAmount => self.binary_pair_amount.to_string(),
            PlanKey::BinaryPairEarning => self.binary_pair_earning.to_string(),
            PlanKey::MaxEarningsBeforeActiveBuyer => self.max_earnings_before_active_buyer.to_string(),
            PlanKey::EmiDeductionPercentage => self.emi_deduction_percentage.to_string(),
            PlanKey::ReserveDeductionPercentage => self.reserve_deduction_percentage.to_string(),
            PlanKey::MaxBinaryPairsPerMonth => self.max_binary_pairs_per_month.to_string(),
            PlanKey::PairsBeyondCap => self.pairs_beyond_cap.to_string(),
            PlanKey::TdsPercentage => self.tds_percentage.to_string(),
            PlanKey::TdsCeiling => self.tds_ceiling.to_string(),
            PlanKey::TdsCeilingPeriod => self.tds_ceiling_period.to_string(),
            PlanKey::PayoutMinAmount => self.payout_min_amount.to_string(),
            PlanKey::PayoutRequiresKyc => self.payout_requires_kyc.to_string(),
        }
    }

    /// Checks every key, and the EMI and reserve percentages together.
    ///
    /// # Errors
    /// [`PlanError`] names the first key that is wrong.
    pub fn validate(&self) -> Result<(), PlanError> {
        for &key in PlanKey::ALL {
            self.check(key).map_err(|fault| PlanError { key, fault })?;
        }
        let emi = self.emi_deduction_percentage.percent();
        let reserve = self.reserve_deduction_percentage.percent();
        match emi.checked_add(reserve) {
            Some(sum) if sum <= Rate::HUNDRED.percent() => Ok(()),
            Some(_) | None => Err(PlanError {
                key: PlanKey::ReserveDeductionPercentage,
                fault: PlanFault::DeductionsAboveHundred,
            }),
        }
    }

    /// The keys whose values differ from those of `other`, in the order of [`PlanKey::ALL`].
    pub fn differing_keys(&self, other: &Self) -> Vec<PlanKey> {
        PlanKey::ALL.iter().copied().filter(|&key| self.text_of(key) != other.text_of(key)).collect()
    }

    /// Reads one key without checking its range.
    fn read(&mut self, key: PlanKey, text: &str) -> Result<(), PlanFault> {
        match key {
            PlanKey::PreBookingMinAmount => self.pre_booking_min_amount = amount(text)?,
            PlanKey::ActiveBuyerThreshold => self.active_buyer_threshold = amount(text)?,
            PlanKey::ReferralBonusPercentage => self.referral_bonus_percentage = rate(text)?,
            PlanKey::BinaryPairAmount => self.binary_pair_amount = amount(text)?,
            PlanKey::BinaryPairEarning => self.binary_pair_earning = amount(text)?,
            PlanKey::MaxEarningsBeforeActiveBuyer => self.max_earnings_before_active_buyer = count(text)?,
            PlanKey::EmiDeductionPercentage => self.emi_deduction_percentage = rate(text)?,
            PlanKey::ReserveDeductionPercentage => self.reserve_deduction_percentage = rate(text)?,
            PlanKey::MaxBinaryPairsPerMonth => self.max_binary_pairs_per_month = count(text)?,
            PlanKey::PairsBeyondCap => {
                self.pairs_beyond_cap = text.parse().map_err(|_| PlanFault::NotAWayBeyondCap)?;
            }
            PlanKey::TdsPercentage => self.tds_percentage = rate(text)?,
            PlanKey::TdsCeiling => self.tds_ceiling = amount(text)?,
            PlanKey::TdsCeilingPeriod => {
                self.tds_ceiling_period = text.parse().map_err(|_| PlanFault::NotACeilingPeriod)?;
            }
            PlanKey::PayoutMinAmount => self.payout_min_amount = amount(text)?,
            PlanKey::PayoutRequiresKyc => self.payout_requires_kyc = boolean(text)?,
        }
        Ok(())
    }

    /// Checks the range of one key.
    fn check(&self, key: PlanKey) -> Result<(), PlanFault> {
        match key {
            PlanKey::PreBookingMinAmount => check_positive(self.pre_booking_min_amount),
            PlanKey::ActiveBuyerThreshold => check_positive(self.active_buyer_threshold),
            PlanKey::BinaryPairAmount => check_positive(self.binary_pair_amount),
            PlanKey::PayoutMinAmount => check_positive(self.payout_min_amount),
            PlanKey::BinaryPairEarning => check_amount(self.binary_pair_earning),
            PlanKey::TdsCeiling => check_amount(self.tds_ceiling),
            PlanKey::ReferralBonusPercentage => check_rate(self.referral_bonus_percentage),
            PlanKey::EmiDeductionPercentage => check_rate(self.emi_deduction_percentage),
            PlanKey::ReserveDeductionPercentage => check_rate(self.reserve_deduction_percentage),
            PlanKey::TdsPercentage => check_rate(self.tds_percentage),
            PlanKey::MaxEarningsBeforeActiveBuyer => check_count(self.max_earnings_before_active_buyer),
            PlanKey::MaxBinaryPairsPerMonth if self.max_binary_pairs_per_month == 0 => {
                Err(PlanFault::NotPositive)
            }
            PlanKey::MaxBinaryPairsPerMonth => check_count(self.max_binary_pairs_per_month),
            PlanKey::PairsBeyondCap | PlanKey::TdsCeilingPeriod | PlanKey::PayoutRequiresKyc => Ok(()),
        }
    }
}

fn amount(text: &str) -> Result<Paise, PlanFault> {
    text.parse().map_err(|_| PlanFault::NotAnAmount)
}

fn rate(text: &str) -> Result<Rate, PlanFault> {
    text.parse().map_err(|_| PlanFault::NotARate)
}

/// Digits only: Rust's own reading would take a plus sign.
fn count(text: &str) -> Result<u32, PlanFault> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PlanFault::NotACount);
    }
    text.parse().map_err(|_| PlanFault::NotACount)
}

/// In any case, since operators' files say `True` as often as `true`.
fn boolean(text: &str) -> Result<bool, PlanFault> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(PlanFault::NotABool)
    }
}

fn check_amount(amount: Paise) -> Result<(), PlanFault> {
    if amount.is_negative() {
        Err(PlanFault::Negative)
    } else if amount > LARGEST_AMOUNT {
        Err(PlanFault::TooLarge)
    } else {
        Ok(())
    }
}

fn check_positive(amount: Paise) -> Result<(), PlanFault> {
    if amount.is_positive() { check_amount(amount) } else { Err(PlanFault::NotPositive) }
}

fn check_rate(rate: Rate) -> Result<(), PlanFault> {
    if rate > Rate::HUNDRED {
        Err(PlanFault::AboveHundred)
    } else if rate.percent().normalize().scale() > MOST_DECIMALS {
        Err(PlanFault::TooManyDecimals)
    } else {
        Ok(())
    }
}

fn check_count(count: u32) -> Result<(), PlanFault> {
    if count > LARGEST_COUNT { Err(PlanFault::TooLarge) } else { Ok(()) }
}
