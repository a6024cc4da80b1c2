//! Plans without interest: a balance in equal instalments.

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rounding};

use crate::{Instalment, due_date::nth_due};

/// The most months that a plan can run.
pub const MAX_MONTHS: u32 = 120;

/// A balance to be paid in monthly instalments: all of the same amount but the last, which is what is left.
///
/// Every plan there is satisfies `amount × count ≥ balance > amount × (count − 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "with_serde::Stored")
)]
pub struct InstalmentPlan {
    amount: Paise,
    count: u32,
    balance: Paise,
    first_due: NaiveDate,
}

/// What the buyer chose, of a plan with or without interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Terms {
    /// So many months; the instalment is the least number of whole rupees that pays the balance in them (without
    /// interest: the balance divided by them, rounded up to the rupee).
    Months(u32),
    /// So much a month, in paise; the count is the least that pays the balance (without interest: the balance divided
    /// by it, rounded up).
    Amount(Paise),
    /// Both, which must fit each other and the balance.
    Both {
        /// How many instalments.
        months: u32,
        /// How much each, in paise.
        amount: Paise,
    },
}

/// Why there can be no such plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no balance above 0.00 to be paid.
    #[error("there is no balance to pay in instalments")]
    NoBalance,
    /// Fewer than 1 or more than [`MAX_MONTHS`] months were asked for.
    #[error("{months} is not from 1 to 120 months")]
    Months {
        /// The months asked for.
        months: u32,
    },
    /// The instalment is not above 0.00.
    #[error("an instalment of {amount} pays nothing")]
    Amount {
        /// The instalment asked for, in paise.
        amount: Paise,
    },
    /// So many instalments of so much pay less than the balance and its interest.
    #[error("{months} instalments of {amount} do not cover the balance")]
    DoesNotCover {
        /// The instalment, in paise.
        amount: Paise,
        /// How many of them: those asked for, or [`MAX_MONTHS`] when only an amount was given.
        months: u32,
    },
    /// One instalment fewer already pays the whole balance.
    #[error("fewer than {months} instalments of {amount} already cover the balance")]
    OneTooMany {
        /// The instalment, in paise.
        amount: Paise,
        /// How many of them were asked for.
        months: u32,
    },
    /// The plan has no such instalment.
    #[error("there is no instalment {number}")]
    NoInstalment {
        /// The instalment's place, as it was asked for.
        number: u32,
    },
    /// The last due date lies beyond the calendar.
    #[error("the last instalment would be due beyond the calendar")]
    DueDate,
    /// An amount doesn't fit 64 bits of paise.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What of `total_paid` has gone to instalments: a payment fills the booking amount first.
///
/// ```
/// # use money::Paise;
/// let paid = emi::towards_instalments(Paise::rupees(9_000), Paise::rupees(500));
/// assert_eq!(paid, Paise::rupees(8_500));
/// assert_eq!(emi::towards_instalments(Paise::rupees(300), Paise::rupees(500)), Paise::ZERO);
/// ```
pub fn towards_instalments(total_paid: Paise, booking_amount: Paise) -> Paise {
    Paise::new(total_paid.get().saturating_sub(booking_amount.get())).max(Paise::ZERO)
}

impl InstalmentPlan {
    /// A plan over `balance` on `terms`, the first instalment due on the Indian day `first_due`.
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use emi::{InstalmentPlan, Terms};
    /// # use money::Paise;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let first_due: NaiveDate = "2026-12-05".parse()?;
    /// let plan = InstalmentPlan::try_new(Paise::rupees(99_500), Terms::Months(12), first_due)?;
    /// assert_eq!(plan.amount(), Paise::rupees(8_292)); // 8,291.67 rounded up to the rupee
    /// assert_eq!(plan.last_amount(), Paise::rupees(8_288));
    ///
    /// let plan = InstalmentPlan::try_new(Paise::rupees(99_500), Terms::Amount(Paise::rupees(10_000)), first_due)?;
    /// assert_eq!((plan.count(), plan.last_amount()), (10, Paise::rupees(9_500)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PlanError`], naming what does not fit.
    pub fn try_new(balance: Paise, terms: Terms, first_due: NaiveDate) -> Result<Self, PlanError> {
        if !balance.is_positive() {
            return Err(PlanError::NoBalance);
        }
        let (amount, count) = match terms {
            Terms::Months(months) => {
                check_months(months)?;
                (balance.checked_div(i64::from(months), Rounding::Up)?.round_to_rupee(Rounding::Up)?, months)
            }
            Terms::Amount(amount) => {
                check_amount(amount)?;
                let too_small = PlanError::DoesNotCover { amount, months: MAX_MONTHS };
                (amount, count_of(balance, amount).filter(|count| *count <= MAX_MONTHS).ok_or(too_small)?)
            }
            Terms::Both { months, amount } => (amount, months),
        };
        Self::restore(balance, amount, count, first_due)
    }

    /// A plan that was made earlier and kept as its four values, checked like a new one.
    ///
    /// # Errors
    /// [`PlanError`], naming what does not fit.
    pub fn restore(
        balance: Paise,
        amount: Paise,
        count: u32,
        first_due: NaiveDate,
    ) -> Result<Self, PlanError> {
        if !balance.is_positive() {
            return Err(PlanError::NoBalance);
        }
        check_months(count)?;
        check_amount(amount)?;
        // an i64 times 120 never saturates an i128
        let covered = |instalments: u32| i128::from(amount.get()).saturating_mul(i128::from(instalments));
        if covered(count) < i128::from(balance.get()) {
            return Err(PlanError::DoesNotCover { amount, months: count });
        }
        if covered(count.saturating_sub(1)) >= i128::from(balance.get()) {
            return Err(PlanError::OneTooMany { amount, months: count });
        }
        nth_due(first_due, count.saturating_sub(1)).ok_or(PlanError::DueDate)?;
        Ok(Self { amount, count, balance, first_due })
    }

    /// What each instalment but the last asks for, in paise.
    pub const fn amount(&self) -> Paise {
        self.amount
    }

    /// How many instalments there are.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// What all instalments sum to, in paise.
    pub const fn balance(&self) -> Paise {
        self.balance
    }

    /// The Indian day on which the first instalment is due.
    pub const fn first_due(&self) -> NaiveDate {
        self.first_due
    }

    /// What the last instalment asks for, in paise: what the others leave.
    pub fn last_amount(&self) -> Paise {
        Paise::new(self.balance.get().saturating_sub(self.before(self.count)))
    }

    /// The Indian day on which the last instalment is due.
    pub fn last_due(&self) -> NaiveDate {
        self.due_date(self.count)
    }

    /// What is still to be paid once `paid` has gone to the instalments: without interest, it closes the plan on any
    /// day.
    pub fn remaining(&self, paid: Paise) -> Paise {
        Paise::new(self.balance.get().saturating_sub(paid.max(Paise::ZERO).get())).max(Paise::ZERO)
    }

    /// How many instalments are wholly paid once `paid` has gone to them.
    pub fn paid_count(&self, paid: Paise) -> u32 {
        if paid >= self.balance {
            return self.count;
        }
        let whole = paid.max(Paise::ZERO).get().checked_div(self.amount.get()).unwrap_or_default();
        u32::try_from(whole).unwrap_or(self.count)
    }

    /// All instalments in order, once `paid_towards_instalments` has filled them, oldest first.
    pub fn schedule(
        &self,
        paid_towards_instalments: Paise,
    ) -> impl DoubleEndedIterator<Item = Instalment> + Clone + use<> {
        self.instalments(1, paid_towards_instalments)
    }

    /// The instalments that are not wholly paid, in order; of a part-paid one, `remaining()` is what counts.
    pub fn unpaid(&self, paid: Paise) -> impl DoubleEndedIterator<Item = Instalment> + Clone + use<> {
        self.instalments(self.paid_count(paid).saturating_add(1), paid)
    }

    fn instalments(
        &self,
        first: u32,
        paid: Paise,
    ) -> impl DoubleEndedIterator<Item = Instalment> + Clone + use<> {
        let plan = *self;
        (first..=plan.count).map(move |number| plan.instalment(number, paid))
    }

    /// Instalment `number` (from 1 to the count) once `paid` has gone to all.
    fn instalment(&self, number: u32, paid: Paise) -> Instalment {
        let before = self.before(number);
        let left = self.balance.get().saturating_sub(before);
        let amount = self.amount.min(Paise::new(left));
        Instalment {
            number,
            due_date: self.due_date(number),
            amount,
            interest: Paise::ZERO,
            balance: Paise::new(left.saturating_sub(amount.get())),
            paid: Paise::ZERO,
        }
        .filled(paid, Paise::new(before))
    }

    /// What the instalments before `number` ask for together, in paise; below the balance, so it never saturates.
    fn before(&self, number: u32) -> i64 {
        self.amount.get().saturating_mul(i64::from(number.saturating_sub(1)))
    }

    /// The last due date was checked to exist, so every earlier one does.
    fn due_date(&self, number: u32) -> NaiveDate {
        nth_due(self.first_due, number.saturating_sub(1)).unwrap_or(NaiveDate::MAX)
    }
}

pub(crate) const fn check_months(months: u32) -> Result<(), PlanError> {
    match months {
        1..=MAX_MONTHS => Ok(()),
        _ => Err(PlanError::Months { months }),
    }
}

pub(crate) const fn check_amount(amount: Paise) -> Result<(), PlanError> {
    if amount.is_positive() { Ok(()) } else { Err(PlanError::Amount { amount }) }
}

/// `balance / amount` rounded up; `None` beyond 32 bits.
fn count_of(balance: Paise, amount: Paise) -> Option<u32> {
    let whole = balance.get().checked_div(amount.get())?;
    let rest = balance.get().checked_rem(amount.get())?;
    u32::try_from(whole).ok()?.checked_add(u32::from(rest > 0))
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{InstalmentPlan, NaiveDate, Paise, PlanError};

    /// A plan as read, before it is checked.
    #[derive(serde::Deserialize)]
    pub(super) struct Stored {
        amount: Paise,
        count: u32,
        balance: Paise,
        first_due: NaiveDate,
    }

    impl TryFrom<Stored> for InstalmentPlan {
        type Error = PlanError;

        fn try_from(stored: Stored) -> Result<Self, PlanError> {
            Self::restore(stored.balance, stored.amount, stored.count, stored.first_due)
        }
    }
}
