//! Payouts and the instalments they pay. Whoever moves a payout on holds its member's row lock.

use diesel::prelude::*;
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    payout::{EmiPart, PayoutStatus, Quote},
};

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, last_insert_id},
    paging::{Rows, Slice},
    schema::{payout_parts, payouts},
};

/// A payout as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payouts)]
pub struct Payout {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// What left the wallet.
    #[diesel(deserialize_as = Column<Paise>)]
    pub requested_amount: Paise,
    /// The tax.
    #[diesel(deserialize_as = Column<Paise>)]
    pub tds_amount: Paise,
    /// Whether it was to pay instalments.
    pub emi_auto_filled: bool,
    /// What pays instalments.
    #[diesel(deserialize_as = Column<Paise>)]
    pub emi_amount: Paise,
    /// What the bank pays.
    #[diesel(deserialize_as = Column<Paise>)]
    pub net_amount: Paise,
    /// The bank.
    pub bank_name: String,
    /// The account's number, sealed.
    pub account_sealed: String,
    /// Its last four digits.
    pub account_last4: String,
    /// The bank's branch.
    pub ifsc_code: String,
    /// The account's holder.
    pub account_holder_name: String,
    /// The member's PAN, sealed; blank without an approved KYC.
    pub pan_sealed: String,
    /// Where it stands.
    #[diesel(deserialize_as = Column<PayoutStatus>)]
    pub status: PayoutStatus,
    /// The bank's reference.
    pub transaction_id: String,
    /// Why it was rejected, or why it failed.
    pub rejection_reason: String,
    /// The member's remarks.
    pub notes: String,
    /// The plan version that decided it.
    pub plan_version: i32,
    /// When it was asked for.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When it was processed.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub processed_at: Option<Instant>,
    /// When the bank had paid.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub completed_at: Option<Instant>,
}

/// A payout to be made; it begins as `pending`.
#[derive(Clone, Debug)]
pub struct NewPayout {
    /// Whose it is.
    pub user_id: i64,
    /// Whether it was to pay instalments.
    pub emi_auto_filled: bool,
    /// The bank.
    pub bank_name: String,
    /// The account's number, sealed.
    pub account_sealed: String,
    /// Its last four digits.
    pub account_last4: String,
    /// The bank's branch.
    pub ifsc_code: String,
    /// The account's holder.
    pub account_holder_name: String,
    /// The member's PAN, sealed.
    pub pan_sealed: String,
    /// The member's remarks.
    pub notes: String,
    /// The plan version that decides it.
    pub plan_version: i32,
    /// Now.
    pub created_at: Instant,
}

/// Inserts a pending payout with its frozen amounts and instalments, and gives its key.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, new: &NewPayout, quote: &Quote<i64>) -> Result<i64> {
    diesel::insert_into(payouts::table)
        .values((
            (
                payouts::user_id.eq(new.user_id),
                payouts::requested_amount.eq(quote.requested.get()),
                payouts::tds_amount.eq(quote.tds.get()),
                payouts::emi_auto_filled.eq(new.emi_auto_filled),
                payouts::emi_amount.eq(quote.emi.get()),
                payouts::net_amount.eq(quote.net.get()),
                payouts::bank_name.eq(&new.bank_name),
                payouts::account_sealed.eq(&new.account_sealed),
                payouts::account_last4.eq(&new.account_last4),
            ),
            (
                payouts::ifsc_code.eq(&new.ifsc_code),
                payouts::account_holder_name.eq(&new.account_holder_name),
                payouts::pan_sealed.eq(&new.pan_sealed),
                payouts::status.eq(PayoutStatus::Pending.as_str()),
                payouts::transaction_id.eq(""),
                payouts::rejection_reason.eq(""),
                payouts::notes.eq(&new.notes),
                payouts::plan_version.eq(new.plan_version),
                payouts::created_at.eq(new.created_at.utc()),
            ),
        ))
        .execute(tx.connection())?;
    let id = last_insert_id(tx)?;
    for part in &quote.parts {
        diesel::insert_into(payout_parts::table)
            .values((
                payout_parts::payout_id.eq(id),
                payout_parts::booking_id.eq(part.booking),
                payout_parts::number.eq(i32::try_from(part.number).map_err(Error::corrupt)?),
                payout_parts::amount.eq(part.amount.get()),
            ))
            .execute(tx.connection())?;
    }
    Ok(id)
}

/// The payout with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Payout>> {
    Ok(payouts::table.find(id).select(Payout::as_select()).first(reader.connection()).optional()?)
}

/// What a payout was frozen as: its amounts and the instalments it pays, in order.
///
/// # Errors
/// What the database says.
pub fn quote(reader: &mut Reader, payout: &Payout) -> Result<Quote<i64>> {
    let parts: Vec<(i64, i32, i64)> = payout_parts::table
        .filter(payout_parts::payout_id.eq(payout.id))
        .order(payout_parts::id.asc())
        .select((payout_parts::booking_id, payout_parts::number, payout_parts::amount))
        .load(reader.connection())?;
    let part = |(booking, number, amount)| {
        Ok(EmiPart {
            booking,
            number: u32::try_from(number).map_err(Error::corrupt)?,
            amount: Paise::new(amount),
        })
    };
    Ok(Quote {
        requested: payout.requested_amount,
        tds: payout.tds_amount,
        emi: payout.emi_amount,
        net: payout.net_amount,
        parts: parts.into_iter().map(part).collect::<Result<_>>()?,
    })
}

/// True while a payout of the member is pending or processing (index `ix_payouts_user`).
///
/// # Errors
/// What the database says.
pub fn has_open(reader: &mut Reader, user_id: i64) -> Result<bool> {
    let open = payouts::table
        .filter(payouts::user_id.eq(user_id))
        .filter(payouts::status.eq_any([PayoutStatus::Pending.as_str(), PayoutStatus::Processing.as_str()]));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(reader.connection())?)
}

/// What ends or moves on a payout.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// An admin processed it; with nothing for the bank to pay it is completed at once.
    Process {
        /// The admin.
        by: i64,
    },
    /// The bank has paid.
    Complete {
        /// The admin who says so.
        by: i64,
        /// The bank's reference.
        transaction_id: &'a str,
    },
    /// Rejected, or the bank could not pay.
    Refuse {
        /// The admin.
        by: i64,
        /// Why.
        reason: &'a str,
    },
    /// The member took it back.
    Cancel {
        /// The member.
        by: i64,
    },
}

/// Moves a payout from `seen`'s state to `next`; false when it is not there any more.
///
/// # Errors
/// What the database says.
pub fn advance(
    tx: &mut Tx,
    seen: &Payout,
    next: PayoutStatus,
    step: &Step<'_>,
    now: Instant,
) -> Result<bool> {
    let row = payouts::table.find(seen.id).filter(payouts::status.eq(seen.status.as_str()));
    let completed_at = (next == PayoutStatus::Completed).then_some(now.utc());
    let status = payouts::status.eq(next.as_str());
    let updated = match step {
        Step::Process { by } => diesel::update(row)
            .set((
                status,
                payouts::processed_at.eq(Some(now.utc())),
                payouts::processed_by.eq(Some(*by)),
                payouts::completed_at.eq(completed_at),
                payouts::ended_by.eq(completed_at.map(|_| *by)),
            ))
            .prepared()
            .execute(tx.connection())?,
        Step::Complete { by, transaction_id } => diesel::update(row)
            .set((
                status,
                payouts::transaction_id.eq(*transaction_id),
                payouts::completed_at.eq(completed_at),
                payouts::ended_by.eq(Some(*by)),
            ))
            .prepared()
            .execute(tx.connection())?,
        Step::Refuse { by, reason } => diesel::update(row)
            .set((status, payouts::rejection_reason.eq(*reason), payouts::ended_by.eq(Some(*by))))
            .prepared()
            .execute(tx.connection())?,
        Step::Cancel { by } => diesel::update(row)
            .set((status, payouts::ended_by.eq(Some(*by))))
            .prepared()
            .execute(tx.connection())?,
    };
    Ok(updated == 1)
}

/// Which payouts a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this member's.
    pub user_id: Option<i64>,
    /// Only in this state.
    pub status: Option<PayoutStatus>,
    /// Only those asked for at this instant or later.
    pub from: Option<Instant>,
    /// Only those asked for before this instant.
    pub before: Option<Instant>,
}

/// Payouts, newest first (index `ix_payouts_user`, or the key for everyone's).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: &Filter, slice: Slice) -> Result<Rows<Payout>> {
    let matching = || {
        let mut query = payouts::table.into_boxed();
        if let Some(user_id) = filter.user_id {
            query = query.filter(payouts::user_id.eq(user_id));
        }
        if let Some(status) = filter.status {
            query = query.filter(payouts::status.eq(status.as_str()));
        }
        if let Some(from) = filter.from {
            query = query.filter(payouts::created_at.ge(from.utc()));
        }
        if let Some(before) = filter.before {
            query = query.filter(payouts::created_at.lt(before.utc()));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(payouts::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Payout::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
