//! `wallet_update(user)`: a wallet against its entries.

use infra::{db::Tx, ledger};
use wallet_rules::ledger::Account;

use crate::{Error, Result};

/// Compares the cached balance with the entries; it changes nothing, and a difference fails the task so
/// that a person sees it.
pub(super) fn recheck_wallet(tx: &mut Tx, user: i64) -> Result<()> {
    match ledger::recheck(tx, Account::Wallet(user))? {
        Some((cached, entries)) if cached != entries => Err(Error::internal(format!(
            "the wallet of user {user} shows {cached} and its entries sum to {entries}"
        ))),
        Some(_) | None => Ok(()),
    }
}
