//! Who is an Active Buyer.

use money::Paise;

use crate::plan::Plan;

/// True when `paid_over_live_bookings`, the completed payments over a member's bookings that are not
/// cancelled, reaches the plan's threshold.
pub fn is_active_buyer(plan: &Plan, paid_over_live_bookings: Paise) -> bool {
    paid_over_live_bookings >= plan.active_buyer_threshold
}
