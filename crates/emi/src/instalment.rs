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
    /// What it asks for.
    pub amount: Paise,
    /// What has been paid of it, from 0.00 to its amount.
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
