//! The plan's versions over time.

use super::{Plan, PlanError};
use crate::calendar::Instant;

/// A plan and the instant from which it decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanVersion {
    /// Its number, from 1.
    pub version: u32,
    /// 00:00 IST on the 1st of a month.
    pub effective_from: Instant,
    /// The plan itself.
    pub plan: Plan,
}

/// Why versions make no book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanBookError {
    /// There is no version.
    #[error("there is no plan version")]
    Empty,
    /// A version is not the next of the one before it, or is 0.
    #[error("plan version {version} is out of order")]
    OutOfOrder {
        /// The version's number.
        version: u32,
    },
    /// A version begins elsewhere than at 00:00 IST on a 1st.
    #[error("plan version {version} doesn't begin at 00:00 IST on the 1st of a month")]
    NotAtMonthStart {
        /// The version's number.
        version: u32,
    },
    /// A version doesn't begin after the one before it.
    #[error("plan version {version} doesn't begin after the one before it")]
    NotLater {
        /// The version's number.
        version: u32,
    },
    /// A version's plan has a wrong value.
    #[error("plan version {version}: {error}")]
    Plan {
        /// The version's number.
        version: u32,
        /// What is wrong with it.
        error: PlanError,
    },
}

/// All versions of the plan, each checked, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanBook {
    first: PlanVersion,
    later: Vec<PlanVersion>,
}

impl PlanBook {
    /// A book of versions that are given in order.
    ///
    /// # Errors
    /// [`PlanBookError`] names the version that is wrong.
    pub fn try_new(versions: impl IntoIterator<Item = PlanVersion>) -> Result<Self, PlanBookError> {
        let mut versions = versions.into_iter();
        let first = versions.next().ok_or(PlanBookError::Empty)?;
        if first.version == 0 {
            return Err(PlanBookError::OutOfOrder { version: 0 });
        }
        check_version(&first)?;
        let mut book = Self { first, later: Vec::new() };
        for version in versions {
            book.add(version)?;
        }
        Ok(book)
    }

    /// Adds the next version.
    ///
    /// # Errors
    /// [`PlanBookError`] says what is wrong with it; the book is unchanged then.
    pub fn add(&mut self, next: PlanVersion) -> Result<(), PlanBookError> {
        let version = next.version;
        let latest = self.latest();
        if version <= latest.version {
            return Err(PlanBookError::OutOfOrder { version });
        }
        if next.effective_from <= latest.effective_from {
            return Err(PlanBookError::NotLater { version });
        }
        check_version(&next)?;
        self.later.push(next);
        Ok(())
    }

    /// The version that decides at `instant`; the first one decides whatever came before it, too.
    pub fn at(&self, instant: Instant) -> &PlanVersion {
        let begun = self.later.partition_point(|version| version.effective_from <= instant);
        begun.checked_sub(1).and_then(|last| self.later.get(last)).unwrap_or(&self.first)
    }

    /// The version with this number.
    pub fn version(&self, number: u32) -> Option<&PlanVersion> {
        self.versions().find(|version| version.version == number)
    }

    /// The newest version, which may not have begun.
    pub fn latest(&self) -> &PlanVersion {
        self.later.last().unwrap_or(&self.first)
    }

    /// Every version, in order.
    pub fn versions(&self) -> impl Iterator<Item = &PlanVersion> {
        core::iter::once(&self.first).chain(&self.later)
    }
}

fn check_version(version: &PlanVersion) -> Result<(), PlanBookError> {
    let number = version.version;
    if version.effective_from.month().first_instant() != version.effective_from {
        return Err(PlanBookError::NotAtMonthStart { version: number });
    }
    version.plan.validate().map_err(|error| PlanBookError::Plan { version: number, error })
}
