//! One member's credits of a financial year, and the tax that a statute asks for on each.

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rate, Rounding};

use crate::{FinancialYear, Statute};

/// Income that is credited to a member, or paid if that comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Credit {
    /// The Indian day of it.
    pub date: NaiveDate,
    /// The income before tax, in paise, above 0.00.
    pub amount: Paise,
}

/// Whether a member has furnished a PAN by the day of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pan {
    /// A PAN is on record.
    Furnished,
    /// None is: the higher rate.
    Missing,
}

/// What of a credit is tax, in paise; `tax + owing = own + earlier +` what was owing before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Deduction {
    /// What is taken off this credit, at most all of it.
    pub tax: Paise,
    /// The tax on this credit; 0.00 while the year is not over the threshold.
    pub own: Paise,
    /// The tax on earlier credits of the year, which were free until this one passed the threshold.
    pub earlier: Paise,
    /// What this credit is too small to bear; it comes off the next one.
    pub owing: Paise,
}

/// Why a credit is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    /// It falls in another financial year.
    #[error("{date} is not a day of {year}")]
    OtherYear {
        /// Its day.
        date: NaiveDate,
        /// The year that is counted.
        year: FinancialYear,
    },
    /// It is not above 0.00.
    #[error("a credit of {amount} is no income")]
    Amount {
        /// Its amount, in paise.
        amount: Paise,
    },
    /// The statute has no terms for its day.
    #[error("no terms are in force on {date}")]
    NoTerms {
        /// Its day.
        date: NaiveDate,
    },
    /// A sum does not fit 64 bits of paise.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// One member's credits of one financial year so far.
///
/// While they sum to no more than the threshold, no tax is due. The credit that passes it bears the tax of the whole year's sum:
/// its own, and that of the credits before it, each at the rate of its own day. Where the credit is too small for that, the
/// rest comes off the next ones; what is still owing when the year ends is the deductor's to settle.
///
/// ```
/// # use money::Paise;
/// # use tds::{Credit, Pan, Statute, YearToDate};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // 5 % until 30 September 2024, 2 % after; nothing up to ₹15,000.00 a year
/// let mut year = YearToDate::new("2024-25".parse()?);
/// let mut taxes = Vec::new();
/// for (date, rupees) in [("2024-06-10", 9_000), ("2024-10-15", 6_000), ("2024-11-20", 500), ("2024-12-24", 4_000)] {
///     let credit = Credit { date: date.parse()?, amount: Paise::rupees(rupees) };
///     let deduction = year.credit(&Statute::commission(), credit, Pan::Furnished)?;
///     taxes.push((deduction.tax.to_string(), deduction.owing.to_string()));
/// }
/// // exactly 15,000.00 is free; 500.00 more make 450.00 + 120.00 + 10.00, of which they bear 500.00
/// let texts: Vec<_> = taxes.iter().map(|(tax, owing)| (tax.as_str(), owing.as_str())).collect();
/// assert_eq!(texts, [("0.00", "0.00"), ("0.00", "0.00"), ("500.00", "80.00"), ("160.00", "0.00")]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "with_serde::Stored"))]
pub struct YearToDate {
    year: FinancialYear,
    credited: Paise,
    owing: Paise,
    /// Credits that bore no tax yet, since the year was not over the threshold.
    free: Vec<Credit>,
}

impl YearToDate {
    /// A year without credits.
    pub const fn new(year: FinancialYear) -> Self {
        Self { year, credited: Paise::ZERO, owing: Paise::ZERO, free: Vec::new() }
    }

    /// The year that is counted.
    pub const fn year(&self) -> FinancialYear {
        self.year
    }

    /// What all credits sum to, in paise.
    pub const fn credited(&self) -> Paise {
        self.credited
    }

    /// Tax that earlier credits were too small to bear, in paise.
    pub const fn owing(&self) -> Paise {
        self.owing
    }

    /// Counts `credit` and says what of it is tax; a refused one leaves the year as it was. Each product is rounded once, half
    /// away from zero, to the paisa.
    ///
    /// # Errors
    /// [`CreditError`].
    pub fn credit(&mut self, statute: &Statute, credit: Credit, pan: Pan) -> Result<Deduction, CreditError> {
        let Credit { date, amount } = credit;
        if !self.year.contains(date) {
            return Err(CreditError::OtherYear { date, year: self.year });
        }
        if !amount.is_positive() {
            return Err(CreditError::Amount { amount });
        }
        let terms = statute.on(date).ok_or(CreditError::NoTerms { date })?;
        let credited = self.credited.checked_add(amount)?;
        if credited <= terms.threshold {
            self.credited = credited;
            self.free.push(credit);
            return Ok(Deduction {
                tax: Paise::ZERO,
                own: Paise::ZERO,
                earlier: Paise::ZERO,
                owing: self.owing,
            });
        }
        let own = tax_on(statute, credit, pan)?;
        let mut earlier = Paise::ZERO;
        for free in &self.free {
            earlier = earlier.checked_add(tax_on(statute, *free, pan)?)?;
        }
        let due = Paise::checked_sum([own, earlier, self.owing])?;
        let tax = due.min(amount);
        let owing = due.checked_sub(tax)?;
        self.free.clear();
        (self.credited, self.owing) = (credited, owing);
        Ok(Deduction { tax, own, earlier, owing })
    }
}

fn tax_on(statute: &Statute, credit: Credit, pan: Pan) -> Result<Paise, CreditError> {
    let Credit { date, amount } = credit;
    let terms = statute.on(date).ok_or(CreditError::NoTerms { date })?;
    let rate: Rate = match pan {
        Pan::Furnished => terms.rate,
        Pan::Missing => terms.rate_without_pan,
    };
    Ok(amount.percent(rate, Rounding::HalfAwayFromZero)?)
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{Credit, FinancialYear, Paise, YearToDate};

    /// A year as read, before it is checked.
    #[derive(serde::Deserialize)]
    pub(super) struct Stored {
        year: FinancialYear,
        credited: Paise,
        owing: Paise,
        free: Vec<Credit>,
    }

    impl TryFrom<Stored> for YearToDate {
        type Error = &'static str;

        fn try_from(stored: Stored) -> Result<Self, Self::Error> {
            let Stored { year, credited, owing, free } = stored;
            let fits = |credit: &Credit| credit.amount.is_positive() && year.contains(credit.date);
            let sum = Paise::checked_sum(free.iter().map(|credit| credit.amount));
            if owing.is_negative()
                || !free.iter().all(fits)
                || sum.is_ok_and(|sum| sum > credited)
                || sum.is_err()
            {
                return Err("the parts of the year to date do not fit each other");
            }
            Ok(Self { year, credited, owing, free })
        }
    }
}
