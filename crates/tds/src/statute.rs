//! What a statute asks for: rates and thresholds by date of credit, as data.

use chrono::NaiveDate;
use money::{Paise, Rate};

/// What a statute asks for from one day of credit on, until the next terms begin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Terms {
    /// The first Indian day of credit on which they are in force.
    pub from: NaiveDate,
    /// The rate for one who has furnished a PAN.
    pub rate: Rate,
    /// The rate for one who hasn't; never the lower one.
    pub rate_without_pan: Rate,
    /// What a financial year's credits may sum to without any tax, in paise.
    pub threshold: Paise,
    /// Where it is written, for those who check.
    pub source: String,
}

/// Dated terms of one section, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Vec<Terms>"))]
#[cfg_attr(feature = "serde", serde(into = "Vec<Terms>"))]
pub struct Statute {
    terms: Vec<Terms>,
}

/// Why terms make no statute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatuteError {
    /// There are none.
    #[error("a statute has terms")]
    Empty,
    /// They don't begin after the ones before.
    #[error("the terms from {from} do not begin after the ones before them")]
    Order {
        /// The day on which they begin.
        from: NaiveDate,
    },
    /// A rate is above 100 %, or the one without a PAN below the other.
    #[error("the rates from {from} are above 100 %, or lower without a PAN")]
    Rates {
        /// The day on which they begin.
        from: NaiveDate,
    },
    /// The threshold is below 0.00.
    #[error("the threshold from {from} is below 0.00")]
    Threshold {
        /// The day on which they begin.
        from: NaiveDate,
    },
}

/// Commission and brokerage to a resident: first day of credit, rate in basis points, threshold in rupees, source.
const COMMISSION: [(NaiveDate, u32, i32, &str); 6] = [
    (day(2016, 6, 1), 500, 15_000, "Finance Act, 2016: section 194H"),
    (
        day(2020, 5, 14),
        375,
        15_000,
        "Taxation and Other Laws (Relaxation and Amendment of Certain Provisions) Act, 2020: section 197B, three fourths of the rate of section 194H",
    ),
    (day(2021, 4, 1), 500, 15_000, "section 194H, as section 197B has run out"),
    (day(2024, 10, 1), 200, 15_000, "Finance (No. 2) Act, 2024: section 194H"),
    (day(2025, 4, 1), 200, 20_000, "Finance Act, 2025: section 194H"),
    (day(2026, 4, 1), 200, 20_000, "Income-tax Act, 2025: section 393(1), Table, Sl. No. 1(ii)"),
];

/// Section 206AA(1)(iii) of the Income-tax Act, 1961, and section 397(2)(b) of the Income-tax Act, 2025, in percent.
const WITHOUT_PAN: u32 = 20;

/// A day of the table above, checked when the crate is compiled.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("no such day"),
    }
}

impl Statute {
    /// A statute of `terms`, given in order.
    ///
    /// # Errors
    /// [`StatuteError`], naming the terms that don't fit.
    pub fn try_new(terms: Vec<Terms>) -> Result<Self, StatuteError> {
        if terms.is_empty() {
            return Err(StatuteError::Empty);
        }
        let mut before = None;
        for Terms { from, rate, rate_without_pan, threshold, .. } in &terms {
            let from = *from;
            if before.is_some_and(|before| from <= before) {
                return Err(StatuteError::Order { from });
            }
            if rate > rate_without_pan || *rate_without_pan > Rate::HUNDRED {
                return Err(StatuteError::Rates { from });
            }
            if threshold.is_negative() {
                return Err(StatuteError::Threshold { from });
            }
            before = Some(from);
        }
        Ok(Self { terms })
    }

    /// Commission and brokerage (other than on insurance) to a resident, from 1 June 2016 on, as the acts named in each
    /// `source` have it. It is data: whoever knows better, or later, makes a [`Statute`] of their own.
    ///
    /// ```
    /// # use money::{Paise, Rate};
    /// # use tds::Statute;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let statute = Statute::commission();
    /// let before = statute.on("2024-09-30".parse()?).ok_or("in force")?;
    /// let after = statute.on("2024-10-01".parse()?).ok_or("in force")?;
    /// assert_eq!((before.rate, after.rate), (Rate::whole(5), Rate::whole(2)));
    /// assert_eq!((after.threshold, after.rate_without_pan), (Paise::rupees(15_000), Rate::whole(20)));
    /// assert_eq!(statute.on("2026-12-05".parse()?).ok_or("in force")?.threshold, Paise::rupees(20_000));
    /// assert_eq!(statute.on("2016-05-31".parse()?), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn commission() -> Self {
        let terms = COMMISSION.into_iter().map(|(from, rate, threshold, source)| Terms {
            from,
            rate: Rate::basis_points(rate),
            rate_without_pan: Rate::whole(WITHOUT_PAN),
            threshold: Paise::rupees(threshold),
            source: source.to_owned(),
        });
        Self { terms: terms.collect() }
    }

    /// The terms for a credit on the Indian day `day`; `None` before the first begin.
    pub fn on(&self, day: NaiveDate) -> Option<&Terms> {
        self.terms.iter().rev().find(|terms| terms.from <= day)
    }

    /// All terms in order.
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }
}

impl TryFrom<Vec<Terms>> for Statute {
    type Error = StatuteError;

    fn try_from(terms: Vec<Terms>) -> Result<Self, StatuteError> {
        Self::try_new(terms)
    }
}

impl From<Statute> for Vec<Terms> {
    fn from(statute: Statute) -> Self {
        statute.terms
    }
}
