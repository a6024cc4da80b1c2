//! Counts and sums for the dashboard and the reports.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use money::Paise;
use wallet_rules::{
    booking::BookingStatus,
    calendar::{Instant, day_end_exclusive, day_start},
    earning::PairStatus,
    ledger::{AccountKind, StatementType},
    payout::PayoutStatus,
};

use crate::{
    Error, Result,
    db::Reader,
    schema::{accounts, bookings, ledger_entries, pairs, payments, payouts, users},
};

/// What a member's dashboard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberCounts {
    /// Bookings that take payments.
    pub active_bookings: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Pairs formed, without flushed ones.
    pub binary_pairs: i64,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}

/// What the platform's dashboard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformCounts {
    /// All accounts.
    pub total_users: i64,
    /// Active Buyers.
    pub active_buyers: i64,
    /// All bookings.
    pub total_bookings: i64,
    /// Σ completed payments.
    pub total_revenue: Paise,
    /// Σ wallets.
    pub total_wallet_balance: Paise,
    /// Payouts that wait for an admin.
    pub pending_payouts: i64,
}

/// Counts over one member's rows, each by its index on the member.
///
/// # Errors
/// What the database says.
pub fn member_counts(reader: &mut Reader, user_id: i64) -> Result<MemberCounts> {
    let open = [BookingStatus::PreBooked.as_str(), BookingStatus::Confirmed.as_str()];
    let my_bookings = || bookings::table.filter(bookings::user_id.eq(user_id));
    Ok(MemberCounts {
        active_bookings: my_bookings()
            .filter(bookings::status.eq_any(open))
            .count()
            .get_result(reader.connection())?,
        total_bookings: my_bookings().count().get_result(reader.connection())?,
        binary_pairs: pairs::table
            .filter(pairs::user_id.eq(user_id))
            .filter(pairs::status.ne(PairStatus::Flushed.as_str()))
            .count()
            .get_result(reader.connection())?,
        pending_payouts: payouts::table
            .filter(payouts::user_id.eq(user_id))
            .filter(payouts::status.eq(PayoutStatus::Pending.as_str()))
            .count()
            .get_result(reader.connection())?,
    })
}

/// Counts over everyone. Revenue is read as Σ `total_paid`, which is Σ completed payments of each booking.
///
/// # Errors
/// What the database says.
pub fn platform_counts(reader: &mut Reader) -> Result<PlatformCounts> {
    let revenue: i64 = bookings::table
        .select(sql::<BigInt>("CAST(COALESCE(SUM(total_paid), 0) AS SIGNED)"))
        .first(reader.connection())?;
    let wallets: i64 = accounts::table
        .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(balance), 0) AS SIGNED)"))
        .first(reader.connection())?;
    Ok(PlatformCounts {
        total_users: users::table.count().get_result(reader.connection())?,
        active_buyers: users::table
            .filter(users::is_active_buyer.eq(true))
            .count()
            .get_result(reader.connection())?,
        total_bookings: bookings::table.count().get_result(reader.connection())?,
        total_revenue: Paise::new(revenue),
        total_wallet_balance: Paise::new(wallets),
        pending_payouts: payouts::table
            .filter(payouts::status.eq(PayoutStatus::Pending.as_str()))
            .count()
            .get_result(reader.connection())?,
    })
}

/// Indian days, both included; an end that is left out is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// From this one on.
    pub first: Option<NaiveDate>,
    /// Up to this one.
    pub last: Option<NaiveDate>,
}

/// What was sold on one Indian day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SalesOfDay {
    /// Σ payments completed on it.
    pub amount: Paise,
    /// Those payments.
    pub payments: i64,
    /// Bookings made on it.
    pub bookings: i64,
}

/// Sales by Indian day, of those days that have any. Each day is a range of two indexes (`ix_payments_completed_at`,
/// `ix_bookings_created_at`): grouping all rows by their day would sort them first, which took five times as long.
///
/// # Errors
/// What the database says.
pub fn sales(reader: &mut Reader, days: Days) -> Result<BTreeMap<NaiveDate, SalesOfDay>> {
    let mut by_day = BTreeMap::new();
    let Some((first, last)) = sold_between(reader)? else { return Ok(by_day) };
    let first = days.first.map_or(first, |day| day.max(first));
    let last = days.last.map_or(last, |day| day.min(last));
    for day in first.iter_days().take_while(|day| *day <= last) {
        let (begin, end) = (day_start(day).utc(), day_end_exclusive(day).utc());
        // a payment has the moment of its completion exactly when it is completed
        let (paid, amount): (i64, i64) = payments::table
            .filter(payments::completed_at.ge(Some(begin)))
            .filter(payments::completed_at.lt(Some(end)))
            .select((
                sql::<BigInt>("COUNT(*)"),
                sql::<BigInt>("CAST(COALESCE(SUM(payments.amount), 0) AS SIGNED)"),
            ))
            .first(reader.connection())?;
        let booked: i64 = bookings::table
            .filter(bookings::created_at.ge(begin))
            .filter(bookings::created_at.lt(end))
            .count()
            .get_result(reader.connection())?;
        if paid > 0 || booked > 0 {
            by_day.insert(day, SalesOfDay { amount: Paise::new(amount), payments: paid, bookings: booked });
        }
    }
    Ok(by_day)
}

/// The first and the last Indian day on which anything was paid or booked.
fn sold_between(reader: &mut Reader) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let paid = || payments::table.filter(payments::completed_at.is_not_null()).select(payments::completed_at);
    let booked = || bookings::table.select(bookings::created_at);
    let connection = reader.connection();
    let first_paid: Option<Option<NaiveDateTime>> =
        paid().order(payments::completed_at.asc()).first(connection).optional()?;
    let last_paid: Option<Option<NaiveDateTime>> =
        paid().order(payments::completed_at.desc()).first(connection).optional()?;
    let first_booked: Option<NaiveDateTime> =
        booked().order(bookings::created_at.asc()).first(connection).optional()?;
    let last_booked: Option<NaiveDateTime> =
        booked().order(bookings::created_at.desc()).first(connection).optional()?;
    let day = |at: NaiveDateTime| Instant::from_utc(at).ist_date();
    let first = first_paid.flatten().into_iter().chain(first_booked).map(day).min();
    let last = last_paid.flatten().into_iter().chain(last_booked).map(day).max();
    Ok(first.zip(last))
}

/// What one member's report counts, each by its index on the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserCounts {
    /// All bookings.
    pub bookings: i64,
    /// Σ completed payments of every method.
    pub total_paid: Paise,
    /// Pairs formed, without flushed ones.
    pub binary_pairs: i64,
    /// All payouts that were asked for.
    pub payouts: i64,
}

/// Counts over one member's rows.
///
/// # Errors
/// What the database says.
pub fn user_counts(reader: &mut Reader, user_id: i64) -> Result<UserCounts> {
    let (count, paid): (i64, i64) = bookings::table
        .filter(bookings::user_id.eq(user_id))
        .select((
            sql::<BigInt>("COUNT(*)"),
            sql::<BigInt>("CAST(COALESCE(SUM(bookings.total_paid), 0) AS SIGNED)"),
        ))
        .first(reader.connection())?;
    Ok(UserCounts {
        bookings: count,
        total_paid: Paise::new(paid),
        binary_pairs: pairs::table
            .filter(pairs::user_id.eq(user_id))
            .filter(pairs::status.ne(PairStatus::Flushed.as_str()))
            .count()
            .get_result(reader.connection())?,
        payouts: payouts::table
            .filter(payouts::user_id.eq(user_id))
            .count()
            .get_result(reader.connection())?,
    })
}

/// What the rows of one name on wallets' statements come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementSum {
    /// What the rows are called.
    pub statement_type: StatementType,
    /// How many there are.
    pub count: i64,
    /// Σ amounts, with their signs.
    pub total: Paise,
    /// Σ amounts above 0.00.
    pub credit: Paise,
}

/// Rows of wallets' statements, by name: one member's (index `uq_ledger_entries_account_no`), or everyone's (index
/// `ix_ledger_entries_statement`; what has a name there is a wallet's).
///
/// # Errors
/// What the database says.
pub fn statement_sums(reader: &mut Reader, user_id: Option<i64>, days: Days) -> Result<Vec<StatementSum>> {
    let mut query = ledger_entries::table
        .group_by(ledger_entries::statement_type)
        .select((
            ledger_entries::statement_type,
            sql::<BigInt>("COUNT(*)"),
            sql::<BigInt>("CAST(COALESCE(SUM(amount), 0) AS SIGNED)"),
            sql::<BigInt>("CAST(COALESCE(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END), 0) AS SIGNED)"),
        ))
        .filter(ledger_entries::statement_type.is_not_null())
        .into_boxed();
    if let Some(user_id) = user_id {
        let wallet: Option<i64> = accounts::table
            .filter(accounts::kind.eq(AccountKind::Wallet.as_str()))
            .filter(accounts::owner_id.eq(user_id))
            .select(accounts::id)
            .first(reader.connection())
            .optional()?;
        let Some(wallet) = wallet else { return Ok(Vec::new()) };
        query = query.filter(ledger_entries::account_id.eq(wallet));
    }
    if let Some(first) = days.first {
        query = query.filter(ledger_entries::business_date.ge(first));
    }
    if let Some(last) = days.last {
        query = query.filter(ledger_entries::business_date.le(last));
    }
    let rows: Vec<(Option<String>, i64, i64, i64)> = query.load(reader.connection())?;
    let sum = |(name, count, total, credit): (Option<String>, i64, i64, i64)| {
        let statement_type = name.as_deref().unwrap_or_default().parse().map_err(Error::corrupt)?;
        Ok(StatementSum { statement_type, count, total: Paise::new(total), credit: Paise::new(credit) })
    };
    rows.into_iter().map(sum).collect()
}
