//! The objects of `api.md`'s `payout/`.

use infra::{payouts, statements::PayoutLine};
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{calendar::Instant, ledger::Account, payout::PayoutStatus};

/// A payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Payout {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// Their e-mail.
    pub user_email: String,
    /// Their wallet.
    pub wallet: i64,
    /// What their wallet holds now.
    #[schema(value_type = String, example = "0.00")]
    pub wallet_balance: Paise,
    /// What left the wallet: tax, instalments and net together.
    #[schema(value_type = String, example = "10000.00")]
    pub requested_amount: Paise,
    /// The tax.
    #[schema(value_type = String, example = "500.00")]
    pub tds_amount: Paise,
    /// Whether it was to pay instalments.
    pub emi_auto_filled: bool,
    /// What pays instalments.
    #[schema(value_type = String, example = "8000.00")]
    pub emi_amount: Paise,
    /// What the bank pays.
    #[schema(value_type = String, example = "1500.00")]
    pub net_amount: Paise,
    /// The bank.
    pub bank_name: String,
    /// The account's number; in lists only its last four digits.
    pub account_number: String,
    /// The bank's branch.
    pub ifsc_code: String,
    /// The account's holder.
    pub account_holder_name: String,
    /// Where it stands.
    #[schema(value_type = String, pattern = "^(pending|processing|completed|rejected|cancelled|failed)$")]
    pub status: PayoutStatus,
    /// The bank's reference.
    pub transaction_id: String,
    /// Why it was rejected, or why it failed.
    pub rejection_reason: String,
    /// The member's remarks.
    pub notes: String,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it was processed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub processed_at: Option<Instant>,
    /// When the bank had paid.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Instant>,
}

/// What a move of a payout's money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayoutTransactionType {
    /// The bank has paid it.
    Payout,
    /// Tax.
    Tds,
    /// An instalment.
    EmiAutoFill,
    /// Back in the wallet.
    Refund,
}

/// A move of a payout's money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayoutTransaction {
    /// Key.
    pub id: i64,
    /// The payout.
    pub payout: i64,
    /// The payout's key.
    pub payout_id: i64,
    /// Whose it is.
    pub user: i64,
    /// How much.
    #[schema(value_type = String, example = "500.00")]
    pub amount: Paise,
    /// What it is.
    pub transaction_type: PayoutTransactionType,
    /// What it is, in words.
    pub description: String,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

/// What of a member stands on their payout.
#[derive(Clone, Debug, Default)]
pub(super) struct Owner {
    pub(super) email: String,
    pub(super) wallet: i64,
    pub(super) balance: Paise,
}

impl Payout {
    /// The payout as its member sees it, the account's number masked.
    pub(super) fn masked(row: payouts::Payout, owner: Owner) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            user_email: owner.email,
            wallet: owner.wallet,
            wallet_balance: owner.balance,
            requested_amount: row.requested_amount,
            tds_amount: row.tds_amount,
            emi_auto_filled: row.emi_auto_filled,
            emi_amount: row.emi_amount,
            net_amount: row.net_amount,
            bank_name: row.bank_name,
            account_number: format!("XXXXXX{}", row.account_last4),
            ifsc_code: row.ifsc_code,
            account_holder_name: row.account_holder_name,
            status: row.status,
            transaction_id: row.transaction_id,
            rejection_reason: row.rejection_reason,
            notes: row.notes,
            created_at: row.created_at,
            processed_at: row.processed_at,
            completed_at: row.completed_at,
        }
    }
}

impl PayoutTransaction {
    /// The move, by where the money goes; `booking_number` is that of a booking it goes to.
    pub(super) fn of(line: PayoutLine, booking_number: Option<&str>) -> Self {
        let (transaction_type, description) = match line.destination {
            Account::TdsPayable => (PayoutTransactionType::Tds, "Tax deducted at source".to_owned()),
            Account::Booking(_) => {
                let number = booking_number.unwrap_or_default();
                (PayoutTransactionType::EmiAutoFill, format!("Instalment of booking {number}"))
            }
            Account::Wallet(_) => (PayoutTransactionType::Refund, "Returned to the wallet".to_owned()),
            Account::Outside(_)
            | Account::Hold(_)
            | Account::EmiReserve(_)
            | Account::Reserve(_)
            | Account::Commission => (PayoutTransactionType::Payout, "Paid by the bank".to_owned()),
        };
        Self {
            id: line.id,
            payout: line.payout_id,
            payout_id: line.payout_id,
            user: line.user_id,
            amount: line.amount,
            transaction_type,
            description,
            created_at: line.created_at,
        }
    }
}
