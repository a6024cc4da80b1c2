//! Counts and sums for the dashboard.

use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use money::Paise;
use wallet_rules::{booking::BookingStatus, earning::PairStatus, ledger::AccountKind, payout::PayoutStatus};

use crate::{
    Result,
    db::Reader,
    schema::{accounts, bookings, pairs, payouts, users},
};

/// What a member's dashboard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberCounts {
    /// Bookings that take payments.
    pub active_bookings: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Pairs formed, without flushed ones.
    pub binary_pairs: i64,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}

/// What the platform's dashboard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformCounts {
    /// All accounts.
    pub total_users: i64,
    /// Active Buyers.
    pub active_buyers: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Σ completed payments.
    pub total_revenue: Paise,
    /// Σ wallets.
    pub total_wallet_balance: Paise,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}

/// Counts over one member's rows, each by its index on the member.
///
/// # Errors
/// What the database says.
pub fn member_counts(reader: &mut Reader, user_id: i64) -> Result<MemberCounts> {
    let open = [BookingStatus::PreBooked.as_str(), BookingStatus::Confirmed.as_str()];
    let my_bookings = || bookings::table.filter(bookings::user_id.eq(user_id));
    Ok(MemberCounts {
        active_bookings: my_bookings()
            .filter(bookings::status.eq_any(open))
            .count()
            .get_result(reader.connection())?,
        total_bookings: my_bookings().count().get_result(reader.connection())?,
        binary_pairs: pairs::table
            .filter(pairs::user_id.eq(user_id))
            .filter(pairs::status.ne(PairStatus::Flushed.as_str()))
            .count()
            .get_result(reader.connection())?,
        pending_payouts: payouts::table
            .filter(payouts::user_id.eq(user_id))
            .filter(payouts::status.eq(PayoutStatus::Pending.as_str()))
            .count()
            .get_result(reader.connection())?,
    })
}

/// Counts over everyone. Revenue is read as Σ `total_paid`, which is Σ completed payments of each booking.
///
/// # Errors
/// What the database says.
pub fn platform_counts(reader: &mut Reader) -> Result<PlatformCounts> {
    let revenue: i64 = bookings::table
        .select(sql::<BigInt>("CAST(COALESCE(SUM(total_paid), 0) AS SIGNED)"))
        .first(reader.connection())?;
    let wallets: i64 = accounts::table
        .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(balance), 0) AS SIGNED)"))
        .first(reader.connection())?;
    Ok(PlatformCounts {
        total_users: users::table.count().get_result(reader.connection())?,
        active_buyers: users::table
            .filter(users::is_active_buyer.eq(true))
            .count()
            .get_result(reader.connection())?,
        total_bookings: bookings::table.count().get_result(reader.connection())?,
        total_revenue: Paise::new(revenue),
        total_wallet_balance: Paise::new(wallets),
        pending_payouts: payouts::table
            .filter(payouts::status.eq(PayoutStatus::Pending.as_str()))
            .count()
            .get_result(reader.connection())?,
    })
}
