//! Plans with interest on what is still owed: a reducing balance, a level instalment.

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rate, Rounding};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::{PlanError, due_date::nth_due, plan::check_months};

/// Months in a year, over which an annual rate is spread.
const MONTHS_PER_YEAR: u32 = 12;

/// A loan paid back in level monthly instalments; interest is charged each month on the balance before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ReducingPlan {
    principal: Paise,
    annual_rate: Rate,
    instalment: Paise,
    rows: Vec<Row>,
}

/// One month of a [`ReducingPlan`], in paise; `payment = interest + principal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Row {
    /// Its place in the plan, from 1.
    pub number: u32,
    /// The Indian day on which it is due.
    pub due_date: NaiveDate,
    /// What is to be paid.
    pub payment: Paise,
    /// Of it, a twelfth of the annual rate on the balance before, rounded half away from zero.
    pub interest: Paise,
    /// Of it, what reduces the balance.
    pub principal: Paise,
    /// What is owed after it; 0.00 after the last.
    pub balance: Paise,
}

impl ReducingPlan {
    /// A plan that pays `principal` back over `months` at `annual_rate`, first on the Indian day `first_due`.
    ///
    /// The level instalment is rounded half away from zero to the paisa; the last one closes the balance exactly.
    ///
    /// ```
    /// # use emi::reducing::ReducingPlan;
    /// # use money::{Paise, Rate};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // ₹1,00,000 at 12 % a year over 12 months
    /// let plan = ReducingPlan::try_new(Paise::rupees(100_000), Rate::whole(12), 12, "2026-12-05".parse()?)?;
    /// assert_eq!(plan.instalment().to_string(), "8884.88");
    /// let first = &plan.rows()[0];
    /// assert_eq!((first.interest, first.principal), (Paise::rupees(1_000), "7884.88".parse()?));
    /// assert_eq!(plan.rows().last().map(|row| row.balance), Some(Paise::ZERO));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`PlanError`]; [`PlanError::DoesNotCover`] when an instalment would not exceed its interest,
    /// [`PlanError::OneTooMany`] when rounding pays a tiny principal back before the last month.
    pub fn try_new(
        principal: Paise,
        annual_rate: Rate,
        months: u32,
        first_due: NaiveDate,
    ) -> Result<Self, PlanError> {
        if !principal.is_positive() {
            return Err(PlanError::NoBalance);
        }
        check_months(months)?;
        let level = level_instalment(principal, annual_rate, months).ok_or(MoneyError::Overflow)?;
        let mut balance = principal;
        let mut rows = Vec::new();
        for number in 1..=months {
            let due_date = nth_due(first_due, number.saturating_sub(1)).ok_or(PlanError::DueDate)?;
            let interest = balance.percent_over(annual_rate, MONTHS_PER_YEAR, Rounding::HalfAwayFromZero)?;
            let part = if number == months { balance } else { level.checked_sub(interest)? };
            if !part.is_positive() {
                return Err(PlanError::DoesNotCover { amount: level, months });
            }
            let payment = interest.checked_add(part)?;
            balance = balance.checked_sub(part)?;
            if number < months && !balance.is_positive() {
                return Err(PlanError::OneTooMany { amount: level, months });
            }
            rows.push(Row { number, due_date, payment, interest, principal: part, balance });
        }
        let instalment = rows.first().map_or(level, |first| first.payment);
        Ok(Self { principal, annual_rate, instalment, rows })
    }

    /// What is lent, in paise.
    pub const fn principal(&self) -> Paise {
        self.principal
    }

    /// The interest of a year.
    pub const fn annual_rate(&self) -> Rate {
        self.annual_rate
    }

    /// What each month but the last asks for, in paise.
    pub const fn instalment(&self) -> Paise {
        self.instalment
    }

    /// All months in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The interest of all months together, in paise.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn total_interest(&self) -> Result<Paise, MoneyError> {
        Paise::checked_sum(self.rows.iter().map(|row| row.interest))
    }
}

/// `principal / Σ v^k` for k = 1 … months, v = 1 / (1 + monthly rate); `None` beyond 64 bits of paise.
///
/// This form of the annuity formula never grows, as (1 + r)^n would; its error is below 10⁻²⁴ of the result.
fn level_instalment(principal: Paise, annual_rate: Rate, months: u32) -> Option<Paise> {
    let year = Decimal::ONE_HUNDRED.checked_mul(Decimal::from(MONTHS_PER_YEAR))?;
    let growth = Decimal::ONE.checked_add(annual_rate.percent().checked_div(year)?)?;
    let discount = Decimal::ONE.checked_div(growth)?;
    let mut factor = Decimal::ONE;
    let mut annuity = Decimal::ZERO;
    for _ in 0..months {
        factor = factor.checked_mul(discount)?;
        annuity = annuity.checked_add(factor)?;
    }
    let exact = Decimal::from(principal.get()).checked_div(annuity)?;
    // an exact half comes out of the division as …4999… or …5000…; twelve digits tell it from its neighbours
    let half_away = RoundingStrategy::MidpointAwayFromZero;
    exact.round_dp_with_strategy(12, half_away).round_dp_with_strategy(0, half_away).to_i64().map(Paise::new)
}
