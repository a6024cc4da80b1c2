//! Payouts: what a request comes to, and where it stands.

use chrono::NaiveDate;
use money::{MoneyError, Paise};

use crate::{
    plan::{CeilingPeriod, Plan},
    text_enum::text_enum,
};

text_enum! {
    /// Where a payout stands.
    PayoutStatus, "payout status" {
        /// Asked for; the whole amount is on hold.
        Pending = "pending",
        /// Tax and EMI are posted; the bank is to pay the net.
        Processing = "processing",
        /// The bank has paid.
        Completed = "completed",
        /// Turned down by an admin; the hold is back in the wallet.
        Rejected = "rejected",
        /// Taken back by the member; the hold is back in the wallet.
        Cancelled = "cancelled",
        /// The bank could not pay; net and tax are back in the wallet.
        Failed = "failed",
    }
}

/// What moves a payout on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayoutEvent {
    /// An admin processes it.
    Process,
    /// The bank has paid.
    Complete,
    /// An admin turns it down.
    Reject,
    /// The member takes it back.
    Cancel,
    /// The bank could not pay.
    Fail,
}

impl PayoutStatus {
    /// The status after `event` of a payout that pays out `net`, or `None` where there is no such arrow; one
    /// with nothing for the bank to pay completes by being processed (rule 20).
    pub const fn next(self, event: PayoutEvent, net: Paise) -> Option<Self> {
        use PayoutEvent as E;
        match (self, event) {
            (Self::Pending, E::Process) if net.is_zero() => Some(Self::Completed),
            (Self::Pending, E::Process) => Some(Self::Processing),
            (Self::Pending, E::Reject) => Some(Self::Rejected),
            (Self::Pending, E::Cancel) => Some(Self::Cancelled),
            (Self::Processing, E::Complete) => Some(Self::Completed),
            (Self::Processing, E::Fail) => Some(Self::Failed),
            (Self::Pending, E::Complete | E::Fail)
            | (Self::Processing, E::Process | E::Reject | E::Cancel)
            | (
                Self::Completed | Self::Rejected | Self::Cancelled | Self::Failed,
                E::Process | E::Complete | E::Reject | E::Cancel | E::Fail,
            ) => None,
        }
    }

    /// True while it is pending or processing.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Processing => true,
            Self::Completed | Self::Rejected | Self::Cancelled | Self::Failed => false,
        }
    }
}

/// Why a payout can't be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayoutRefusal {
    /// No KYC of the member is approved.
    #[error("a payout needs an approved KYC")]
    KycRequired,
    /// Below the plan's least payout.
    #[error("the least payout is {}", .least.indian())]
    BelowMinimum {
        /// The plan's least payout.
        least: Paise,
    },
    /// Another payout of the member is pending or processing.
    #[error("another payout is still open")]
    PayoutOpen,
    /// The wallet holds less.
    #[error("the wallet holds only {}", .balance.indian())]
    InsufficientBalance {
        /// What the wallet holds.
        balance: Paise,
    },
}

impl PayoutRefusal {
    /// The refusal's code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KycRequired => "kyc_required",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::PayoutOpen => "payout_open",
            Self::InsufficientBalance { .. } => "insufficient_balance",
        }
    }
}

/// Checks a request against the member's wallet, KYC and other payouts (rules 16 and 17).
///
/// # Errors
/// [`PayoutRefusal`] says why not.
pub fn check_request(
    plan: &Plan,
    requested: Paise,
    balance: Paise,
    kyc_approved: bool,
    other_open: bool,
) -> Result<(), PayoutRefusal> {
    if plan.payout_requires_kyc && !kyc_approved {
        return Err(PayoutRefusal::KycRequired);
    }
    if requested < plan.payout_min_amount {
        return Err(PayoutRefusal::BelowMinimum { least: plan.payout_min_amount });
    }
    // only a ceiling that is counted over several payouts needs them one after the other
    if other_open && plan.tds_ceiling_period == CeilingPeriod::FinancialYear {
        return Err(PayoutRefusal::PayoutOpen);
    }
    if requested > balance {
        return Err(PayoutRefusal::InsufficientBalance { balance });
    }
    Ok(())
}

/// One instalment, or what remains of it, that a payout pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmiPart<Id> {
    /// The booking it belongs to.
    pub booking: Id,
    /// Its number in the booking's plan, from 1.
    pub number: u32,
    /// What remains to be paid of it, in paise.
    pub amount: Paise,
}

/// Puts unpaid instalments in the order in which a payout pays them: by due date, then booking, then number.
pub fn sort_unpaid<Id: Ord + Copy>(mut unpaid: Vec<(NaiveDate, EmiPart<Id>)>) -> Vec<EmiPart<Id>> {
    unpaid.sort_by_key(|(due, part)| (*due, part.booking, part.number));
    unpaid.into_iter().map(|(_, part)| part).collect()
}

/// Why a payout's parts can't be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// The amount asked for is not above 0.00.
    #[error("a payout is above 0.00")]
    NotPositive,
    /// The tax is below 0.00 or above the amount.
    #[error("the tax is not within the amount")]
    TaxOutOfRange,
    /// An unpaid instalment is below 0.00.
    #[error("an unpaid instalment is below 0.00")]
    NegativeInstalment,
    /// The amounts don't fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What a payout comes to, frozen at the request: `requested = tds + emi + net`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote<Id> {
    /// What leaves the wallet, in paise.
    pub requested: Paise,
    /// The tax.
    pub tds: Paise,
    /// What pays instalments: the sum of `parts`.
    pub emi: Paise,
    /// What the bank pays.
    pub net: Paise,
    /// The instalments it pays, in order; each above 0.00.
    pub parts: Vec<EmiPart<Id>>,
}

impl<Id> Quote<Id> {
    /// Works out a payout of `requested` with its tax (rules 17 to 19). `unpaid` are the instalments to pay, in
    /// order, none without EMI auto-fill; whole ones only, up to the first that does not fit.
    ///
    /// # Errors
    /// [`QuoteError`] where the amounts make no sense.
    pub fn work_out(
        requested: Paise,
        tds: Paise,
        unpaid: impl IntoIterator<Item = EmiPart<Id>>,
    ) -> Result<Self, QuoteError> {
        if !requested.is_positive() {
            return Err(QuoteError::NotPositive);
        }
        if tds.is_negative() || tds > requested {
            return Err(QuoteError::TaxOutOfRange);
        }
        let mut net = requested.checked_sub(tds)?;
        let mut emi = Paise::ZERO;
        let mut parts = Vec::new();
        for part in unpaid {
            if part.amount.is_negative() {
                return Err(QuoteError::NegativeInstalment);
            }
            if part.amount.is_zero() {
                continue;
            }
            if part.amount > net {
                break;
            }
            net = net.checked_sub(part.amount)?;
            emi = emi.checked_add(part.amount)?;
            parts.push(part);
        }
        Ok(Self { requested, tds, emi, net, parts })
    }
}
