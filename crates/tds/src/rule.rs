//! How much tax is taken off a payout.

use core::{fmt, str::FromStr};

use money::{MoneyError, Paise, Rate, Rounding};

/// What the ceiling on the tax is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CeilingPeriod {
    /// Each payout by itself.
    Payout,
    /// All payouts of one member whose request falls in one financial year.
    FinancialYear,
}

/// A text that is neither `payout` nor `financial_year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not `payout` or `financial_year`")]
pub struct ParseCeilingPeriodError;

/// A tax rule: so many percent of a payout, up to a ceiling on the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rule {
    /// The percentage of the payout.
    pub rate: Rate,
    /// The most tax, in paise; below 0.00 it counts as 0.00.
    pub ceiling: Paise,
    /// What the ceiling is counted over.
    pub period: CeilingPeriod,
}

impl Rule {
    /// The tax on a payout of `amount`: the rate, rounded half away from zero to the paisa, and at most what the
    /// ceiling leaves; never below 0.00.
    ///
    /// `posted_this_year` is the member's tax posted in the financial year of the request, net of what was returned
    /// in it; a ceiling for each payout ignores it. Returned tax makes room again: a net below 0.00 (tax of the year
    /// before, returned in this one) adds to the ceiling.
    ///
    /// ```
    /// # use money::{MoneyError, Paise, Rate};
    /// # use tds::{CeilingPeriod, Rule};
    /// let ceiling = Paise::rupees(10_000);
    /// let each = Rule { rate: Rate::whole(5), ceiling, period: CeilingPeriod::Payout };
    /// assert_eq!(each.tax(Paise::new(3_333), Paise::ZERO)?, Paise::new(167)); // ₹33.33: ₹1.6665 is ₹1.67
    /// assert_eq!(each.tax(Paise::rupees(2_50_000), Paise::rupees(9_900))?, Paise::rupees(10_000));
    ///
    /// let year = Rule { period: CeilingPeriod::FinancialYear, ..each };
    /// assert_eq!(year.tax(Paise::rupees(2_50_000), Paise::rupees(9_900))?, Paise::rupees(100));
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], only at a rate above 100 %.
    pub fn tax(&self, amount: Paise, posted_this_year: Paise) -> Result<Paise, MoneyError> {
        let share = amount.percent(self.rate, Rounding::HalfAwayFromZero)?;
        let left = match self.period {
            CeilingPeriod::Payout => self.ceiling,
            CeilingPeriod::FinancialYear => {
                Paise::new(self.ceiling.get().saturating_sub(posted_this_year.get()))
            }
        };
        Ok(share.min(left).max(Paise::ZERO))
    }
}

impl CeilingPeriod {
    /// `payout` or `financial_year`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payout => "payout",
            Self::FinancialYear => "financial_year",
        }
    }
}

impl fmt::Display for CeilingPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for CeilingPeriod {
    type Err = ParseCeilingPeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "payout" => Ok(Self::Payout),
            "financial_year" => Ok(Self::FinancialYear),
            _ => Err(ParseCeilingPeriodError),
        }
    }
}
