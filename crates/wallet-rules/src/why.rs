//! Why a decision came out as it did: data that can be stored and sent, and sentences that a member can read.
//!
//! What is refused says why by its error, which is data too (such as
//! [`PayoutRefusal`](crate::payout::PayoutRefusal)).
//!
//! ```
//! use money::Paise;
//! use wallet_rules::{calendar::Instant, earning::split_pair, plan::{Plan, PlanVersion}, why::PairWhy};
//!
//! let effective_from = Instant::parse_rfc3339("2027-01-01T00:00:00+05:30")?;
//! let version = PlanVersion { version: 1, effective_from, plan: Plan::default_plan() };
//! let day = Instant::parse_rfc3339("2027-01-12T10:30:00+05:30")?.ist_date();
//! let split = split_pair(&version.plan, 7, false)?;
//! assert_eq!(PairWhy::formed(&version, 7, day, false, split).sentences(), [
//!     "Plan version 1 pays ₹500.00 for a pair.",
//!     "Pair 7: not an Active Buyer on 12 January 2027, so ₹100.00 of ₹500.00 went to EMI (20 %).",
//!     "₹400.00 of it stays in the wallet.",
//! ]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rate, Rounding};

use crate::{
    active_buyer::is_active_buyer,
    booking::{Applied, BookingState, BookingStatus},
    earning::{EmiShare, PairSplit, referral_bonus},
    payout::Quote,
    plan::{CeilingPeriod, Plan, PlanVersion},
};

/// Why a match earns its owner what it earns (rules 13 and 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum PairWhy {
    /// It formed.
    Formed {
        /// The plan version that decided.
        plan_version: u32,
        /// Its number over its owner's lifetime.
        number: u64,
        /// The Indian day on which it formed.
        day: NaiveDate,
        /// What its owner was then, and so what goes to their bookings.
        emi_share: EmiShare,
        /// The reserve's share of every earning.
        reserve_rate: Rate,
        /// What it earns.
        split: PairSplit,
    },
    /// It was beyond the month's limit and lapsed.
    Flushed {
        /// The plan version that decided.
        plan_version: u32,
        /// The Indian day of the match.
        day: NaiveDate,
        /// How many pairs can form in a month.
        monthly_limit: u32,
    },
}

impl PairWhy {
    /// Of pair `number`, which formed on the Indian day `day` and was split into `split`.
    pub fn formed(
        version: &PlanVersion,
        number: u64,
        day: NaiveDate,
        active_buyer: bool,
        split: PairSplit,
    ) -> Self {
        let plan = &version.plan;
        Self::Formed {
            plan_version: version.version,
            number,
            day,
            emi_share: EmiShare::of(plan, number, active_buyer),
            reserve_rate: plan.reserve_deduction_percentage,
            split,
        }
    }

    /// Of a match that lapsed on the Indian day `day`.
    pub const fn flushed(version: &PlanVersion, day: NaiveDate) -> Self {
        let monthly_limit = version.plan.max_binary_pairs_per_month;
        Self::Flushed { plan_version: version.version, day, monthly_limit }
    }

    /// The reasons in order.
    pub fn sentences(&self) -> Vec<String> {
        match *self {
            Self::Formed { plan_version, number, day, emi_share, reserve_rate, split } => {
                let PairSplit { gross, emi, reserve, net } = split;
                let (gross, emi, net) = (gross.indian(), emi.indian(), net.indian());
                let mut told = vec![format!("Plan version {plan_version} pays {gross} for a pair.")];
                let (pair, day) = (format!("Pair {number}"), written(day));
                told.push(match emi_share {
                    EmiShare::FirstPairs { pairs } => {
                        format!("{pair}: one of the first {pairs} pairs, so nothing of it went to EMI.")
                    }
                    EmiShare::ActiveBuyer => {
                        format!("{pair}: an Active Buyer on {day}, so nothing of it went to EMI.")
                    }
                    EmiShare::Taken { rate } => format!(
                        "{pair}: not an Active Buyer on {day}, so {emi} of {gross} went to EMI ({rate} %)."
                    ),
                });
                if reserve.is_positive() {
                    told.push(format!("{} of it went to the reserve ({reserve_rate} %).", reserve.indian()));
                }
                told.push(format!("{net} of it stays in the wallet."));
                told
            }
            Self::Flushed { plan_version, day, monthly_limit } => vec![format!(
                "{monthly_limit} pairs had formed in that month by {}, and plan version {plan_version} lets further \
                 matches lapse, so it earns nothing.",
                written(day)
            )],
        }
    }
}

/// Why a completed payment earns its payer's sponsor a bonus, or none (rule 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum BonusWhy {
    /// The sponsor's share of it.
    Earned {
        /// The payment, in paise.
        payment: Paise,
        /// The share.
        rate: Rate,
        /// What it comes to, in paise, above 0.00.
        bonus: Paise,
    },
    /// The payer has no sponsor.
    NoSponsor,
    /// The payment neither confirms its booking nor comes after one that did.
    BeforeConfirmation,
    /// The share rounds to 0.00.
    RoundsToNothing {
        /// The payment, in paise.
        payment: Paise,
        /// The share.
        rate: Rate,
    },
}

impl BonusWhy {
    /// Decides the bonus on a completed `payment`; `confirmed` says whether its booking is confirmed with it.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn decide(
        plan: &Plan,
        payment: Paise,
        confirmed: bool,
        has_sponsor: bool,
    ) -> Result<Self, MoneyError> {
        let rate = plan.referral_bonus_percentage;
        let bonus = referral_bonus(plan, payment)?;
        Ok(match (has_sponsor, confirmed) {
            (false, _) => Self::NoSponsor,
            (true, false) => Self::BeforeConfirmation,
            (true, true) if bonus.is_positive() => Self::Earned { payment, rate, bonus },
            (true, true) => Self::RoundsToNothing { payment, rate },
        })
    }

    /// The bonus, in paise.
    pub const fn bonus(&self) -> Paise {
        match *self {
            Self::Earned { bonus, .. } => bonus,
            Self::NoSponsor | Self::BeforeConfirmation | Self::RoundsToNothing { .. } => Paise::ZERO,
        }
    }

    /// The reason.
    pub fn sentence(&self) -> String {
        match self {
            Self::Earned { payment, rate, bonus } => {
                let (payment, bonus) = (payment.indian(), bonus.indian());
                format!("The sponsor gets {rate} % of the {payment} paid: {bonus}.")
            }
            Self::NoSponsor => "Nobody brought the payer in, so there is no bonus.".to_owned(),
            Self::BeforeConfirmation => {
                "The booking is not confirmed yet; bonuses begin with the payment that confirms it."
                    .to_owned()
            }
            Self::RoundsToNothing { payment, rate } => {
                format!("{rate} % of the {} paid rounds to nothing.", payment.indian())
            }
        }
    }
}

/// Why a member is an Active Buyer or not (rule 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ActiveBuyerWhy {
    /// Completed payments over the member's bookings that are not cancelled, in paise.
    pub paid: Paise,
    /// What makes an Active Buyer, in paise.
    pub threshold: Paise,
    /// Whether the member is one.
    pub is_active_buyer: bool,
}

impl ActiveBuyerWhy {
    /// Of one who has paid `paid_over_live_bookings`.
    pub fn decide(plan: &Plan, paid_over_live_bookings: Paise) -> Self {
        Self {
            paid: paid_over_live_bookings,
            threshold: plan.active_buyer_threshold,
            is_active_buyer: is_active_buyer(plan, paid_over_live_bookings),
        }
    }

    /// What is still to be paid, in paise; 0.00 for one who is.
    pub fn missing(&self) -> Paise {
        Paise::new(self.threshold.get().saturating_sub(self.paid.get())).max(Paise::ZERO)
    }

    /// The reason.
    pub fn sentence(&self) -> String {
        let (paid, threshold) = (self.paid.indian(), self.threshold.indian());
        match self.is_active_buyer {
            true => format!("An Active Buyer: {paid} is paid, and {threshold} makes one."),
            false => format!(
                "Not an Active Buyer: {paid} of {threshold} is paid, {} is missing.",
                self.missing().indian()
            ),
        }
    }
}

/// Where a completed payment left its booking, and why (rule 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BookingWhy {
    /// Where the booking stands.
    pub status: BookingStatus,
    /// The sum of its completed payments, in paise.
    pub total_paid: Paise,
    /// What confirms it.
    pub booking_amount: Paise,
    /// Its whole price.
    pub total_amount: Paise,
}

impl BookingWhy {
    /// Of `booking` as it was, and what a payment made of it.
    pub const fn of(booking: &BookingState, applied: &Applied) -> Self {
        let BookingState { booking_amount, total_amount, .. } = *booking;
        Self { status: applied.status, total_paid: applied.total_paid, booking_amount, total_amount }
    }

    /// The reason.
    pub fn sentence(&self) -> String {
        let (total_paid, booking_amount) = (self.total_paid.indian(), self.booking_amount.indian());
        match self.status {
            BookingStatus::PreBooked => {
                format!(
                    "{total_paid} of the booking amount of {booking_amount} is paid; all of it confirms the booking."
                )
            }
            BookingStatus::Confirmed => format!(
                "{total_paid} is paid, at least the booking amount of {booking_amount}, so the booking is confirmed."
            ),
            BookingStatus::Completed => {
                let price = self.total_amount.indian();
                format!("The whole price of {price} is paid, so the booking is completed.")
            }
            BookingStatus::Cancelled => "The booking was cancelled before anything was paid.".to_owned(),
        }
    }
}

/// Why a payout comes to what it comes to (rules 17 to 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PayoutWhy {
    /// The plan version that decided.
    pub plan_version: u32,
    /// What was asked for, in paise.
    pub requested: Paise,
    /// The tax rate.
    pub rate: Rate,
    /// The most tax over `ceiling_period`, in paise.
    pub ceiling: Paise,
    /// What the ceiling is counted over.
    pub ceiling_period: CeilingPeriod,
    /// The tax, in paise.
    pub tds: Paise,
    /// Whether the ceiling left less than the rate asks for.
    pub ceiling_met: bool,
    /// How many instalments it pays.
    pub instalments: usize,
    /// What pays them, in paise.
    pub emi: Paise,
    /// What the bank pays, in paise.
    pub net: Paise,
}

impl PayoutWhy {
    /// Of a payout that comes to `quote` by `version`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn of<Id>(version: &PlanVersion, quote: &Quote<Id>) -> Result<Self, MoneyError> {
        let plan = &version.plan;
        let share = quote.requested.percent(plan.tds_percentage, Rounding::HalfAwayFromZero)?;
        Ok(Self {
            plan_version: version.version,
            requested: quote.requested,
            rate: plan.tds_percentage,
            ceiling: plan.tds_ceiling,
            ceiling_period: plan.tds_ceiling_period,
            tds: quote.tds,
            ceiling_met: quote.tds < share,
            instalments: quote.parts.len(),
            emi: quote.emi,
            net: quote.net,
        })
    }

    /// The reasons in order.
    pub fn sentences(&self) -> Vec<String> {
        let Self { plan_version, rate, instalments, .. } = self;
        let (requested, ceiling, tds) = (self.requested.indian(), self.ceiling.indian(), self.tds.indian());
        let (emi, net) = (self.emi.indian(), self.net.indian());
        let mut told = vec![match (self.ceiling_met, self.ceiling_period) {
            (false, _) => {
                format!("Plan version {plan_version} takes {rate} % of {requested} as tax: {tds}.")
            }
            (true, CeilingPeriod::Payout) => {
                format!(
                    "Plan version {plan_version} takes {rate} % as tax, at most {ceiling} of a payout: {tds}."
                )
            }
            (true, CeilingPeriod::FinancialYear) => format!(
                "Plan version {plan_version} takes {rate} % as tax, at most {ceiling} in a financial year, of which this \
                 payout bears what was left: {tds}."
            ),
        }];
        match instalments {
            0 => {}
            1 => told.push(format!("{emi} pays an instalment.")),
            _ => told.push(format!("{emi} pays {instalments} instalments.")),
        }
        told.push(format!("{net} goes to the bank."));
        told
    }
}

/// A day as people write it: `12 January 2027`.
fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
