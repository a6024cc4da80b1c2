//! The plan: every number of the business, as data.

mod book;
mod key;

use money::{Paise, Rate};

pub use book::{PlanBook, PlanBookError, PlanVersion};
pub use key::{PlanError, PlanFault, PlanKey};

use crate::text_enum::text_enum;

text_enum! {
    /// What happens to matches beyond the monthly cap.
    BeyondCap, "way beyond the cap" {
        /// They wait for the next month.
        CarryForward = "carry_forward",
        /// Both members of each are used up without an earning.
        Flush = "flush",
    }
}

text_enum! {
    /// What the ceiling on the tax is counted over.
    CeilingPeriod, "ceiling period" {
        /// Each payout on its own.
        Payout = "payout",
        /// All payouts of a member in a financial year.
        FinancialYear = "financial_year",
    }
}

/// One version of the plan; amounts in paise, rates in percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The least booking amount.
    pub pre_booking_min_amount: Paise,
    /// The total paid that makes an Active Buyer.
    pub active_buyer_threshold: Paise,
    /// The sponsor's share of each completed payment.
    pub referral_bonus_percentage: Rate,
    /// The volume of a pair.
    pub binary_pair_amount: Paise,
    /// What the owner of a pair earns.
    pub binary_pair_earning: Paise,
    /// How many pairs come without the EMI part for one who is not an Active Buyer.
    pub max_earnings_before_active_buyer: u32,
    /// The EMI part of later pairs, while not an Active Buyer.
    pub emi_deduction_percentage: Rate,
    /// The reserve's part of every pair earning.
    pub reserve_deduction_percentage: Rate,
    /// The pairs a member can form in one calendar month.
    pub max_binary_pairs_per_month: u32,
    /// What happens to matches beyond that.
    pub pairs_beyond_cap: BeyondCap,
    /// The tax on a payout.
    pub tds_percentage: Rate,
    /// The most tax there is over a ceiling period.
    pub tds_ceiling: Paise,
    /// What the ceiling is counted over.
    pub tds_ceiling_period: CeilingPeriod,
    /// The least payout.
    pub payout_min_amount: Paise,
    /// Whether a payout needs an approved KYC.
    pub payout_requires_kyc: bool,
}

impl Plan {
    /// Plan version 1, as it is without any configuration.
    pub fn default_plan() -> Self {
        Self {
            pre_booking_min_amount: Paise::rupees(500),
            active_buyer_threshold: Paise::rupees(5_000),
            referral_bonus_percentage: Rate::whole(5),
            binary_pair_amount: Paise::rupees(1_000),
            binary_pair_earning: Paise::rupees(500),
            max_earnings_before_active_buyer: 5,
            emi_deduction_percentage: Rate::whole(20),
            reserve_deduction_percentage: Rate::ZERO,
            max_binary_pairs_per_month: 10,
            pairs_beyond_cap: BeyondCap::CarryForward,
            tds_percentage: Rate::whole(5),
            tds_ceiling: Paise::rupees(10_000),
            tds_ceiling_period: CeilingPeriod::Payout,
            payout_min_amount: Paise::rupees(1),
            payout_requires_kyc: true,
        }
    }

    /// The default plan with these keys set to these texts, checked as a whole.
    ///
    /// # Errors
    /// [`PlanError`] names the key and what is wrong with it.
    pub fn try_new<'a>(values: impl IntoIterator<Item = (PlanKey, &'a str)>) -> Result<Self, PlanError> {
        let mut plan = Self::default_plan();
        for (key, text) in values {
            plan.set(key, text)?;
        }
        plan.validate()?;
        Ok(plan)
    }
}
