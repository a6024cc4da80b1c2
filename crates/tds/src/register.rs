//! The register of tax taken and returned.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use money::{MoneyError, Paise};

use crate::{FinancialYear, Quarter};

/// One row of the register: tax taken off a payout, or given back with both amounts below 0.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Posting<M> {
    /// Whose tax it is: the key that the caller knows members by, such as their PAN.
    pub member: M,
    /// The Indian day on which the tax was posted or returned.
    pub date: NaiveDate,
    /// The payout before tax, in paise.
    pub payout_total: Paise,
    /// The tax, in paise.
    pub tax: Paise,
}

/// What a set of postings sums to, in paise, net of returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Totals {
    /// Payouts before tax.
    pub payout_total: Paise,
    /// Tax.
    pub tax: Paise,
}

/// Why a posting is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// The tax lies outside the payout: of the other sign, or more than it.
    #[error("tax of {tax} can't be part of a payout of {payout_total}")]
    NotPartOfPayout {
        /// The payout before tax, in paise.
        payout_total: Paise,
        /// The tax, in paise.
        tax: Paise,
    },
    /// A total would not fit 64 bits of paise.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Two sums that should be one and are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The totals by member, year and quarter don't sum to the rows.
    #[error("the totals sum to {totals:?}, the rows to {rows:?}")]
    Totals {
        /// What the totals sum to.
        totals: Totals,
        /// What the rows sum to.
        rows: Totals,
    },
    /// The tax of the register is not what the tax-payable account holds.
    #[error("the register holds {register}, the tax-payable account {payable}")]
    Payable {
        /// Tax in the register, in paise.
        register: Paise,
        /// Tax in the account, in paise.
        payable: Paise,
    },
    /// A sum does not fit 64 bits of paise.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// All postings in the order in which they came, with their totals by member, financial year and quarter.
///
/// ```
/// # use money::Paise;
/// # use tds::{Posting, Quarter, Register};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut register = Register::new();
/// let date = "2026-12-05".parse()?;
/// let taken = Posting { member: "ABCDE1234F", date, payout_total: Paise::rupees(10_000), tax: Paise::rupees(500) };
/// register.post(taken)?;
/// // the bank refuses the payout in January: the tax goes back, in the quarter of that day
/// register.post(taken.returned_on("2027-01-10".parse()?)?)?;
///
/// let year = "2026-27".parse()?;
/// assert_eq!(register.totals(&"ABCDE1234F", year, Quarter::Q3).tax, Paise::rupees(500));
/// assert_eq!(register.totals(&"ABCDE1234F", year, Quarter::Q4).tax, Paise::rupees(-500));
/// assert_eq!(register.posted_in(&"ABCDE1234F", year)?, Paise::ZERO);
/// register.prove(Paise::ZERO)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register<M> {
    rows: Vec<Posting<M>>,
    totals: BTreeMap<M, BTreeMap<(FinancialYear, Quarter), Totals>>,
    whole: Totals,
}

impl<M> Posting<M> {
    /// The financial year of its day.
    pub fn financial_year(&self) -> FinancialYear {
        FinancialYear::of(self.date)
    }

    /// The quarter of its day.
    pub fn quarter(&self) -> Quarter {
        Quarter::of(self.date)
    }

    /// The row that takes this one back on the Indian day `date`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for the most negative amount.
    pub fn returned_on(self, date: NaiveDate) -> Result<Self, MoneyError> {
        Ok(Self {
            date,
            payout_total: self.payout_total.checked_neg()?,
            tax: self.tax.checked_neg()?,
            ..self
        })
    }

    const fn amounts(&self) -> Totals {
        Totals { payout_total: self.payout_total, tax: self.tax }
    }
}

impl Totals {
    const ZERO: Self = Self { payout_total: Paise::ZERO, tax: Paise::ZERO };

    fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            payout_total: self.payout_total.checked_add(other.payout_total)?,
            tax: self.tax.checked_add(other.tax)?,
        })
    }
}

impl<M: Ord + Clone> Register<M> {
    /// A register without rows.
    pub const fn new() -> Self {
        Self { rows: Vec::new(), totals: BTreeMap::new(), whole: Totals::ZERO }
    }

    /// Adds a row; a refused one leaves the register as it was.
    ///
    /// # Errors
    /// [`PostingError`].
    pub fn post(&mut self, posting: Posting<M>) -> Result<(), PostingError> {
        let (payout_total, tax) = (posting.payout_total, posting.tax);
        let part = if payout_total.is_negative() {
            payout_total <= tax && tax <= Paise::ZERO
        } else {
            Paise::ZERO <= tax && tax <= payout_total
        };
        if !part {
            return Err(PostingError::NotPartOfPayout { payout_total, tax });
        }
        let period = (posting.financial_year(), posting.quarter());
        let known = self.totals(&posting.member, period.0, period.1);
        let (total, whole) =
            (known.checked_add(posting.amounts())?, self.whole.checked_add(posting.amounts())?);
        self.totals.entry(posting.member.clone()).or_default().insert(period, total);
        self.whole = whole;
        self.rows.push(posting);
        Ok(())
    }

    /// All rows in the order in which they came.
    pub fn rows(&self) -> &[Posting<M>] {
        &self.rows
    }

    /// What all rows sum to.
    pub const fn whole(&self) -> Totals {
        self.whole
    }

    /// What `member`'s rows of one quarter sum to; zeros without any.
    pub fn totals(&self, member: &M, year: FinancialYear, quarter: Quarter) -> Totals {
        self.totals.get(member).and_then(|periods| periods.get(&(year, quarter))).copied().unwrap_or_default()
    }

    /// What `member`'s rows of one financial year sum to.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn totals_in(&self, member: &M, year: FinancialYear) -> Result<Totals, MoneyError> {
        Quarter::ALL
            .into_iter()
            .try_fold(Totals::ZERO, |sum, quarter| sum.checked_add(self.totals(member, year, quarter)))
    }

    /// `member`'s tax posted in `year`, net of returns, in paise: what [`crate::Rule::tax`] counts against a yearly
    /// ceiling.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn posted_in(&self, member: &M, year: FinancialYear) -> Result<Paise, MoneyError> {
        Ok(self.totals_in(member, year)?.tax)
    }

    /// Every quarter that has rows: by member, then year, then quarter.
    pub fn all_totals(&self) -> impl Iterator<Item = (&M, FinancialYear, Quarter, Totals)> {
        self.totals.iter().flat_map(|(member, periods)| {
            periods.iter().map(move |((year, quarter), totals)| (member, *year, *quarter, *totals))
        })
    }

    /// Adds up the rows and the totals anew and holds them against each other and against `payable`, the tax in
    /// paise that the tax-payable account owes.
    ///
    /// # Errors
    /// [`Unproven`], with both sums.
    pub fn prove(&self, payable: Paise) -> Result<(), Unproven> {
        let rows = self.rows.iter().try_fold(Totals::ZERO, |sum, row| sum.checked_add(row.amounts()))?;
        let totals = self.all_totals().try_fold(Totals::ZERO, |sum, (.., totals)| sum.checked_add(totals))?;
        if totals != rows {
            return Err(Unproven::Totals { totals, rows });
        }
        if rows.tax != payable {
            return Err(Unproven::Payable { register: rows.tax, payable });
        }
        Ok(())
    }
}

impl<M: Ord + Clone> Default for Register<M> {
    fn default() -> Self {
        Self::new()
    }
}
