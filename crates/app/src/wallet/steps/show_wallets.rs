//! Wallets as they are shown.

use infra::{buyers, db::Reader, wallets};

use crate::{Result, wallet::objects::Wallet};

/// Wallets with their members' contacts and balances.
///
/// # Errors
/// What the database says.
pub(crate) fn show_wallets(reader: &mut Reader, rows: Vec<wallets::Wallet>) -> Result<Vec<Wallet>> {
    let users: Vec<i64> = rows.iter().map(|row| row.user_id).collect();
    let contacts = buyers::contacts(reader, &users)?;
    let balances = wallets::balances_of_users(reader, &users)?;
    let shown = |row: wallets::Wallet| {
        let member = contacts.get(&row.user_id).cloned().unwrap_or_default();
        let held = balances.get(&row.user_id).copied().unwrap_or_default();
        Wallet::of(row, &member, held)
    };
    Ok(rows.into_iter().map(shown).collect())
}
