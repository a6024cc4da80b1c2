//! Bookings.

use chrono::NaiveDate;
use diesel::prelude::*;
use money::Paise;
use wallet_rules::{booking::BookingStatus, calendar::Instant};

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, expect_one, last_insert_id},
    paging::{Rows, Slice, contains_pattern},
    schema::bookings,
};

/// A booking as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = bookings)]
pub struct Booking {
    /// Key.
    pub id: i64,
    /// Its buyer.
    pub user_id: i64,
    /// `EV` and eight of A–Z, 0–9.
    pub booking_number: String,
    /// What is bought.
    pub vehicle_model: String,
    /// Which kind of it.
    pub vehicle_variant: String,
    /// What confirms it.
    #[diesel(deserialize_as = Column<Paise>)]
    pub booking_amount: Paise,
    /// The whole price.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_amount: Paise,
    /// Σ completed payments.
    #[diesel(deserialize_as = Column<Paise>)]
    pub total_paid: Paise,
    /// Where it stands.
    #[diesel(deserialize_as = Column<BookingStatus>)]
    pub status: BookingStatus,
    /// The instalment, with a plan.
    #[diesel(deserialize_as = Nullable<Paise>)]
    pub emi_amount: Option<Paise>,
    /// How many instalments, with a plan.
    #[diesel(deserialize_as = Nullable<u32>)]
    pub emi_count: Option<u32>,
    /// The first due date, with a plan.
    pub emi_start_date: Option<NaiveDate>,
    /// The plan version that decided it.
    pub plan_version: i32,
    /// When it was made.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When it last changed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub updated_at: Instant,
    /// When it was first confirmed.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub confirmed_at: Option<Instant>,
    /// When nothing remained.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub completed_at: Option<Instant>,
}

/// A booking to be made; it begins as `pre_booked` with nothing paid.
#[derive(Clone, Debug)]
pub struct NewBooking {
    /// Its buyer.
    pub user_id: i64,
    /// `EV` and eight of A–Z, 0–9.
    pub booking_number: String,
    /// What is bought.
    pub vehicle_model: String,
    /// Which kind of it.
    pub vehicle_variant: String,
    /// What confirms it.
    pub booking_amount: Paise,
    /// The whole price.
    pub total_amount: Paise,
    /// Instalment, count and first due date, with a plan.
    pub emi: Option<(Paise, u32, NaiveDate)>,
    /// The plan version that decides it.
    pub plan_version: i32,
    /// Now.
    pub created_at: Instant,
}

/// Inserts a booking and gives it as it is stored.
///
/// # Errors
/// [`Error::Duplicate`] when the number is taken; what the database says.
pub fn insert(tx: &mut Tx, new: NewBooking) -> Result<Booking> {
    let count = new.emi.map(|(_, count, _)| i32::try_from(count)).transpose().map_err(Error::corrupt)?;
    diesel::insert_into(bookings::table)
        .values((
            (
                bookings::user_id.eq(new.user_id),
                bookings::booking_number.eq(&new.booking_number),
                bookings::vehicle_model.eq(&new.vehicle_model),
                bookings::vehicle_variant.eq(&new.vehicle_variant),
                bookings::booking_amount.eq(new.booking_amount.get()),
                bookings::total_amount.eq(new.total_amount.get()),
                bookings::total_paid.eq(0),
                bookings::status.eq(BookingStatus::PreBooked.as_str()),
            ),
            (
                bookings::emi_amount.eq(new.emi.map(|(amount, ..)| amount.get())),
                bookings::emi_count.eq(count),
                bookings::emi_start_date.eq(new.emi.map(|(.., start)| start)),
                bookings::plan_version.eq(new.plan_version),
                bookings::created_at.eq(new.created_at.utc()),
                bookings::updated_at.eq(new.created_at.utc()),
            ),
        ))
        .execute(tx.connection())?;
    Ok(Booking {
        id: last_insert_id(tx)?,
        user_id: new.user_id,
        booking_number: new.booking_number,
        vehicle_model: new.vehicle_model,
        vehicle_variant: new.vehicle_variant,
        booking_amount: new.booking_amount,
        total_amount: new.total_amount,
        total_paid: Paise::ZERO,
        status: BookingStatus::PreBooked,
        emi_amount: new.emi.map(|(amount, ..)| amount),
        emi_count: new.emi.map(|(_, count, _)| count),
        emi_start_date: new.emi.map(|(.., start)| start),
        plan_version: new.plan_version,
        created_at: new.created_at,
        updated_at: new.created_at,
        confirmed_at: None,
        completed_at: None,
    })
}

/// The booking with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Booking>> {
    Ok(bookings::table.find(id).select(Booking::as_select()).first(reader.connection()).optional()?)
}

/// Takes the booking's row lock until the transaction ends and gives the row as it is then.
///
/// # Errors
/// What the database says.
pub fn lock(tx: &mut Tx, id: i64) -> Result<Option<Booking>> {
    let locked = diesel::update(bookings::table.find(id))
        .set(bookings::lock_no.eq(bookings::lock_no + 1))
        .prepared()
        .execute(tx.connection())?;
    if locked == 0 { Ok(None) } else { find(tx, id) }
}

/// Stores what a payment changed. `app`'s step `apply_payment` is the only caller.
///
/// # Errors
/// [`Error::Corrupt`] when the booking is not where the caller saw it; what the database says.
pub fn set_paid(tx: &mut Tx, seen: &Booking, paid: Paise, status: BookingStatus, now: Instant) -> Result<()> {
    let confirmed_at = match status {
        BookingStatus::Confirmed | BookingStatus::Completed => seen.confirmed_at.or(Some(now)),
        BookingStatus::PreBooked | BookingStatus::Cancelled => seen.confirmed_at,
    };
    let completed_at = (status == BookingStatus::Completed).then_some(now);
    let updated = diesel::update(bookings::table.find(seen.id))
        .filter(bookings::total_paid.eq(seen.total_paid.get()))
        .filter(bookings::status.eq(seen.status.as_str()))
        .set((
            bookings::total_paid.eq(paid.get()),
            bookings::status.eq(status.as_str()),
            bookings::confirmed_at.eq(confirmed_at.map(Instant::utc)),
            bookings::completed_at.eq(completed_at.map(Instant::utc)),
            bookings::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "a booking moved under its lock")
}

/// `pre_booked` → `cancelled`; false when it is not there any more.
///
/// # Errors
/// What the database says.
pub fn set_cancelled(tx: &mut Tx, id: i64, now: Instant) -> Result<bool> {
    let updated = diesel::update(bookings::table.find(id))
        .filter(bookings::status.eq(BookingStatus::PreBooked.as_str()))
        .filter(bookings::total_paid.eq(0))
        .set((
            bookings::status.eq(BookingStatus::Cancelled.as_str()),
            bookings::cancelled_at.eq(Some(now.utc())),
            bookings::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    Ok(updated == 1)
}

/// A member's bookings that take payments, oldest first (index `ix_bookings_user`).
///
/// # Errors
/// What the database says.
pub fn open_of_user(reader: &mut Reader, user_id: i64) -> Result<Vec<Booking>> {
    let open = [BookingStatus::PreBooked.as_str(), BookingStatus::Confirmed.as_str()];
    Ok(bookings::table
        .filter(bookings::user_id.eq(user_id))
        .filter(bookings::status.eq_any(open))
        .order(bookings::id.asc())
        .select(Booking::as_select())
        .load(reader.connection())?)
}

/// Σ `total_paid` over a member's bookings that are not cancelled (a cancelled one has nothing paid).
///
/// # Errors
/// What the database says.
pub fn paid_by_user(reader: &mut Reader, user_id: i64) -> Result<Paise> {
    // summed here: SUM gives another type on each database, and a member has few bookings
    let paid: Vec<i64> = bookings::table
        .filter(bookings::user_id.eq(user_id))
        .filter(bookings::total_paid.gt(0))
        .select(bookings::total_paid)
        .load(reader.connection())?;
    Paise::checked_sum(paid.into_iter().map(Paise::new)).map_err(Error::corrupt)
}

/// Which bookings a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this member's.
    pub user_id: Option<i64>,
    /// Only in this state.
    pub status: Option<BookingStatus>,
    /// Only where number, model or variant hold this text.
    pub search: Option<String>,
}

/// Bookings, newest first (index `ix_bookings_user`, or the key for everyone's).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: &Filter, slice: Slice) -> Result<Rows<Booking>> {
    let matching = || {
        let mut query = bookings::table.into_boxed();
        if let Some(user_id) = filter.user_id {
            query = query.filter(bookings::user_id.eq(user_id));
        }
        if let Some(status) = filter.status {
            query = query.filter(bookings::status.eq(status.as_str()));
        }
        if let Some(text) = &filter.search {
            let pattern = contains_pattern(text);
            query = query.filter(
                bookings::booking_number
                    .like(pattern.clone())
                    .escape('!')
                    .or(bookings::vehicle_model.like(pattern.clone()).escape('!'))
                    .or(bookings::vehicle_variant.like(pattern).escape('!')),
            );
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(bookings::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Booking::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// The booking numbers of these bookings.
///
/// # Errors
/// What the database says.
pub fn numbers(reader: &mut Reader, ids: &[i64]) -> Result<std::collections::HashMap<i64, String>> {
    let rows: Vec<(i64, String)> = bookings::table
        .filter(bookings::id.eq_any(ids))
        .select((bookings::id, bookings::booking_number))
        .load(reader.connection())?;
    Ok(rows.into_iter().collect())
}
