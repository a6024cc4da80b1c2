//! The member of a payout is told where it stands.

use infra::{db::Tx, notifications, payouts::Payout};
use wallet_rules::{calendar::Instant, occasion::Occasion};

use crate::Result;

/// Tells the member of the state that their payout has come to just now.
///
/// # Errors
/// [`crate::Error::Internal`] when they were told of it before.
pub(in crate::payout) fn tell(tx: &mut Tx, payout: &Payout, now: Instant) -> Result<()> {
    let occasion = Occasion::Payout {
        payout: payout.id,
        status: payout.status,
        requested: payout.requested_amount,
        tax: payout.tds_amount,
        emi: payout.emi_amount,
        net: payout.net_amount,
        reason: &payout.rejection_reason,
    };
    Ok(notifications::insert(tx, payout.user_id, &occasion, now)?)
}
