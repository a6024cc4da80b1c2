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
    /// A member's totals of a quarter are not what the member's rows of it sum to.
    #[error("a member's totals of {quarter} {year} are {totals:?}, the rows sum to {rows:?}")]
    Totals {
        /// The financial year.
        year: FinancialYear,
        /// The quarter.
        quarter: Quarter,
        /// The totals.
        totals: Totals,
        /// What the rows sum to.
        rows: Totals,
    },
    /// The register's whole is not what all rows sum to.
    #[error("the register comes to {whole:?}, the rows to {rows:?}")]
    Whole {
        /// The register's whole.
        whole: Totals,
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

    pub(crate) fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
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
        self.add(&posting)?;
        self.rows.push(posting);
        Ok(())
    }

    /// Adds a row's amounts to the totals, or leaves them as they were.
    fn add(&mut self, row: &Posting<M>) -> Result<(), MoneyError> {
        let (year, quarter) = (row.financial_year(), row.quarter());
        let total = self.totals(&row.member, year, quarter).checked_add(row.amounts())?;
        self.whole = self.whole.checked_add(row.amounts())?;
        self.totals.entry(row.member.clone()).or_default().insert((year, quarter), total);
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

    /// Adds up the rows anew and holds them against each member's totals of each quarter, against the whole, and against
    /// `payable`, the tax in paise that the tax-payable account owes.
    ///
    /// # Errors
    /// [`Unproven`], with both sums of the first difference.
    pub fn prove(&self, payable: Paise) -> Result<(), Unproven> {
        let mut anew = Self::new();
        for row in &self.rows {
            anew.add(row)?;
        }
        for side in [self, &anew] {
            for (member, year, quarter, _) in side.all_totals() {
                let (totals, rows) = (self.totals(member, year, quarter), anew.totals(member, year, quarter));
                if totals != rows {
                    return Err(Unproven::Totals { year, quarter, totals, rows });
                }
            }
        }
        if self.whole != anew.whole {
            return Err(Unproven::Whole { whole: self.whole, rows: anew.whole });
        }
        if anew.whole.tax != payable {
            return Err(Unproven::Payable { register: anew.whole.tax, payable });
        }
        Ok(())
    }
}

impl<M: Ord + Clone> Default for Register<M> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register<u8> {
        let mut register = Register::new();
        for (member, date) in [(1, "2026-04-01"), (1, "2027-03-31"), (2, "2026-04-01")] {
            let (payout_total, tax) = (Paise::rupees(100), Paise::rupees(5));
            register.post(Posting { member, date: date.parse().unwrap(), payout_total, tax }).unwrap();
        }
        register
    }

    #[test]
    fn a_total_that_moved_between_members_or_quarters_is_found() {
        let (year, quarter) = ("2026-27".parse().unwrap(), Quarter::Q1);
        let payable = Paise::rupees(15);
        assert_eq!(register().prove(payable), Ok(()));
        let five = Totals { payout_total: Paise::rupees(100), tax: Paise::rupees(5) };
        let ten = Totals { payout_total: Paise::rupees(200), tax: Paise::rupees(10) };

        // the sums of all are right in each of these
        let mut other_member = register();
        other_member.totals.get_mut(&1).unwrap().insert((year, quarter), ten);
        other_member.totals.remove(&2);
        let found = Err(Unproven::Totals { year, quarter, totals: ten, rows: five });
        assert_eq!(other_member.prove(payable), found);

        let mut missing = register();
        missing.totals.remove(&2);
        let found = Err(Unproven::Totals { year, quarter, totals: Totals::ZERO, rows: five });
        assert_eq!(missing.prove(payable), found);

        let mut whole = register();
        whole.whole = ten;
        let rows = Totals { payout_total: Paise::rupees(300), tax: payable };
        assert_eq!(whole.prove(payable), Err(Unproven::Whole { whole: ten, rows }));

        let mut lost_row = register();
        lost_row.rows.pop();
        let found = Err(Unproven::Totals { year, quarter, totals: five, rows: Totals::ZERO });
        assert_eq!(lost_row.prove(payable), found);
    }
}
