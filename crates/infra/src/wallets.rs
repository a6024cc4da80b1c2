//! Members' wallets: what a wallet has seen in all. Its balance is its account's, in the ledger.

use std::collections::{HashMap, hash_map::Entry};

use diesel::prelude::*;
use money::Paise;
use wallet_rules::{calendar::Instant, ledger::Account};

use crate::{
    Result,
    columns::Column,
    db::{PreparedOnce as _, Reader, Tx, expect_one, last_insert_id},
    ledger::{Balances, balances, open_account},
    paging::{Rows, Slice},
    schema::wallets,
};

/// A wallet as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = wallets)]
pub struct Wallet {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Σ gross referral bonuses and pair earnings.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_earned: Paise,
    /// Σ completed payouts, as they were asked for.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_withdrawn: Paise,
    /// When it was opened.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When one of its totals last moved.
    #[diesel(deserialize_as = Column<Instant>)]
    pub updated_at: Instant,
}

/// Opens a new member's wallet, with the accounts that every member has, and gives the wallet's key.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the member has one already; what the database says.
pub fn open(tx: &mut Tx, user_id: i64, now: Instant) -> Result<i64> {
    diesel::insert_into(wallets::table)
        .values((
            wallets::user_id.eq(user_id),
            wallets::total_earned.eq(0),
            wallets::total_withdrawn.eq(0),
            wallets::created_at.eq(now.utc()),
            wallets::updated_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    let id = last_insert_id(tx)?;
    for account in [Account::Wallet(user_id), Account::EmiReserve(user_id), Account::Reserve(user_id)] {
        open_account(tx, account, user_id, now)?;
    }
    Ok(id)
}

/// The wallet with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Wallet>> {
    Ok(wallets::table.find(id).select(Wallet::as_select()).first(reader.connection()).optional()?)
}

/// The member's wallet.
///
/// # Errors
/// What the database says.
pub fn find_of_user(reader: &mut Reader, user_id: i64) -> Result<Option<Wallet>> {
    Ok(wallets::table
        .filter(wallets::user_id.eq(user_id))
        .select(Wallet::as_select())
        .first(reader.connection())
        .optional()?)
}

/// The keys of these members' wallets, by member.
///
/// # Errors
/// What the database says.
pub fn ids_of_users(reader: &mut Reader, user_ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = wallets::table
        .filter(wallets::user_id.eq_any(user_ids))
        .select((wallets::user_id, wallets::id))
        .load(reader.connection())?;
    Ok(rows.into_iter().collect())
}

/// Wallets, newest first; everyone's, or one member's.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<Wallet>> {
    let matching = || {
        let mut query = wallets::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(wallets::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(wallets::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Wallet::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// Counts an earning that was posted in this transaction, gross. To be called after the posting, since the
/// wallet's row comes after the accounts in the order of locks.
///
/// # Errors
/// [`crate::Error::Corrupt`] without a wallet; what the database says.
pub fn add_earned(tx: &mut Tx, user_id: i64, gross: Paise, now: Instant) -> Result<()> {
    let updated = diesel::update(wallets::table.filter(wallets::user_id.eq(user_id)))
        .set((
            wallets::total_earned.eq(wallets::total_earned + gross.get()),
            wallets::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a member has no wallet")
}

/// Counts a payout that is completed in this transaction, as it was asked for; after its posting.
///
/// # Errors
/// As [`add_earned`].
pub fn add_withdrawn(tx: &mut Tx, user_id: i64, requested: Paise, now: Instant) -> Result<()> {
    let updated = diesel::update(wallets::table.filter(wallets::user_id.eq(user_id)))
        .set((
            wallets::total_withdrawn.eq(wallets::total_withdrawn + requested.get()),
            wallets::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a member has no wallet")
}

/// What these members hold, by member (index `ix_accounts_user`).
///
/// # Errors
/// What the database says.
pub fn balances_of_users(reader: &mut Reader, user_ids: &[i64]) -> Result<HashMap<i64, Balances>> {
    let mut found = HashMap::new();
    for &user_id in user_ids {
        if let Entry::Vacant(vacant) = found.entry(user_id) {
            vacant.insert(balances(reader, user_id)?);
        }
    }
    Ok(found)
}
