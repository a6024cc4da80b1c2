//! Plans with interest on what is still owed: a reducing balance, a level instalment.

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rate, Rounding};

use crate::{
    Instalment, MAX_MONTHS, PlanError, Terms,
    due_date::{month_before, nth_due},
    instalment::days_between,
    plan::{check_amount, check_months},
};

/// Months in a year, over which an annual rate is spread.
const MONTHS_PER_YEAR: u32 = 12;
/// Days in a year by the count actual/365, on which Indian lenders contract: leap years too.
const DAYS_PER_YEAR: u32 = 365;

/// A loan paid back in level monthly instalments; each month is charged a twelfth of the annual rate on the balance
/// before it, rounded half away from zero to the paisa. The last instalment is what is left and closes at 0.00.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "with_serde::Stored", try_from = "with_serde::Stored")
)]
pub struct ReducingPlan {
    principal: Paise,
    annual_rate: Rate,
    amount: Paise,
    first_due: NaiveDate,
    /// Instalments of the loan before this plan began, by which numbers and due dates go on.
    passed: u32,
    rows: Vec<Instalment>,
}

/// What it takes to close a loan on some day, in paise: `total = instalments + principal + interest − advance`.
///
/// A charge for closing early is not part of it; the contract names it, and the caller adds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Foreclosure {
    /// What is unpaid of the instalments that have fallen due up to the day.
    pub instalments: Paise,
    /// The balance that no instalment has asked for yet.
    pub principal: Paise,
    /// Its interest for the days since the last due date, by the count actual/365.
    pub interest: Paise,
    /// What was paid beyond the instalments that have fallen due.
    pub advance: Paise,
    /// What is to be paid; below 0.00 it is what goes back.
    pub total: Paise,
}

/// What stays as it was when a part of the principal is paid ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// The instalment: there are fewer months.
    Amount,
    /// The months: the instalment is the least number of whole rupees that pays the rest in them.
    Months,
}

impl ReducingPlan {
    /// A plan that pays `principal` back on `terms` at `annual_rate`, first on the Indian day `first_due`; its first
    /// month begins a calendar month before.
    ///
    /// ```
    /// # use emi::{Terms, reducing::ReducingPlan};
    /// # use money::{Paise, Rate};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // ₹1,00,000.00 at 12 % a year over 12 months: ₹8,884.88 by the formula, so ₹8,885.00
    /// let lent = Paise::rupees(100_000);
    /// let plan = ReducingPlan::try_new(lent, Rate::whole(12), Terms::Months(12), "2026-12-05".parse()?)?;
    /// assert_eq!(plan.amount(), Paise::rupees(8_885));
    ///
    /// let first = plan.rows()[0];
    /// assert_eq!((first.interest, first.principal()), (Paise::rupees(1_000), Paise::rupees(7_885)));
    /// let last = plan.rows()[11];
    /// assert_eq!((last.amount.to_string().as_str(), last.balance), ("8883.46", Paise::ZERO));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PlanError`], naming what does not fit.
    pub fn try_new(
        principal: Paise,
        annual_rate: Rate,
        terms: Terms,
        first_due: NaiveDate,
    ) -> Result<Self, PlanError> {
        Self::beginning_after(0, principal, annual_rate, terms, first_due)
    }

    /// A plan that was made earlier and kept as its six values, checked like a new one; `first_due` is that of the loan's
    /// instalment 1, and `passed` how many came before this plan.
    ///
    /// # Errors
    /// [`PlanError`], naming what does not fit.
    pub fn restore(
        principal: Paise,
        annual_rate: Rate,
        amount: Paise,
        count: u32,
        first_due: NaiveDate,
        passed: u32,
    ) -> Result<Self, PlanError> {
        Self::beginning_after(
            passed,
            principal,
            annual_rate,
            Terms::Both { months: count, amount },
            first_due,
        )
    }

    fn beginning_after(
        passed: u32,
        principal: Paise,
        annual_rate: Rate,
        terms: Terms,
        first_due: NaiveDate,
    ) -> Result<Self, PlanError> {
        if !principal.is_positive() {
            return Err(PlanError::NoBalance);
        }
        let debt = Debt { principal, annual_rate };
        let (amount, months) = match terms {
            Terms::Months(months) => {
                check_months(months)?;
                (debt.least_rupees(months)?, Some(months))
            }
            Terms::Amount(amount) => (amount, None),
            Terms::Both { months, amount } => {
                check_months(months)?;
                (amount, Some(months))
            }
        };
        check_amount(amount)?;
        let limit = months.unwrap_or(MAX_MONTHS);
        let mut rows = Vec::new();
        let mut total = Paise::ZERO;
        for (number, month) in (passed.saturating_add(1)..).zip(debt.months(amount)?).take(length(limit)) {
            let due_date = nth_due(first_due, number.saturating_sub(1)).ok_or(PlanError::DueDate)?;
            total = total.checked_add(month.payment)?;
            let Month { payment, interest, balance } = month;
            rows.push(Instalment { number, due_date, amount: payment, interest, balance, paid: Paise::ZERO });
        }
        if rows.last().is_none_or(|row| !row.balance.is_zero()) {
            return Err(PlanError::DoesNotCover { amount, months: limit });
        }
        if let Some(months) = months.filter(|months| rows.len() < length(*months)) {
            return Err(PlanError::OneTooMany { amount, months });
        }
        Ok(Self { principal, annual_rate, amount, first_due, passed, rows })
    }

    /// What is lent, or what was owed when a part payment began this plan, in paise.
    pub const fn principal(&self) -> Paise {
        self.principal
    }

    /// The interest of a year.
    pub const fn annual_rate(&self) -> Rate {
        self.annual_rate
    }

    /// What each instalment but the last asks for, in paise.
    pub const fn amount(&self) -> Paise {
        self.amount
    }

    /// The Indian day on which the loan's instalment 1 is due.
    pub const fn first_due(&self) -> NaiveDate {
        self.first_due
    }

    /// How many instalments the plan has.
    pub fn count(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(MAX_MONTHS)
    }

    /// How many instalments of the loan came before this plan; 0 without a part payment.
    pub const fn passed(&self) -> u32 {
        self.passed
    }

    /// All instalments in order, nothing paid.
    pub fn rows(&self) -> &[Instalment] {
        &self.rows
    }

    /// All instalments in order, once `paid` has filled them, oldest first.
    pub fn schedule(&self, paid: Paise) -> impl Iterator<Item = Instalment> + Clone {
        self.rows.iter().scan(Paise::ZERO, move |before, row| {
            let filled = row.filled(paid, *before);
            // the sum of all was checked to fit
            *before = Paise::new(before.get().saturating_add(row.amount.get()));
            Some(filled)
        })
    }

    /// The instalments that are not wholly paid, in order; of a part-paid one, `remaining()` is what counts.
    pub fn unpaid(&self, paid: Paise) -> impl Iterator<Item = Instalment> + Clone {
        self.schedule(paid).filter(|row| row.remaining().is_positive())
    }

    /// The interest of all months together, in paise.
    pub fn total_interest(&self) -> Paise {
        // the sum of all instalments was checked to fit, and interest is a part of each
        Paise::new(self.rows.iter().fold(0, |sum, row| row.interest.get().saturating_add(sum)))
    }

    /// What closes the loan on the Indian day `today`, once `paid` has gone to instalments.
    ///
    /// Whatever has fallen due by then is owed whole; what has not is owed without the interest of months that have not
    /// begun.
    ///
    /// ```
    /// # use emi::{Terms, reducing::ReducingPlan};
    /// # use money::{Paise, Rate};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let lent = Paise::rupees(100_000);
    /// let plan = ReducingPlan::try_new(lent, Rate::whole(12), Terms::Months(12), "2026-12-05".parse()?)?;
    /// // two instalments of ₹8,885.00 have fallen due, ₹10,000.00 are paid, and 15 days have passed since the second
    /// let close = plan.foreclosure(Paise::rupees(10_000), "2027-01-20".parse()?)?;
    /// assert_eq!(close.instalments, Paise::rupees(7_770));
    /// assert_eq!(close.principal.to_string(), "84151.15");
    /// assert_eq!(close.interest.to_string(), "414.99"); // 84,151.15 × 12 % × 15 / 365
    /// assert_eq!(close.total.to_string(), "92336.14");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn foreclosure(&self, paid: Paise, today: NaiveDate) -> Result<Foreclosure, MoneyError> {
        let fallen = self.rows.iter().take_while(|row| row.due_date <= today);
        let mut asked = Paise::ZERO;
        let (mut since, mut principal) = (self.beginning(), self.principal);
        for row in fallen {
            asked = asked.checked_add(row.amount)?;
            (since, principal) = (row.due_date, row.balance);
        }
        let days = i64::from(days_between(since, today));
        let interest = principal.checked_mul(days)?.percent_over(
            self.annual_rate,
            DAYS_PER_YEAR,
            Rounding::HalfAwayFromZero,
        )?;
        let instalments = asked.checked_sub(paid.min(asked))?;
        let advance = paid.checked_sub(paid.min(asked))?;
        let total = Paise::checked_sum([instalments, principal, interest])?.checked_sub(advance)?;
        Ok(Foreclosure { instalments, principal, interest, advance, total })
    }

    /// The plan that goes on when `extra` of the principal is paid on the due date of instalment `number`, on top of it
    /// (0: on the day on which the first month begins); its numbers and due dates are those of the loan. What is unpaid of
    /// the instalments up to then stays owed beside it.
    ///
    /// ```
    /// # use emi::{Terms, reducing::{Keep, ReducingPlan}};
    /// # use money::{Paise, Rate};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let lent = Paise::rupees(100_000);
    /// let plan = ReducingPlan::try_new(lent, Rate::whole(12), Terms::Months(12), "2026-12-31".parse()?)?;
    /// // ₹30,000.00 more with the second instalment: three months fewer, or ₹3,167.00 less a month
    /// let shorter = plan.after_part_payment(2, Paise::rupees(30_000), Keep::Amount)?;
    /// assert_eq!((shorter.rows().len(), shorter.amount()), (7, Paise::rupees(8_885)));
    /// let lighter = plan.after_part_payment(2, Paise::rupees(30_000), Keep::Months)?;
    /// assert_eq!((lighter.rows().len(), lighter.amount()), (10, Paise::rupees(5_718)));
    /// let next = lighter.rows()[0];
    /// assert_eq!((next.number, next.due_date.to_string().as_str()), (3, "2027-02-28"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PlanError`]: [`PlanError::NoInstalment`] when it is not one of this plan, [`PlanError::NoBalance`] when nothing is
    /// left to pay in instalments.
    pub fn after_part_payment(&self, number: u32, extra: Paise, keep: Keep) -> Result<Self, PlanError> {
        check_amount(extra)?;
        let done = number.checked_sub(self.passed).filter(|done| *done <= self.count());
        let done = done.ok_or(PlanError::NoInstalment { number })?;
        let last = self.rows.iter().take(length(done)).next_back();
        let owed = last.map_or(self.principal, |row| row.balance);
        let terms = match keep {
            Keep::Amount => Terms::Amount(self.amount),
            Keep::Months => Terms::Months(self.count().saturating_sub(done)),
        };
        Self::beginning_after(number, owed.checked_sub(extra)?, self.annual_rate, terms, self.first_due)
    }

    /// The Indian day on which the plan's first month begins.
    fn beginning(&self) -> NaiveDate {
        match self.passed.checked_sub(1) {
            None => month_before(self.first_due),
            Some(months) => nth_due(self.first_due, months).unwrap_or(NaiveDate::MAX),
        }
    }
}

fn length(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What is owed and what it costs.
#[derive(Clone, Copy)]
struct Debt {
    principal: Paise,
    annual_rate: Rate,
}

/// One month of paying it back.
struct Month {
    payment: Paise,
    interest: Paise,
    balance: Paise,
}

impl Debt {
    /// The months of paying `amount` each, up to the one that closes at 0.00; they end early where an instalment would not
    /// exceed its interest.
    fn months(self, amount: Paise) -> Result<impl Iterator<Item = Month>, MoneyError> {
        // what is owed never rises, so what fits once fits always
        self.principal.checked_add(self.interest(self.principal)?)?;
        let mut owed = self.principal;
        Ok(core::iter::from_fn(move || {
            let interest = self.interest(owed).ok()?;
            let payment = amount.min(owed.checked_add(interest).ok()?);
            let part = payment.checked_sub(interest).ok()?;
            owed = owed.checked_sub(part).ok().filter(|_| part.is_positive())?;
            Some(Month { payment, interest, balance: owed })
        }))
    }

    fn interest(self, owed: Paise) -> Result<Paise, MoneyError> {
        owed.percent_over(self.annual_rate, MONTHS_PER_YEAR, Rounding::HalfAwayFromZero)
    }

    /// The least number of whole rupees that pays the debt back in at most `months`.
    fn least_rupees(self, months: u32) -> Result<Paise, MoneyError> {
        let even = self.principal.checked_div(i64::from(months), Rounding::Up)?;
        // no month is charged more than the first, so an even part and its interest are enough
        let enough = even.checked_add(self.interest(self.principal)?)?.round_to_rupee(Rounding::Up)?;
        let mut least = even.round_to_rupee(Rounding::Up)?;
        let mut most = enough;
        while least < most {
            let middle = Paise::new(least.get().midpoint(most.get())).round_to_rupee(Rounding::Down)?;
            let pays = self.months(middle)?.take(length(months)).any(|month| month.balance.is_zero());
            if pays {
                most = middle;
            } else {
                least = middle.checked_add(Paise::rupees(1))?;
            }
        }
        Ok(most)
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{NaiveDate, Paise, PlanError, Rate, ReducingPlan};

    /// A plan as written, from which its instalments follow.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub(super) struct Stored {
        principal: Paise,
        annual_rate: Rate,
        amount: Paise,
        count: u32,
        first_due: NaiveDate,
        passed: u32,
    }

    impl From<ReducingPlan> for Stored {
        fn from(plan: ReducingPlan) -> Self {
            let count = plan.count();
            let ReducingPlan { principal, annual_rate, amount, first_due, passed, .. } = plan;
            Self { principal, annual_rate, amount, count, first_due, passed }
        }
    }

    impl TryFrom<Stored> for ReducingPlan {
        type Error = PlanError;

        fn try_from(stored: Stored) -> Result<Self, PlanError> {
            let Stored { principal, annual_rate, amount, count, first_due, passed } = stored;
            Self::restore(principal, annual_rate, amount, count, first_due, passed)
        }
    }
}
