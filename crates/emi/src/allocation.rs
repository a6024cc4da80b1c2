//! Where a payment goes.

use money::Paise;

use crate::Instalment;

/// How a payment is divided over instalments; the parts and the rest sum to the payment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Allocation {
    /// What goes to each instalment that gets some of it, in order.
    pub parts: Vec<Part>,
    /// What no instalment takes, in paise: the schedule is paid.
    pub rest: Paise,
}

/// What of a payment goes to one instalment, in paise, above 0.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Part {
    /// The instalment's place in its plan.
    pub number: u32,
    /// What goes to its interest, which is paid first; 0.00 in a plan without.
    pub interest: Paise,
    /// What goes to its principal.
    pub principal: Paise,
}

/// Divides `payment` over what is unpaid of `schedule`: the oldest instalment first, and in each its interest before its
/// principal. A payment that is not above 0.00 is all rest.
///
/// ```
/// # use emi::{Terms, allocate, reducing::ReducingPlan};
/// # use money::{Paise, Rate};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // ₹1,00,000.00 at 12 % a year: the first instalment of ₹8,885.00 is ₹1,000.00 interest and ₹7,885.00 principal
/// let lent = Paise::rupees(100_000);
/// let loan = ReducingPlan::try_new(lent, Rate::whole(12), Terms::Months(12), "2026-12-05".parse()?)?;
/// let first = allocate(loan.schedule(Paise::ZERO), Paise::rupees(3_000));
/// assert_eq!((first.parts[0].interest, first.parts[0].principal), (Paise::rupees(1_000), Paise::rupees(2_000)));
///
/// let second = allocate(loan.schedule(Paise::rupees(3_000)), Paise::rupees(6_000));
/// let parts: Vec<_> = second.parts.iter().map(|part| (part.number, part.interest, part.principal)).collect();
/// assert_eq!(parts, [(1, Paise::ZERO, Paise::rupees(5_885)), (2, Paise::rupees(115), Paise::ZERO)]);
/// # Ok(())
/// # }
/// ```
pub fn allocate(schedule: impl IntoIterator<Item = Instalment>, payment: Paise) -> Allocation {
    let mut rest = payment;
    let mut parts = Vec::new();
    for instalment in schedule {
        let amount = rest.min(instalment.remaining());
        if !amount.is_positive() {
            continue;
        }
        let unpaid_interest = less(instalment.interest, instalment.paid).max(Paise::ZERO);
        let interest = amount.min(unpaid_interest);
        parts.push(Part { number: instalment.number, interest, principal: less(amount, interest) });
        rest = less(rest, amount);
    }
    Allocation { parts, rest }
}

/// `one - other`, which never saturates here: neither is below 0.00.
const fn less(one: Paise, other: Paise) -> Paise {
    Paise::new(one.get().saturating_sub(other.get()))
}

impl Part {
    /// What goes to the instalment in all.
    pub const fn amount(&self) -> Paise {
        Paise::new(self.interest.get().saturating_add(self.principal.get()))
    }
}
