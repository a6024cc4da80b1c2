//! The objects of `api.md`'s `reports/`.

use chrono::NaiveDate;
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::ledger::StatementType;

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

/// What was sold on the days that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SalesReport {
    /// Σ payments of every method completed on these days.
    #[schema(value_type = String, example = "12000.00")]
    pub total_sales: Paise,
    /// Those payments.
    pub total_transactions: i64,
    /// Bookings made on these days.
    pub bookings: i64,
    /// The same of each day that has any, the earliest first.
    pub by_day: Vec<DaySales>,
}

/// What was sold on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DaySales {
    /// The Indian day.
    pub date: NaiveDate,
    /// Σ payments completed on it.
    #[schema(value_type = String, example = "1500.00")]
    pub total_sales: Paise,
    /// Those payments.
    pub total_transactions: i64,
    /// Bookings made on it.
    pub bookings: i64,
}

/// What one member has done here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserReport {
    /// Who it is about.
    pub user: ReportedUser,
    /// All bookings.
    pub bookings: i64,
    /// Σ completed payments of every method.
    #[schema(value_type = String, example = "5000.00")]
    pub total_paid: Paise,
    /// What the wallet holds.
    #[schema(value_type = String, example = "3650.00")]
    pub wallet_balance: Paise,
    /// Pairs formed.
    pub binary_pairs: i64,
    /// All payouts that were asked for.
    pub payouts: i64,
}

/// Who a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedUser {
    /// Key.
    pub id: i64,
    /// The identifier that the account was made with.
    pub username: String,
    /// E-mail.
    pub email: String,
    /// Is an Active Buyer.
    pub is_active_buyer: bool,
}

/// What went through wallets on the days that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalletReport {
    /// Rows of statements.
    pub total_transactions: i64,
    /// Σ of what came in.
    #[schema(value_type = String, example = "3850.00")]
    pub total_credit: Paise,
    /// Σ of what left, above 0.00 too.
    #[schema(value_type = String, example = "200.00")]
    pub total_debit: Paise,
    /// The same of each type that has any.
    pub by_type: Vec<TypeSum>,
}

/// The rows of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TypeSum {
    /// What they are.
    #[schema(value_type = String, example = "REFERRAL_BONUS",
        pattern = "^(REFERRAL_BONUS|BINARY_PAIR|EMI_DEDUCTION|RESERVE_DEDUCTION|PAYOUT|DEPOSIT|REFUND|BOOKING_PAYMENT)$")]
    pub transaction_type: StatementType,
    /// How many.
    pub count: i64,
    /// Σ their amounts; below 0.00 for what leaves.
    #[schema(value_type = String, example = "350.00")]
    pub total: Paise,
}
