//! The objects of `api.md`'s `wallet/`.

use std::collections::BTreeMap;

use infra::{buyers::Contact, ledger::Balances, wallets};
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{
    calendar::Instant,
    ledger::{ReferenceType, StatementType},
};

/// A member's wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wallet {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// Their e-mail.
    pub user_email: String,
    /// Their mobile number.
    pub user_mobile: String,
    /// What can be spent and paid out.
    #[schema(value_type = String, example = "3650.00")]
    pub balance: Paise,
    /// Σ gross referral bonuses and pair earnings.
    #[schema(value_type = String, example = "3850.00")]
    pub total_earned: Paise,
    /// Σ completed payouts, as they were asked for.
    #[schema(value_type = String, example = "0.00")]
    pub total_withdrawn: Paise,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When one of its totals last moved.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    /// What pays the member's bookings.
    #[schema(value_type = String, example = "200.00")]
    pub emi_reserve: Paise,
    /// What is kept for the member.
    #[schema(value_type = String, example = "0.00")]
    pub reserve: Paise,
    /// What is held for payouts under way.
    #[schema(value_type = String, example = "0.00")]
    pub on_hold: Paise,
}

/// A row of a wallet's statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalletTransaction {
    /// Key.
    pub id: i64,
    /// The wallet.
    pub wallet: i64,
    /// Whose it is.
    pub user: i64,
    /// Their e-mail.
    pub user_email: String,
    /// What it is.
    #[schema(value_type = String, example = "REFERRAL_BONUS",
        pattern = "^(REFERRAL_BONUS|BINARY_PAIR|EMI_DEDUCTION|RESERVE_DEDUCTION|PAYOUT|DEPOSIT|REFUND|BOOKING_PAYMENT)$")]
    pub transaction_type: StatementType,
    /// What it adds; below 0.00 for what leaves.
    #[schema(value_type = String, example = "25.00")]
    pub amount: Paise,
    /// What the wallet held before it.
    #[schema(value_type = String, example = "0.00")]
    pub balance_before: Paise,
    /// What the wallet held after it.
    #[schema(value_type = String, example = "25.00")]
    pub balance_after: Paise,
    /// What it is, in words.
    pub description: String,
    /// The payment, pair or payout behind it.
    pub reference_id: i64,
    /// `payment`, `pair` or `payout`.
    #[schema(value_type = String, pattern = "^(payment|pair|payout)$")]
    pub reference_type: ReferenceType,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

/// How an amount came about: for people, and as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// In order.
    pub sentences: Vec<String>,
    /// What the sentences are made of.
    #[schema(value_type = Object)]
    pub facts: BTreeMap<String, serde_json::Value>,
}

impl Explanation {
    /// Adds a sentence.
    pub(crate) fn say(&mut self, sentence: impl Into<String>) {
        self.sentences.push(sentence.into());
    }

    /// Adds a fact.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<serde_json::Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// Adds an amount.
    pub(crate) fn amount(&mut self, name: &str, amount: Paise) {
        self.fact(name, amount.to_string());
    }
}

impl Wallet {
    /// The wallet with what its member holds.
    pub(super) fn of(row: wallets::Wallet, member: &Contact, held: Balances) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            user_email: member.email.clone().unwrap_or_default(),
            user_mobile: member.mobile.clone().unwrap_or_default(),
            balance: held.wallet,
            total_earned: row.total_earned,
            total_withdrawn: row.total_withdrawn,
            created_at: row.created_at,
            updated_at: row.updated_at,
            emi_reserve: held.emi_reserve,
            reserve: held.reserve,
            on_hold: held.on_hold,
        }
    }
}
