//! Who is an Active Buyer.

use money::Paise;

use crate::plan::Plan;

/// True when `paid_over_live_bookings`, the completed payments over a member's bookings that are not
/// cancelled, reaches the plan's threshold (rule 5).
///
/// ```
/// use money::Paise;
/// use wallet_rules::{active_buyer::is_active_buyer, plan::Plan};
///
/// let plan = Plan::default_plan();
/// assert!(!is_active_buyer(&plan, "4999.99".parse()?));
/// assert!(is_active_buyer(&plan, Paise::rupees(5_000)));
/// # Ok::<(), money::ParseMoneyError>(())
/// ```
pub fn is_active_buyer(plan: &Plan, paid_over_live_bookings: Paise) -> bool {
    paid_over_live_bookings >= plan.active_buyer_threshold
}
