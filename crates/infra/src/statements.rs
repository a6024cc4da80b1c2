//! Statements: the ledger's entries as members see them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    ledger::{Account, AccountKind, PostingKind, ReferenceType, StatementType},
};

use crate::{
    Error, Result,
    columns::Column,
    db::Reader,
    paging::{Rows, Slice},
    schema::{accounts, ledger_entries, ledger_transactions, pairs, payouts},
};

/// A line of a wallet's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The ledger entry.
    pub id: i64,
    /// Whose wallet it is.
    pub user_id: i64,
    /// What it is called.
    pub statement_type: StatementType,
    /// What it adds; below 0.00 for what leaves.
    pub amount: Paise,
    /// What the wallet held after it.
    pub balance_after: Paise,
    /// The other side of the move.
    pub counter: Account,
    /// The event behind it.
    pub event: PostingKind,
    /// What it refers to.
    pub reference_type: ReferenceType,
    /// The key of what it refers to.
    pub reference_id: i64,
    /// When it was posted.
    pub created_at: Instant,
}

#[derive(Queryable)]
struct LineRow {
    id: i64,
    owner_id: i64,
    statement_type: Option<String>,
    #[diesel(deserialize_as = Column<Paise>)]
    amount: Paise,
    balance_after: Option<i64>,
    counter_account_id: i64,
    #[diesel(deserialize_as = Column<PostingKind>)]
    event: PostingKind,
    #[diesel(deserialize_as = Column<ReferenceType>)]
    reference_type: ReferenceType,
    reference_id: i64,
    #[diesel(deserialize_as = Column<Instant>)]
    created_at: Instant,
}

/// Which lines a statement shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this member's.
    pub user_id: Option<i64>,
    /// Only those of this name.
    pub statement_type: Option<StatementType>,
    /// Only from this Indian day on.
    pub start_date: Option<NaiveDate>,
    /// Only up to this Indian day, itself included.
    pub end_date: Option<NaiveDate>,
}

/// Lines of one member's wallet (index `uq_ledger_entries_account_no`) or of everyone's (the key), newest first.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: &Filter, slice: Slice) -> Result<Rows<Line>> {
    let account = match filter.user_id {
        None => None,
        Some(user_id) => match wallet_account(reader, user_id)? {
            None => return Ok(Rows { rows: Vec::new(), count: 0 }),
            found => found,
        },
    };
    let matching = || {
        let mut query = ledger_entries::table
            .inner_join(
                ledger_transactions::table.on(ledger_transactions::id.eq(ledger_entries::transaction_id)),
            )
            .inner_join(accounts::table.on(accounts::id.eq(ledger_entries::account_id)))
            .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
            .into_boxed();
        if let Some(account) = account {
            query = query.filter(ledger_entries::account_id.eq(account));
        }
        if let Some(kind) = filter.statement_type {
            query = query.filter(ledger_entries::statement_type.eq(kind.as_str()));
        }
        if let Some(day) = filter.start_date {
            query = query.filter(ledger_entries::business_date.ge(day));
        }
        if let Some(day) = filter.end_date {
            query = query.filter(ledger_entries::business_date.le(day));
        }
        query
    };
    let newest_first = match account {
        // within one account the entry's number is the order, on every node of a cluster
        Some(_) => matching().order(ledger_entries::entry_no.desc()),
        None => matching().order(ledger_entries::id.desc()),
    };
    let rows: Vec<LineRow> = newest_first
        .offset(slice.offset)
        .limit(slice.limit)
        .select((
            ledger_entries::id,
            accounts::owner_id,
            ledger_entries::statement_type,
            ledger_entries::amount,
            ledger_entries::balance_after,
            ledger_entries::counter_account_id,
            ledger_transactions::kind,
            ledger_transactions::reference_type,
            ledger_transactions::reference_id,
            ledger_entries::created_at,
        ))
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows: lines(reader, rows)?, count })
}

/// The line of this entry, where it is a wallet's.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Line>> {
    let row: Option<LineRow> = ledger_entries::table
        .inner_join(ledger_transactions::table.on(ledger_transactions::id.eq(ledger_entries::transaction_id)))
        .inner_join(accounts::table.on(accounts::id.eq(ledger_entries::account_id)))
        .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
        .filter(ledger_entries::id.eq(id))
        .select((
            ledger_entries::id,
            accounts::owner_id,
            ledger_entries::statement_type,
            ledger_entries::amount,
            ledger_entries::balance_after,
            ledger_entries::counter_account_id,
            ledger_transactions::kind,
            ledger_transactions::reference_type,
            ledger_transactions::reference_id,
            ledger_entries::created_at,
        ))
        .first(reader.connection())
        .optional()?;
    Ok(lines(reader, row.into_iter().collect())?.pop())
}

fn wallet_account(reader: &mut Reader, user_id: i64) -> Result<Option<i64>> {
    Ok(accounts::table
        .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
        .filter(accounts::owner_id.eq(user_id))
        .select(accounts::id)
        .first(reader.connection())
        .optional()?)
}

fn lines(reader: &mut Reader, rows: Vec<LineRow>) -> Result<Vec<Line>> {
    let counters = accounts_of(reader, rows.iter().map(|row| row.counter_account_id).collect())?;
    let line = |row: LineRow| {
        let nameless = || Error::corrupt(format!("wallet entry {} is not on the statement", row.id));
        Ok(Line {
            id: row.id,
            user_id: row.owner_id,
            statement_type: row
                .statement_type
                .as_deref()
                .ok_or_else(nameless)?
                .parse()
                .map_err(Error::corrupt)?,
            amount: row.amount,
            balance_after: row.balance_after.map(Paise::new).ok_or_else(nameless)?,
            counter: account_in(&counters, row.counter_account_id)?,
            event: row.event,
            reference_type: row.reference_type,
            reference_id: row.reference_id,
            created_at: row.created_at,
        })
    };
    rows.into_iter().map(line).collect()
}

#[derive(Queryable)]
struct AccountRow {
    id: i64,
    #[diesel(deserialize_as = Column<AccountKind>)]
    kind: AccountKind,
    owner_id: i64,
}

fn accounts_of(reader: &mut Reader, ids: Vec<i64>) -> Result<HashMap<i64, Account>> {
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::id.eq_any(ids))
        .select((accounts::id, accounts::kind, accounts::owner_id))
        .load(reader.connection())?;
    let account = |row: AccountRow| {
        let owner = (!row.kind.is_house()).then_some(row.owner_id);
        let account = row.kind.account(owner).ok_or_else(|| Error::corrupt("an account without an owner"))?;
        Ok((row.id, account))
    };
    rows.into_iter().map(account).collect()
}

fn account_in(accounts: &HashMap<i64, Account>, id: i64) -> Result<Account> {
    accounts.get(&id).copied().ok_or_else(|| Error::corrupt(format!("account {id} is missing")))
}

/// A move of a payout's money, but for the wallet's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutLine {
    /// The ledger entry of the side that the money leaves.
    pub id: i64,
    /// The payout.
    pub payout_id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// How much moves; above 0.00.
    pub amount: Paise,
    /// Where it goes.
    pub destination: Account,
    /// When it was posted.
    pub created_at: Instant,
}

#[derive(Queryable)]
struct PayoutLineRow {
    id: i64,
    payout_id: i64,
    user_id: i64,
    #[diesel(deserialize_as = Column<Paise>)]
    amount: Paise,
    counter_account_id: i64,
    #[diesel(deserialize_as = Column<Instant>)]
    created_at: Instant,
}

/// Moves of payouts' money, newest first; everyone's, one member's (index `ix_payouts_user`), or the one whose
/// entry has this key.
///
/// # Errors
/// What the database says.
pub fn payout_lines(
    reader: &mut Reader,
    user_id: Option<i64>,
    id: Option<i64>,
    slice: Slice,
) -> Result<Rows<PayoutLine>> {
    let matching = || {
        let mut query = payouts::table
            .inner_join(ledger_transactions::table.on(ledger_transactions::reference_id.eq(payouts::id)))
            .inner_join(ledger_entries::table.on(ledger_entries::transaction_id.eq(ledger_transactions::id)))
            .inner_join(accounts::table.on(accounts::id.eq(ledger_entries::account_id)))
            .filter(ledger_transactions::reference_type.eq(ReferenceType::Payout.as_str()))
            .filter(ledger_entries::amount.lt(0))
            .filter(accounts::kind.ne(AccountKind::Wallet.as_str()))
            .into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(payouts::user_id.eq(user_id));
        }
        if let Some(id) = id {
            query = query.filter(ledger_entries::id.eq(id));
        }
        query
    };
    let rows: Vec<PayoutLineRow> = matching()
        .order(ledger_entries::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select((
            ledger_entries::id,
            payouts::id,
            payouts::user_id,
            ledger_entries::amount,
            ledger_entries::counter_account_id,
            ledger_entries::created_at,
        ))
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    let counters = accounts_of(reader, rows.iter().map(|row| row.counter_account_id).collect())?;
    let line = |row: PayoutLineRow| {
        Ok(PayoutLine {
            id: row.id,
            payout_id: row.payout_id,
            user_id: row.user_id,
            amount: row.amount.checked_neg().map_err(Error::corrupt)?,
            destination: account_in(&counters, row.counter_account_id)?,
            created_at: row.created_at,
        })
    };
    Ok(Rows { rows: rows.into_iter().map(line).collect::<Result<_>>()?, count })
}

/// The numbers that these pairs have among their owners' pairs.
///
/// # Errors
/// What the database says.
pub fn pair_numbers(reader: &mut Reader, ids: &[i64]) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, Option<i64>)> = pairs::table
        .filter(pairs::id.eq_any(ids))
        .select((pairs::id, pairs::pair_number))
        .load(reader.connection())?;
    Ok(rows.into_iter().filter_map(|(id, number)| Some((id, number?))).collect())
}

/// The place of pair `number` among its owner's pairs of its Indian month, from 1 (index `uq_pairs_user_number`).
///
/// # Errors
/// What the database says.
pub fn place_in_month(
    reader: &mut Reader,
    user_id: i64,
    (year, month): (i32, u32),
    number: u64,
) -> Result<i64> {
    Ok(pairs::table
        .filter(pairs::user_id.eq(user_id))
        .filter(pairs::pair_number.le(i64::try_from(number).map_err(Error::corrupt)?))
        .filter(pairs::pair_year.eq(year))
        .filter(pairs::pair_month.eq(i32::try_from(month).map_err(Error::corrupt)?))
        .count()
        .get_result(reader.connection())?)
}
