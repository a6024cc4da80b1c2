//! What is overdue.

use chrono::NaiveDate;
use money::{MoneyError, Paise};

use crate::{Instalment, InstalmentStatus};

/// What of a schedule is overdue on some day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Arrears {
    /// The due date of the oldest instalment that is overdue.
    pub since: NaiveDate,
    /// Days past due, counted from that date: 1 on the day after it.
    pub days: u32,
    /// How many instalments are overdue, wholly or in part.
    pub instalments: u32,
    /// What is still to be paid of them, in paise.
    pub amount: Paise,
}

/// What of `schedule` is overdue on the Indian day `today`; `None` when nothing is.
///
/// ```
/// # use emi::{InstalmentPlan, Terms, arrears};
/// # use money::Paise;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // 12 × ₹2,000.00 from 31 January; ₹3,500.00 are paid, and it is 10 April
/// let plan = InstalmentPlan::try_new(Paise::rupees(24_000), Terms::Months(12), "2027-01-31".parse()?)?;
/// let late = arrears(plan.schedule(Paise::rupees(3_500)), "2027-04-10".parse()?)?.ok_or("overdue")?;
/// assert_eq!((late.since.to_string().as_str(), late.days), ("2027-02-28", 41));
/// assert_eq!((late.instalments, late.amount), (2, Paise::rupees(2_500)));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`MoneyError::Overflow`].
pub fn arrears(
    schedule: impl IntoIterator<Item = Instalment>,
    today: NaiveDate,
) -> Result<Option<Arrears>, MoneyError> {
    let mut all: Option<Arrears> = None;
    for part in schedule.into_iter().filter(|part| part.status(today) == InstalmentStatus::Overdue) {
        let so_far =
            all.unwrap_or(Arrears { since: part.due_date, days: 0, instalments: 0, amount: Paise::ZERO });
        all = Some(Arrears {
            since: so_far.since.min(part.due_date),
            days: so_far.days.max(part.days_overdue(today)),
            instalments: so_far.instalments.saturating_add(1),
            amount: so_far.amount.checked_add(part.remaining())?,
        });
    }
    Ok(all)
}
