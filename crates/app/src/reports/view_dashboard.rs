//! The dashboard.

use infra::{db::Reader, ledger, reports, wallets};

use super::objects::{Dashboard, MemberDashboard, PlatformDashboard};
use crate::{App, Call, Result};

/// The platform's figures for an admin, else the caller's own; read at one moment, so that they fit each other.
///
/// # Errors
/// What the database says.
pub async fn view_dashboard(app: &App, call: &Call) -> Result<Dashboard> {
    let (admin, user) = (call.actor.is_admin(), call.actor.id);
    app.db
        .snapshot(move |reader| {
            if admin {
                Ok(Dashboard::Platform(platform(reader)?))
            } else {
                Ok(Dashboard::Member(member(reader, user)?))
            }
        })
        .await
}

fn platform(reader: &mut Reader) -> Result<PlatformDashboard> {
    let counts = reports::platform_counts(reader)?;
    Ok(PlatformDashboard {
        total_users: counts.total_users,
        active_buyers: counts.active_buyers,
        total_bookings: counts.total_bookings,
        total_revenue: counts.total_revenue,
        total_wallet_balance: counts.total_wallet_balance,
        pending_payouts: counts.pending_payouts,
    })
}

/// An account without a wallet (an operator's) shows zeros.
fn member(reader: &mut Reader, user: i64) -> Result<MemberDashboard> {
    let counts = reports::member_counts(reader, user)?;
    let wallet = wallets::find_of_user(reader, user)?;
    Ok(MemberDashboard {
        wallet_balance: ledger::balances(reader, user)?.wallet,
        total_earnings: wallet.as_ref().map(|wallet| wallet.total_earned).unwrap_or_default(),
        total_withdrawn: wallet.as_ref().map(|wallet| wallet.total_withdrawn).unwrap_or_default(),
        active_bookings: counts.active_bookings,
        total_bookings: counts.total_bookings,
        binary_pairs: counts.binary_pairs,
        pending_payouts: counts.pending_payouts,
    })
}
