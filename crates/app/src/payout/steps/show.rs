//! A payout as it is shown.

use std::collections::HashMap;

use infra::{
    buyers,
    db::Reader,
    payouts,
    secrets::{Keys, Purpose},
    wallets,
};

use super::super::objects::{Owner, Payout};
use crate::{Done, Error, Result};

/// Payouts with what stands on them of their members, the accounts' numbers masked.
///
/// # Errors
/// What the database says.
pub(crate) fn show(reader: &mut Reader, rows: Vec<payouts::Payout>) -> Result<Vec<Payout>> {
    let users: Vec<i64> = rows.iter().map(|row| row.user_id).collect();
    let mut contacts = buyers::contacts(reader, &users)?;
    let wallets = wallets::ids_of_users(reader, &users)?;
    let balances = wallets::balances_of_users(reader, &users)?;
    let mut owners: HashMap<i64, Owner> = HashMap::new();
    for user in users {
        let owner = Owner {
            email: contacts.remove(&user).and_then(|contact| contact.email).unwrap_or_default(),
            wallet: wallets.get(&user).copied().unwrap_or_default(),
            balance: balances.get(&user).map(|held| held.wallet).unwrap_or_default(),
        };
        owners.entry(user).or_insert(owner);
    }
    let shown = |row: payouts::Payout| {
        let owner = owners.get(&row.user_id).cloned().unwrap_or_default();
        Payout::masked(row, owner)
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Puts the whole account number into a payout that was shown. It is done after a reply is kept for its
/// `Idempotency-Key`, so that no account number is ever stored in clear text.
///
/// # Errors
/// [`Error::Internal`] when it can't be opened.
pub(in crate::payout) fn reveal(
    reader: &mut Reader,
    keys: &Keys,
    mut done: Done<Payout>,
) -> Result<Done<Payout>> {
    let row = payouts::find(reader, done.value.id)?.ok_or(Error::NotFound)?;
    done.value.account_number = keys.open(Purpose::BankAccount, &row.account_sealed)?;
    Ok(done)
}
