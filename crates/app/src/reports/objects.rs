//! The objects of `api.md`'s `reports/`.

use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The dashboard, in the form of the caller's role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Dashboard {
    /// For admins.
    Platform(PlatformDashboard),
    /// For everyone else.
    Member(MemberDashboard),
}

/// A member's own figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberDashboard {
    /// What the wallet holds.
    #[schema(value_type = String, example = "3650.00")]
    pub wallet_balance: Paise,
    /// Σ gross referral bonuses and pair earnings.
    #[schema(value_type = String, example = "3850.00")]
    pub total_earnings: Paise,
    /// Σ completed payouts, as they were asked for.
    #[schema(value_type = String, example = "650.00")]
    pub total_withdrawn: Paise,
    /// Bookings that take payments.
    pub active_bookings: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Pairs formed.
    pub binary_pairs: i64,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}

/// The platform's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlatformDashboard {
    /// All accounts.
    pub total_users: i64,
    /// Active Buyers.
    pub active_buyers: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Σ completed payments of every method.
    #[schema(value_type = String, example = "12000.00")]
    pub total_revenue: Paise,
    /// Σ wallets.
    #[schema(value_type = String, example = "3650.00")]
    pub total_wallet_balance: Paise,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}
