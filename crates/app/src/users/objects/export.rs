//! Everything that is known of a member.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::calendar::Instant;

use super::{Kyc, Nominee, Profile};
use crate::{
    binary::objects::Pair,
    booking::objects::{Booking, Payment},
    compliance::objects::TdsRecord,
    notifications::objects::Notification,
    payout::objects::Payout,
    wallet::objects::{Wallet, WalletTransaction},
};

/// A member's data; lists are newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// The moment that it shows.
    #[schema(value_type = String, format = DateTime)]
    pub exported_at: Instant,
    /// Lists that were cut: of each of these only the newest 100,000 rows are here. The rest is in the lists of its own
    /// route, page by page.
    pub cut_off: Vec<String>,
    /// Who they are.
    pub profile: Profile,
    /// Their KYC, its numbers masked.
    pub kyc: Option<Kyc>,
    /// Their nominee, its number masked.
    pub nominee: Option<Nominee>,
    /// Their wallet.
    pub wallet: Wallet,
    /// Its statement.
    pub wallet_transactions: Vec<WalletTransaction>,
    /// Their bookings.
    pub bookings: Vec<Booking>,
    /// Their payments.
    pub payments: Vec<Payment>,
    /// Their pairs.
    pub pairs: Vec<Pair>,
    /// Their payouts.
    pub payouts: Vec<Payout>,
    /// What they were told.
    pub notifications: Vec<Notification>,
    /// The tax that was taken off them.
    pub tds_records: Vec<TdsRecord>,
}
