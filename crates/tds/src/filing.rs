//! What of a register is deposited and returned, and by when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use money::{MoneyError, Paise};

use crate::{FinancialYear, Quarter, Register, Totals, deposit_due};

/// What is deposited for the tax of one calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Deposit {
    /// The month's first day.
    pub month: NaiveDate,
    /// The last day for it, by [`deposit_due`].
    pub due: NaiveDate,
    /// The month's tax net of returns, in paise; below 0.00 more was returned than taken.
    pub tax: Paise,
}

/// What the statement of one quarter sums to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct QuarterlyReturn {
    /// The quarter's financial year.
    pub year: FinancialYear,
    /// The quarter.
    pub quarter: Quarter,
    /// The last day for it, by [`Quarter::return_due`].
    pub due: NaiveDate,
    /// How many members have rows in it.
    pub members: usize,
    /// What its rows sum to.
    pub totals: Totals,
}

impl<M: Ord + Clone> Register<M> {
    /// What is deposited for each calendar month that has rows, in order; they sum to the register's tax.
    ///
    /// ```
    /// # use money::Paise;
    /// # use tds::{Posting, Register};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut register = Register::new();
    /// for (date, rupees) in [("2027-02-03", 10_000), ("2027-02-28", 4_000), ("2027-03-01", 2_000)] {
    ///     let tax = Paise::rupees(rupees / 20);
    ///     register.post(Posting { member: 7, date: date.parse()?, payout_total: Paise::rupees(rupees), tax })?;
    /// }
    /// let deposits = register.deposits()?;
    /// let lines: Vec<String> = deposits.iter().map(|deposit| format!("{} by {}", deposit.tax, deposit.due)).collect();
    /// assert_eq!(lines, ["700.00 by 2027-03-07", "100.00 by 2027-04-30"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn deposits(&self) -> Result<Vec<Deposit>, MoneyError> {
        let mut months: BTreeMap<NaiveDate, Paise> = BTreeMap::new();
        for row in self.rows() {
            let month = row.date.with_day(1).unwrap_or(NaiveDate::MIN);
            let tax = months.entry(month).or_default();
            *tax = tax.checked_add(row.tax)?;
        }
        let deposit = |(month, tax)| Deposit { month, due: deposit_due(month), tax };
        Ok(months.into_iter().map(deposit).collect())
    }

    /// What the statement of each quarter that has rows sums to, in order; they sum to the whole register.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn quarterly_returns(&self) -> Result<Vec<QuarterlyReturn>, MoneyError> {
        let mut quarters: BTreeMap<(FinancialYear, Quarter), (Totals, BTreeSet<&M>)> = BTreeMap::new();
        for (member, year, quarter, totals) in self.all_totals() {
            let (sum, members) = quarters.entry((year, quarter)).or_default();
            *sum = sum.checked_add(totals)?;
            members.insert(member);
        }
        let filed = |((year, quarter), (totals, members)): (_, (Totals, BTreeSet<&M>))| QuarterlyReturn {
            year,
            quarter,
            due: Quarter::return_due(quarter, year),
            members: members.len(),
            totals,
        };
        Ok(quarters.into_iter().map(filed).collect())
    }
}
