//! The ledger: append-only double entry. [`post`] is the only writer of a balance.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    ledger::{Account, AccountKind, Entry, Posting, ReferenceType},
};

use crate::{
    Error, Result, Unique,
    columns::Column,
    db::{AnyConnection, PreparedOnce as _, Reader, Tx, last_insert_id},
    schema::{accounts, ledger_entries, ledger_transactions},
};

/// What became of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is posted now.
    New {
        /// The ledger transaction.
        transaction: i64,
    },
    /// Its key was posted before; nothing changed.
    Already {
        /// The ledger transaction of then.
        transaction: i64,
    },
    /// A member's account holds too little; nothing changed.
    Insufficient(Account),
    /// It moves nothing.
    Empty,
}

/// Opens a member's account with nothing in it.
///
/// # Errors
/// [`Error::Duplicate`] when it is open already.
pub fn open_account(tx: &mut Tx, account: Account, user_id: i64, now: Instant) -> Result<()> {
    let owner = account.owner().ok_or_else(|| Error::corrupt("the house's accounts are always open"))?;
    diesel::insert_into(accounts::table)
        .values((
            accounts::kind.eq(account.kind().as_str()),
            accounts::owner_id.eq(owner),
            accounts::user_id.eq(Some(user_id)),
            accounts::balance.eq(Some(0)),
            accounts::last_entry_no.eq(Some(0)),
            accounts::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Posts a ledger transaction: moves the balances, under their row locks and in the order of the accounts'
/// keys, and writes the entries. A key that was posted before changes nothing.
///
/// Whoever posts a key holds the lock of the row that it names, so two seldom race for one key; where they do,
/// the unique key in the database lets one through and the other is run again and finds it.
///
/// # Errors
/// [`Error::Contended`] when another posting came in between; [`Error::Corrupt`] when an account is not
/// open; what the database says.
pub fn post(tx: &mut Tx, posting: &Posting, caused_by: &str, now: Instant) -> Result<Posted> {
    if posting.is_empty() {
        return Ok(Posted::Empty);
    }
    if let Some(transaction) = find_transaction(tx, &posting.key)? {
        return Ok(Posted::Already { transaction });
    }
    let mut touched = Touched::load(tx, posting)?;
    if let Some(short) = touched.move_balances(tx, posting)? {
        // what it lacks may be what this very key took a moment ago
        return Ok(match find_transaction(tx, &posting.key)? {
            Some(transaction) => Posted::Already { transaction },
            None => Posted::Insufficient(short),
        });
    }
    let transaction = insert_transaction(tx, posting, caused_by, now)?;
    touched.write_entries(tx, posting, transaction, now)?;
    Ok(Posted::New { transaction })
}

fn find_transaction(reader: &mut Reader, key: &str) -> Result<Option<i64>> {
    Ok(ledger_transactions::table
        .filter(ledger_transactions::tx_key.eq(key))
        .select(ledger_transactions::id)
        .first(reader.connection())
        .optional()?)
}

fn insert_transaction(tx: &mut Tx, posting: &Posting, caused_by: &str, now: Instant) -> Result<i64> {
    diesel::insert_into(ledger_transactions::table)
        .values((
            ledger_transactions::kind.eq(posting.kind.as_str()),
            ledger_transactions::tx_key.eq(&posting.key),
            ledger_transactions::reference_type.eq(posting.reference_type.as_str()),
            ledger_transactions::reference_id.eq(posting.reference_id),
            ledger_transactions::caused_by.eq(caused_by),
            ledger_transactions::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())
        .map_err(|error| match Error::from(error) {
            Error::Duplicate(Unique::LedgerTransactionsKey) => {
                Error::Contended(format!("{} was posted a moment ago", posting.key))
            }
            other => other,
        })?;
    last_insert_id(tx)
}

/// A member's account in the middle of a posting.
struct Running {
    balance: i64,
    entry_no: i64,
}

/// The accounts that a posting touches.
struct Touched {
    ids: BTreeMap<Account, i64>,
    /// What members' accounts held when they were looked up, without a lock.
    seen: BTreeMap<i64, i64>,
    running: BTreeMap<i64, Running>,
}

impl Touched {
    fn load(tx: &mut Tx, posting: &Posting) -> Result<Self> {
        let wanted: BTreeSet<Account> = posting.entries().map(|entry| entry.account).collect();
        let mut query = accounts::table
            .select((accounts::kind, accounts::owner_id, accounts::id, accounts::balance))
            .into_boxed();
        for account in &wanted {
            let owner = account.owner().unwrap_or(HOUSE);
            query =
                query.or_filter(accounts::kind.eq(account.kind().as_str()).and(accounts::owner_id.eq(owner)));
        }
        let found: Vec<(String, i64, i64, Option<i64>)> = query.load(tx.connection())?;
        let (mut ids, mut seen) = (BTreeMap::new(), BTreeMap::new());
        for account in wanted {
            let owner = account.owner().unwrap_or(HOUSE);
            let row = found.iter().find(|row| row.0 == account.kind().as_str() && row.1 == owner);
            let &(.., id, balance) =
                row.ok_or_else(|| Error::corrupt(format!("account {account} is not open")))?;
            ids.insert(account, id);
            seen.extend(balance.map(|balance| (id, balance)));
        }
        Ok(Self { ids, seen, running: BTreeMap::new() })
    }

    fn id(&self, account: Account) -> Result<i64> {
        self.ids.get(&account).copied().ok_or_else(|| Error::corrupt("an account was not looked up"))
    }

    /// Updates each member's account once, by its net change, unless one of them is short: then none. The
    /// house's accounts have no balance to update, so no two members wait for each other.
    fn move_balances(&mut self, tx: &mut Tx, posting: &Posting) -> Result<Option<Account>> {
        let mut changes: BTreeMap<i64, (Account, i64, i64)> = BTreeMap::new();
        for entry in posting.entries().filter(|entry| !entry.account.is_house()) {
            let (_, net, entries) = changes.entry(self.id(entry.account)?).or_insert((entry.account, 0, 0));
            *net =
                net.checked_add(entry.amount.get()).ok_or_else(|| Error::corrupt("an amount too large"))?;
            *entries += 1;
        }
        let short = changes.iter().find(|(id, (_, net, _))| {
            self.seen.get(*id).is_some_and(|balance| balance.saturating_add(*net) < 0)
        });
        if let Some((_, (account, ..))) = short {
            return Ok(Some(*account));
        }
        for (id, (account, net, entries)) in changes {
            let updated = diesel::update(accounts::table.find(id))
                .filter((accounts::balance + Some(net)).ge(Some(0)))
                .set((
                    accounts::balance.eq(accounts::balance + Some(net)),
                    accounts::last_entry_no.eq(accounts::last_entry_no + Some(entries)),
                ))
                .prepared()
                .execute(tx.connection())?;
            if updated == 0 && self.running.is_empty() {
                return Ok(Some(account));
            }
            if updated == 0 {
                // it was enough when it was looked up, and others have moved already: begin anew
                return Err(Error::Contended(format!("{account} was spent meanwhile")));
            }
            let (balance, last_entry_no): (Option<i64>, Option<i64>) = accounts::table
                .find(id)
                .select((accounts::balance, accounts::last_entry_no))
                .first(tx.connection())?;
            let missing = || Error::corrupt("a member's account has no balance");
            let running = Running {
                balance: balance.ok_or_else(missing)? - net,
                entry_no: last_entry_no.ok_or_else(missing)? - entries,
            };
            self.running.insert(id, running);
        }
        Ok(None)
    }

    fn write_entries(
        &mut self,
        tx: &mut Tx,
        posting: &Posting,
        transaction: i64,
        now: Instant,
    ) -> Result<()> {
        let business_date = now.ist_date();
        for step in &posting.moves {
            let [source, destination] = step.entries();
            let mut row = |entry: Entry, counter: Account| {
                let account_id = self.id(entry.account)?;
                let place = self.running.get_mut(&account_id).map(|running| {
                    running.entry_no += 1;
                    running.balance += entry.amount.get();
                    (running.entry_no, running.balance)
                });
                Ok::<_, Error>(NewEntry {
                    transaction_id: transaction,
                    account_id,
                    counter_account_id: self.id(counter)?,
                    amount: entry.amount.get(),
                    statement_type: entry.statement.map(|kind| kind.as_str()),
                    entry_no: place.map(|(number, _)| number),
                    balance_after: place.map(|(_, balance)| balance),
                    business_date,
                    created_at: now.utc(),
                })
            };
            let both = [row(source, destination.account)?, row(destination, source.account)?];
            // an array, not a slice: the statement's text is one and the same and stays prepared
            let insert = diesel::insert_into(ledger_entries::table);
            let written = match tx.connection() {
                AnyConnection::Sqlite(c) => insert.values(both).execute(c)?,
                AnyConnection::Mysql(c) => insert.values(both).execute(c)?,
            };
            if written != 2 {
                return Err(Error::corrupt("an entry was not written"));
            }
        }
        Ok(())
    }
}

#[derive(Insertable)]
#[diesel(table_name = ledger_entries)]
#[diesel(treat_none_as_default_value = false)]
struct NewEntry<'a> {
    transaction_id: i64,
    account_id: i64,
    counter_account_id: i64,
    amount: i64,
    statement_type: Option<&'a str>,
    entry_no: Option<i64>,
    balance_after: Option<i64>,
    business_date: chrono::NaiveDate,
    created_at: chrono::NaiveDateTime,
}

/// The owner of an account that has none.
const HOUSE: i64 = 0;

/// A member's balances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// What can be spent and paid out.
    pub wallet: Paise,
    /// What pays the member's bookings.
    pub emi_reserve: Paise,
    /// What is kept for the member.
    pub reserve: Paise,
    /// What is held for payouts under way.
    pub on_hold: Paise,
}

/// A member's balances (index `ix_accounts_user`).
///
/// # Errors
/// What the database says.
pub fn balances(reader: &mut Reader, user_id: i64) -> Result<Balances> {
    #[derive(Queryable)]
    struct Row {
        #[diesel(deserialize_as = Column<AccountKind>)]
        kind: AccountKind,
        balance: Option<i64>,
    }
    let mine: Vec<Row> = accounts::table
        .filter(accounts::user_id.eq(user_id))
        .filter(accounts::kind.ne(AccountKind::Booking.as_str()))
        .select((accounts::kind, accounts::balance))
        .load(reader.connection())?;
    let mut balances = Balances::default();
    for row in mine {
        let balance = Paise::new(row.balance.unwrap_or_default());
        let total = match row.kind {
            AccountKind::Wallet => &mut balances.wallet,
            AccountKind::EmiReserve => &mut balances.emi_reserve,
            AccountKind::Reserve => &mut balances.reserve,
            AccountKind::Hold => &mut balances.on_hold,
            _ => continue,
        };
        *total = total.checked_add(balance).map_err(Error::corrupt)?;
    }
    Ok(balances)
}

/// Which ledger transactions a row caused, oldest first (index `ix_ledger_transactions_reference`).
///
/// # Errors
/// What the database says.
pub fn transactions_of(reader: &mut Reader, kind: ReferenceType, id: i64) -> Result<Vec<(i64, String)>> {
    Ok(ledger_transactions::table
        .filter(ledger_transactions::reference_type.eq(kind.as_str()))
        .filter(ledger_transactions::reference_id.eq(id))
        .order(ledger_transactions::id.asc())
        .select((ledger_transactions::id, ledger_transactions::kind))
        .load(reader.connection())?)
}

/// A member's account as it is cached and as its entries sum up; none when it is not open.
///
/// # Errors
/// What the database says.
pub fn recheck(reader: &mut Reader, account: Account) -> Result<Option<(Paise, Paise)>> {
    let row: Option<(i64, Option<i64>)> = accounts::table
        .filter(accounts::kind.eq(account.kind().as_str()))
        .filter(accounts::owner_id.eq(account.owner().unwrap_or(HOUSE)))
        .select((accounts::id, accounts::balance))
        .first(reader.connection())
        .optional()?;
    let Some((id, Some(cached))) = row else { return Ok(None) };
    let amounts: Vec<i64> = ledger_entries::table
        .filter(ledger_entries::account_id.eq(id))
        .select(ledger_entries::amount)
        .load(reader.connection())?;
    let entries = Paise::checked_sum(amounts.into_iter().map(Paise::new)).map_err(Error::corrupt)?;
    Ok(Some((Paise::new(cached), entries)))
}
