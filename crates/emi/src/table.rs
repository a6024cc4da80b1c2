//! A schedule as text.

use core::fmt;

use chrono::NaiveDate;
use money::{MoneyError, Paise};

use crate::{Instalment, InstalmentStatus};

/// A schedule as a table of text, a line for each instalment and one for the sums; the columns for interest and
/// principal are there when there is interest.
///
/// ```
/// # use emi::{InstalmentPlan, Table, Terms};
/// # use money::Paise;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let plan = InstalmentPlan::try_new(Paise::rupees(24_500), Terms::Months(3), "2027-01-31".parse()?)?;
/// let table = Table::try_new(plan.schedule(Paise::rupees(9_000)), "2027-02-15".parse()?)?;
/// let text = "
///  no  due date    instalment     balance       paid  status
///   1  2027-01-31   ₹8,167.00  ₹16,333.00  ₹8,167.00  paid
///   2  2027-02-28   ₹8,167.00   ₹8,166.00    ₹833.00  part_paid
///   3  2027-03-31   ₹8,166.00       ₹0.00      ₹0.00  due
/// sum              ₹24,500.00              ₹9,000.00
/// ";
/// assert_eq!(table.to_string(), text.trim_start_matches('\n'));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    lines: Vec<(Instalment, InstalmentStatus)>,
    amount: Paise,
    interest: Paise,
    principal: Paise,
    paid: Paise,
}

/// A column's head, its cell for a line, and its cell in the last line.
type Column = (&'static str, fn(&Instalment) -> Paise, Option<Paise>);

impl Table {
    /// The table of `schedule` as it stands on the Indian day `today`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when a sum doesn't fit.
    pub fn try_new(
        schedule: impl IntoIterator<Item = Instalment>,
        today: NaiveDate,
    ) -> Result<Self, MoneyError> {
        let lines: Vec<_> = schedule.into_iter().map(|part| (part, part.status(today))).collect();
        let sum =
            |cell: fn(&Instalment) -> Paise| Paise::checked_sum(lines.iter().map(|(part, _)| cell(part)));
        Ok(Self {
            amount: sum(|part| part.amount)?,
            interest: sum(|part| part.interest)?,
            principal: sum(Instalment::principal)?,
            paid: sum(|part| part.paid)?,
            lines,
        })
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = vec![("instalment", |part| part.amount, Some(self.amount))];
        if self.interest.is_positive() {
            columns.push(("interest", |part| part.interest, Some(self.interest)));
            columns.push(("principal", Instalment::principal, Some(self.principal)));
        }
        columns.push(("balance", |part| part.balance, None));
        columns.push(("paid", |part| part.paid, Some(self.paid)));
        columns
    }

    /// How many letters the widest cell of `column` has.
    fn width(&self, (head, cell, sum): &Column) -> usize {
        let cells = self.lines.iter().map(|(part, _)| cell(part)).chain(*sum);
        cells
            .map(|amount| letters(&amount.indian().to_string()))
            .chain([letters(head)])
            .max()
            .unwrap_or_default()
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<(Column, usize)> =
            self.columns().into_iter().map(|column| (column, self.width(&column))).collect();
        write!(f, " no  due date  ")?;
        for ((head, ..), width) in &columns {
            write!(f, "  {head:>width$}")?;
        }
        writeln!(f, "  status")?;
        for (part, status) in &self.lines {
            write!(f, "{:>3}  {}", part.number, part.due_date)?;
            for ((_, cell, _), width) in &columns {
                write!(f, "  {:>width$}", cell(part).indian())?;
            }
            writeln!(f, "  {status}")?;
        }
        let mut last = format!("sum  {:10}", "");
        for ((.., sum), width) in &columns {
            let cell = sum.map(|sum| sum.indian().to_string()).unwrap_or_default();
            last.push_str(&format!("  {cell:>width$}"));
        }
        writeln!(f, "{}", last.trim_end())
    }
}
