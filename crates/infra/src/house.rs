//! The house's accounts, which have entries only: their balance is the last sealed checkpoint and what came
//! after it.

use chrono::TimeDelta;
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use money::Paise;
use wallet_rules::{calendar::Instant, ledger::AccountKind};

use crate::{
    Error, Result,
    db::{Reader, Tx},
    schema::{accounts, house_checkpoints, ledger_entries},
};

/// How old an entry is before it is sealed: no transaction that wrote one with a lower key is open any more.
const SETTLED_AFTER: TimeDelta = TimeDelta::hours(1);
/// SUM is a DECIMAL on MySQL; both databases take this cast.
const SUM_OF_AMOUNTS: &str = "CAST(COALESCE(SUM(amount), 0) AS SIGNED)";

/// A sum of entries up to one of them.
struct Sealed {
    through_entry_id: i64,
    balance: Paise,
}

/// What a house account holds; below 0.00 for what the platform has paid out of it.
///
/// # Errors
/// [`Error::Corrupt`] for a member's kind; what the database says.
pub fn balance(reader: &mut Reader, kind: AccountKind) -> Result<Paise> {
    let account = account_of(reader, kind)?;
    let sealed = last_sealed(reader, account)?;
    let since = sum(reader, account, sealed.through_entry_id, None)?;
    sealed.balance.checked_add(since).map_err(Error::corrupt)
}

/// Seals what came into a house account an hour ago or earlier, so that its balance stays quick to read; false
/// when there is nothing new to seal.
///
/// # Errors
/// As [`balance`]; [`Error::Duplicate`] when another process sealed the same entries.
pub fn seal_checkpoint(tx: &mut Tx, kind: AccountKind, now: Instant) -> Result<bool> {
    let account = account_of(tx, kind)?;
    let sealed = last_sealed(tx, account)?;
    let through: Option<i64> = ledger_entries::table
        .filter(ledger_entries::account_id.eq(account))
        .filter(ledger_entries::id.gt(sealed.through_entry_id))
        .filter(ledger_entries::created_at.le(now.plus(-SETTLED_AFTER).utc()))
        .select(diesel::dsl::max(ledger_entries::id))
        .first(tx.connection())?;
    let Some(through) = through else { return Ok(false) };
    let added = sum(tx, account, sealed.through_entry_id, Some(through))?;
    let total = sealed.balance.checked_add(added).map_err(Error::corrupt)?;
    diesel::insert_into(house_checkpoints::table)
        .values((
            house_checkpoints::account_id.eq(account),
            house_checkpoints::through_entry_id.eq(through),
            house_checkpoints::balance.eq(total.get()),
            house_checkpoints::sealed_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(true)
}

fn account_of(reader: &mut Reader, kind: AccountKind) -> Result<i64> {
    if !kind.is_house() {
        return Err(Error::corrupt(format!("{kind} is no account of the house")));
    }
    Ok(accounts::table
        .filter(accounts::kind.eq(kind.as_str()))
        .select(accounts::id)
        .first(reader.connection())?)
}

fn last_sealed(reader: &mut Reader, account: i64) -> Result<Sealed> {
    let last: Option<(i64, i64)> = house_checkpoints::table
        .filter(house_checkpoints::account_id.eq(account))
        .order(house_checkpoints::through_entry_id.desc())
        .select((house_checkpoints::through_entry_id, house_checkpoints::balance))
        .first(reader.connection())
        .optional()?;
    let (through_entry_id, balance) = last.unwrap_or((0, 0));
    Ok(Sealed { through_entry_id, balance: Paise::new(balance) })
}

/// The sum of an account's entries after one key, and up to another.
fn sum(reader: &mut Reader, account: i64, after: i64, through: Option<i64>) -> Result<Paise> {
    let total: i64 = ledger_entries::table
        .filter(ledger_entries::account_id.eq(account))
        .filter(ledger_entries::id.gt(after))
        .filter(ledger_entries::id.le(through.unwrap_or(i64::MAX)))
        .select(sql::<BigInt>(SUM_OF_AMOUNTS))
        .first(reader.connection())?;
    Ok(Paise::new(total))
}
