//! Payments of bookings.

use diesel::prelude::*;
use money::Paise;
use wallet_rules::{
    booking::{PaymentMethod, PaymentStatus},
    calendar::Instant,
};

use crate::{
    Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, last_insert_id},
    paging::{Rows, Slice},
    schema::payments,
};

/// A payment as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = payments)]
pub struct Payment {
    /// Key.
    pub id: i64,
    /// The booking it pays.
    pub booking_id: i64,
    /// The booking's buyer.
    pub user_id: i64,
    /// How much.
    #[diesel(deserialize_as = Column<Paise>)]
    pub amount: Paise,
    /// Where the money comes from.
    #[diesel(deserialize_as = Column<PaymentMethod>)]
    pub payment_method: PaymentMethod,
    /// The gateway's or the bank's reference.
    pub transaction_id: String,
    /// Where it stands.
    #[diesel(deserialize_as = Column<PaymentStatus>)]
    pub status: PaymentStatus,
    /// Remarks.
    pub notes: String,
    /// The plan version that decided its bonus.
    pub plan_version: i32,
    /// The bonus that its completion earns the payer's sponsor; 0.00 when none.
    #[diesel(deserialize_as = Column<Paise>)]
    pub referral_bonus: Paise,
    /// The payout that fills it.
    pub payout_id: Option<i64>,
    /// The pair whose deduction it is.
    pub pair_id: Option<i64>,
    /// When it was made.
    #[diesel(deserialize_as = Column<Instant>)]
    pub payment_date: Instant,
    /// When it was completed.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub completed_at: Option<Instant>,
}

/// A payment to be made; it begins as `pending`.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The booking it pays.
    pub booking_id: i64,
    /// The booking's buyer.
    pub user_id: i64,
    /// How much.
    pub amount: Paise,
    /// Where the money comes from.
    pub method: PaymentMethod,
    /// The plan version in force.
    pub plan_version: i32,
    /// The payout that fills it.
    pub payout_id: Option<i64>,
    /// The pair whose deduction it is.
    pub pair_id: Option<i64>,
    /// Now.
    pub now: Instant,
}

/// Inserts a pending payment and gives it as it is stored.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, new: &NewPayment) -> Result<Payment> {
    diesel::insert_into(payments::table)
        .values((
            payments::booking_id.eq(new.booking_id),
            payments::user_id.eq(new.user_id),
            payments::amount.eq(new.amount.get()),
            payments::payment_method.eq(new.method.as_str()),
            payments::transaction_id.eq(""),
            payments::status.eq(PaymentStatus::Pending.as_str()),
            payments::notes.eq(""),
            payments::plan_version.eq(new.plan_version),
            payments::referral_bonus.eq(0),
            payments::payout_id.eq(new.payout_id),
            payments::pair_id.eq(new.pair_id),
            payments::payment_date.eq(new.now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(Payment {
        id: last_insert_id(tx)?,
        booking_id: new.booking_id,
        user_id: new.user_id,
        amount: new.amount,
        payment_method: new.method,
        transaction_id: String::new(),
        status: PaymentStatus::Pending,
        notes: String::new(),
        plan_version: new.plan_version,
        referral_bonus: Paise::ZERO,
        payout_id: new.payout_id,
        pair_id: new.pair_id,
        payment_date: new.now,
        completed_at: None,
    })
}

/// The payment with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Payment>> {
    Ok(payments::table.find(id).select(Payment::as_select()).first(reader.connection()).optional()?)
}

/// How a payment is decided.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The gateway's own key of the capture; one capture completes one payment.
    pub gateway_reference: Option<String>,
    /// The reference to show.
    pub transaction_id: String,
    /// Remarks.
    pub notes: String,
    /// The admin who decided, for `bank_transfer` and `cash`.
    pub decided_by: Option<i64>,
}

/// `pending` → `completed`, with the bonus it earns: the payment as it is stored then, or none when it is not
/// pending any more.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the gateway's capture completed another payment.
pub fn set_completed(
    tx: &mut Tx,
    pending: &Payment,
    bonus: Paise,
    plan_version: i32,
    decision: &Decision,
    now: Instant,
) -> Result<Option<Payment>> {
    let updated = diesel::update(payments::table.find(pending.id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .set((
            payments::status.eq(PaymentStatus::Completed.as_str()),
            payments::completed_at.eq(Some(now.utc())),
            payments::referral_bonus.eq(bonus.get()),
            payments::plan_version.eq(plan_version),
            payments::gateway_reference.eq(decision.gateway_reference.as_deref()),
            payments::transaction_id.eq(&decision.transaction_id),
            payments::notes.eq(&decision.notes),
            payments::decided_by.eq(decision.decided_by),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok((updated == 1).then(|| Payment {
        status: PaymentStatus::Completed,
        completed_at: Some(now),
        referral_bonus: bonus,
        plan_version,
        transaction_id: decision.transaction_id.clone(),
        notes: decision.notes.clone(),
        ..pending.clone()
    }))
}

/// `pending` → `failed`; false when it is not pending any more.
///
/// # Errors
/// What the database says.
pub fn set_failed(tx: &mut Tx, id: i64, decision: &Decision) -> Result<bool> {
    let updated = diesel::update(payments::table.find(id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()))
        .set((
            payments::status.eq(PaymentStatus::Failed.as_str()),
            payments::transaction_id.eq(&decision.transaction_id),
            payments::notes.eq(&decision.notes),
            payments::decided_by.eq(decision.decided_by),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(updated == 1)
}

/// Payments, newest first; everyone's, or one member's (index `ix_payments_user`).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, user_id: Option<i64>, slice: Slice) -> Result<Rows<Payment>> {
    let matching = || {
        let mut query = payments::table.into_boxed();
        if let Some(user_id) = user_id {
            query = query.filter(payments::user_id.eq(user_id));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(payments::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Payment::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// True while a payment of this member waits to be decided.
///
/// # Errors
/// What the database says.
pub fn has_pending(reader: &mut Reader, user_id: i64) -> Result<bool> {
    let pending = payments::table
        .filter(payments::user_id.eq(user_id))
        .filter(payments::status.eq(PaymentStatus::Pending.as_str()));
    Ok(diesel::select(diesel::dsl::exists(pending)).get_result(reader.connection())?)
}
