//! One instalment, as it stands.

use core::fmt;

use chrono::NaiveDate;
use money::Paise;

/// One instalment of a plan and what has been paid of it, in paise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Instalment {
    /// Its place in the plan, from 1.
    pub number: u32,
    /// The last Indian day on which it is not overdue.
    pub due_date: NaiveDate,
    /// What it asks for: interest and principal.
    pub amount: Paise,
    /// Of it, the interest; 0.00 in a plan without.
    pub interest: Paise,
    /// What is owed of the balance once it is paid; 0.00 after the last.
    pub balance: Paise,
    /// What has been paid of it, from 0.00 to its amount; interest is paid first.
    pub paid: Paise,
}

/// Where an instalment stands on some day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum InstalmentStatus {
    /// Nothing is paid yet and its day has not passed.
    Due,
    /// Some of it is paid and its day has not passed.
    PartPaid,
    /// Wholly paid.
    Paid,
    /// Its day has passed and some of it, or all, is unpaid.
    Overdue,
}

impl Instalment {
    /// What of it reduces the balance.
    pub const fn principal(&self) -> Paise {
        Paise::new(self.amount.get().saturating_sub(self.interest.get()))
    }

    /// What is still to be paid of it.
    pub const fn remaining(&self) -> Paise {
        Paise::new(self.amount.get().saturating_sub(self.paid.get()))
    }

    /// Where it stands on the Indian day `today`.
    pub fn status(&self, today: NaiveDate) -> InstalmentStatus {
        match self.remaining() {
            rest if !rest.is_positive() => InstalmentStatus::Paid,
            _ if self.due_date < today => InstalmentStatus::Overdue,
            _ if self.paid.is_positive() => InstalmentStatus::PartPaid,
            _ => InstalmentStatus::Due,
        }
    }

    /// For how many days it is overdue on the Indian day `today`: 1 on the day after its due date, 0 when it is paid
    /// or not yet due.
    ///
    /// ```
    /// # use emi::{InstalmentPlan, Terms};
    /// # use money::Paise;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let plan = InstalmentPlan::try_new(Paise::rupees(24_000), Terms::Months(12), "2027-10-05".parse()?)?;
    /// let first = plan.schedule(Paise::ZERO).next().ok_or("a plan has an instalment")?;
    /// assert_eq!(first.days_overdue("2027-10-05".parse()?), 0);
    /// assert_eq!(first.days_overdue("2027-10-15".parse()?), 10);
    /// # Ok(())
    /// # }
    /// ```
    pub fn days_overdue(&self, today: NaiveDate) -> u32 {
        match self.status(today) {
            InstalmentStatus::Overdue => days_between(self.due_date, today),
            _ => 0,
        }
    }

    /// The instalment once it is reached by what is left of `paid` after the instalments before it took `before`.
    pub(crate) fn filled(self, paid: Paise, before: Paise) -> Self {
        let reached = Paise::new(paid.get().saturating_sub(before.get()));
        Self { paid: reached.clamp(Paise::ZERO, self.amount), ..self }
    }
}

/// Days from `from` to `to`; 0 when `to` is the earlier one.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days()).unwrap_or_default()
}

impl InstalmentStatus {
    /// `due`, `part_paid`, `paid` or `overdue`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::PartPaid => "part_paid",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
        }
    }
}

impl fmt::Display for InstalmentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
