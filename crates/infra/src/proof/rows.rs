//! Rows whose rightness only the rules can tell, in slices by key.

use chrono::NaiveDate;
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Bool, Integer, Nullable},
};
use money::Paise;

use crate::{
    Result,
    columns::Column,
    db::Reader,
    payouts::Payout,
    schema::{payouts, tds_register},
};

/// A completed payment and what decides its sponsor's bonus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct BonusRow {
    /// The payment.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Its amount, in paise.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
    /// The stored bonus, in paise.
    #[diesel(sql_type = BigInt)]
    pub referral_bonus: i64,
    /// The plan version that decided it.
    #[diesel(sql_type = Integer)]
    pub plan_version: i32,
    /// The payer's sponsor.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub sponsor_id: Option<i64>,
    /// What confirms the booking, in paise.
    #[diesel(sql_type = BigInt)]
    pub booking_amount: i64,
    /// What the booking's account held after the payment, in paise; none when it is not posted.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub paid_with_it: Option<i64>,
}

/// Completed payments with keys above `after`, by key. The ledger's order decides what was paid before what.
///
/// # Errors
/// What the database says.
pub fn bonuses_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<BonusRow>> {
    // a pair and a payment have one entry on a booking; a payout's several only go to confirmed bookings
    let query = "SELECT p.id, p.amount, p.referral_bonus, p.plan_version, u.sponsor_id, b.booking_amount,
            MIN(e.balance_after) AS paid_with_it
        FROM payments p
        JOIN users u ON u.id = p.user_id
        JOIN bookings b ON b.id = p.booking_id
        LEFT JOIN accounts a ON a.kind = 'booking' AND a.owner_id = b.id
        LEFT JOIN ledger_transactions t ON t.kind <> 'referral_bonus'
            AND t.reference_type = CASE WHEN p.payout_id IS NOT NULL THEN 'payout'
                WHEN p.pair_id IS NOT NULL THEN 'pair' ELSE 'payment' END
            AND t.reference_id = COALESCE(p.payout_id, p.pair_id, p.id)
        LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.account_id = a.id
        WHERE p.id > ? AND p.status = 'completed'
        GROUP BY p.id, p.amount, p.referral_bonus, p.plan_version, u.sponsor_id, b.booking_amount
        ORDER BY p.id LIMIT ?";
    Ok(diesel::sql_query(query)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .load(reader.connection())?)
}

/// A member and what decides whether they are an Active Buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct BuyerRow {
    /// The member.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// What the account says.
    #[diesel(sql_type = Bool)]
    pub is_active_buyer: bool,
    /// Σ completed payments over bookings that are not cancelled, in paise.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    /// The newest plan version that decided one of the payments.
    #[diesel(sql_type = Nullable<Integer>)]
    pub plan_version: Option<i32>,
}

/// Members with keys above `after`, by key.
///
/// # Errors
/// What the database says.
pub fn buyers_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<BuyerRow>> {
    let query = "SELECT u.id, u.is_active_buyer, CAST(COALESCE(SUM(p.amount), 0) AS SIGNED) AS paid,
            MAX(p.plan_version) AS plan_version
        FROM users u
        LEFT JOIN payments p ON p.user_id = u.id AND p.status = 'completed'
        WHERE u.id > ?
        GROUP BY u.id, u.is_active_buyer
        ORDER BY u.id LIMIT ?";
    Ok(diesel::sql_query(query)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .load(reader.connection())?)
}

/// A row of the tax register and the payout that it is of.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct TaxRow {
    /// Key.
    pub id: i64,
    /// `2026-27`.
    pub financial_year: String,
    /// 1 to 4.
    pub quarter: i32,
    /// The payout before tax.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_payout: Paise,
    /// The tax.
    #[diesel(deserialize_as = Column<Paise>)]
    pub tds_deducted: Paise,
    /// The Indian day of the posting.
    pub business_date: NaiveDate,
    /// Whose tax the row says it is.
    pub user_id: i64,
    /// Whose payout it is.
    pub payout_user_id: i64,
    /// What the payout asked for.
    #[diesel(deserialize_as = Column<Paise>)]
    pub requested_amount: Paise,
    /// The payout's tax.
    #[diesel(deserialize_as = Column<Paise>)]
    pub tds_amount: Paise,
}

/// Rows of the register with keys above `after`, by key.
///
/// # Errors
/// What the database says.
pub fn taxes_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<TaxRow>> {
    Ok(tds_register::table
        .inner_join(payouts::table.on(payouts::id.eq(tds_register::payout_id)))
        .filter(tds_register::id.gt(after))
        .order(tds_register::id.asc())
        .limit(limit)
        .select((
            tds_register::id,
            tds_register::financial_year,
            tds_register::quarter,
            tds_register::total_payout,
            tds_register::tds_deducted,
            tds_register::business_date,
            tds_register::user_id,
            payouts::user_id,
            payouts::requested_amount,
            payouts::tds_amount,
        ))
        .load(reader.connection())?)
}

/// Payouts with keys above `after`, by key.
///
/// # Errors
/// What the database says.
pub fn payouts_after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<Payout>> {
    Ok(payouts::table
        .filter(payouts::id.gt(after))
        .order(payouts::id.asc())
        .limit(limit)
        .select(Payout::as_select())
        .load(reader.connection())?)
}
