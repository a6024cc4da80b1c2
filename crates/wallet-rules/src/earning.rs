//! What a pair, a referral and their deductions come to.

use money::{MoneyError, Paise, Rate, Rounding};

use crate::plan::Plan;

/// A pair's earning and its parts, in paise: `gross = emi + reserve + net`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PairSplit {
    /// What the pair earns.
    pub gross: Paise,
    /// What goes on to the member's bookings.
    pub emi: Paise,
    /// What goes on to the member's reserve.
    pub reserve: Paise,
    /// What stays in the wallet.
    pub net: Paise,
}

impl PairSplit {
    /// The split of a flushed pair, which earns nothing.
    pub const FLUSHED: Self =
        Self { gross: Paise::ZERO, emi: Paise::ZERO, reserve: Paise::ZERO, net: Paise::ZERO };
}

/// Which share of a pair's earning goes on to its owner's bookings, by what the owner was when it formed (rule 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum EmiShare {
    /// None: it is one of so many first pairs.
    FirstPairs {
        /// How many come without it.
        pairs: u32,
    },
    /// None: its owner was an Active Buyer.
    ActiveBuyer,
    /// The plan's share, since neither holds.
    Taken {
        /// The share.
        rate: Rate,
    },
}

impl EmiShare {
    /// The share of pair `number`, counted over a lifetime from 1.
    pub fn of(plan: &Plan, number: u64, active_buyer: bool) -> Self {
        let pairs = plan.max_earnings_before_active_buyer;
        if number <= u64::from(pairs) {
            return Self::FirstPairs { pairs };
        }
        if active_buyer { Self::ActiveBuyer } else { Self::Taken { rate: plan.emi_deduction_percentage } }
    }
}

/// Works out the earning of a member's pair `number`, which counts formed pairs over a lifetime from 1
/// (rule 14).
///
/// Where both shares round up past the earning, the reserve gives way, so that nothing is ever taken from
/// what the wallet held before.
///
/// ```
/// use wallet_rules::{earning::split_pair, plan::{Plan, PlanKey}};
///
/// let plan = Plan::try_new([(PlanKey::ReserveDeductionPercentage, "2.5")])?;
/// let split = split_pair(&plan, 6, false)?;
/// let parts = [split.gross, split.emi, split.reserve, split.net].map(|part| part.to_string());
/// assert_eq!(parts, ["500.00", "100.00", "12.50", "387.50"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`MoneyError::Overflow`], which no plan within its limits reaches.
pub fn split_pair(plan: &Plan, number: u64, active_buyer: bool) -> Result<PairSplit, MoneyError> {
    let gross = plan.binary_pair_earning;
    let emi = match EmiShare::of(plan, number, active_buyer) {
        EmiShare::FirstPairs { .. } | EmiShare::ActiveBuyer => Paise::ZERO,
        EmiShare::Taken { rate } => gross.percent(rate, Rounding::HalfAwayFromZero)?,
    };
    let after_emi = gross.checked_sub(emi)?;
    let reserve =
        gross.percent(plan.reserve_deduction_percentage, Rounding::HalfAwayFromZero)?.min(after_emi);
    let net = after_emi.checked_sub(reserve)?;
    Ok(PairSplit { gross, emi, reserve, net })
}

/// The sponsor's bonus on a completed payment of `amount` (rule 8); 0.00 posts nothing.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub fn referral_bonus(plan: &Plan, amount: Paise) -> Result<Paise, MoneyError> {
    amount.percent(plan.referral_bonus_percentage, Rounding::HalfAwayFromZero)
}

/// Where an EMI deduction goes; the parts and the rest sum to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread<Id> {
    /// What each booking takes, in paise, oldest booking first; each above 0.00.
    pub parts: Vec<(Id, Paise)>,
    /// What no booking can take, for the EMI reserve.
    pub to_reserve: Paise,
}

/// Spreads an EMI deduction over the member's open bookings, given oldest first, each with what remains to be
/// paid on it (rule 14).
///
/// ```
/// use money::Paise;
/// use wallet_rules::earning::spread_emi;
///
/// let spread = spread_emi(Paise::rupees(100), [("oldest", Paise::rupees(30)), ("next", Paise::rupees(50))]);
/// assert_eq!(spread.parts, [("oldest", Paise::rupees(30)), ("next", Paise::rupees(50))]);
/// assert_eq!(spread.to_reserve.to_string(), "20.00");
/// ```
pub fn spread_emi<Id>(emi: Paise, open: impl IntoIterator<Item = (Id, Paise)>) -> Spread<Id> {
    let mut left = emi;
    let mut parts = Vec::new();
    for (booking, remaining) in open {
        if !left.is_positive() {
            break;
        }
        if !remaining.is_positive() {
            continue;
        }
        let part = left.min(remaining);
        parts.push((booking, part));
        // exact: the part is between 0.00 and what is left
        left = Paise::new(left.get().saturating_sub(part.get()));
    }
    Spread { parts, to_reserve: left }
}

crate::text_enum::text_enum! {
    /// Where a pair stands.
    PairStatus, "pair status" {
        /// Formed; its earning is not posted yet.
        Matched = "matched",
        /// Its earning is posted.
        Processed = "processed",
        /// Beyond the monthly cap under `flush`: used up without an earning.
        Flushed = "flushed",
    }
}
