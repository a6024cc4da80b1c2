//! What members are told of; a row is written in the transaction that it tells of, once for each occasion.

use diesel::prelude::*;
use wallet_rules::{
    calendar::Instant,
    occasion::{NotificationType, Occasion, Subject},
};

use crate::{
    Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx},
    paging::{Rows, Slice},
    schema::notifications,
};

/// A notification as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notifications)]
pub struct Notification {
    /// Key.
    pub id: i64,
    /// Who is told.
    pub user_id: i64,
    /// What it is about, broadly.
    #[diesel(deserialize_as = Column<NotificationType>)]
    pub notification_type: NotificationType,
    /// A line.
    pub title: String,
    /// What happened.
    pub message: String,
    /// What the row to look at is.
    #[diesel(deserialize_as = Column<Subject>)]
    pub reference_type: Subject,
    /// That row's key.
    pub reference_id: i64,
    /// When it was marked as read.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub read_at: Option<Instant>,
    /// When it happened.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
}

/// Tells a member of an occasion.
///
/// # Errors
/// [`crate::Error::Duplicate`] when they were told of it before.
pub fn insert(tx: &mut Tx, user_id: i64, occasion: &Occasion<'_>, now: Instant) -> Result<()> {
    let (reference_type, reference_id) = occasion.subject();
    diesel::insert_into(notifications::table)
        .values((
            notifications::user_id.eq(user_id),
            notifications::occasion.eq(occasion.key()),
            notifications::notification_type.eq(occasion.notification_type().as_str()),
            notifications::title.eq(occasion.title()),
            notifications::message.eq(occasion.message()),
            notifications::reference_type.eq(reference_type.as_str()),
            notifications::reference_id.eq(reference_id),
            notifications::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// How many notifications of the member refer to this row.
///
/// # Errors
/// What the database says.
pub fn count_about(reader: &mut Reader, user_id: i64, subject: Subject, id: i64) -> Result<i64> {
    Ok(notifications::table
        .filter(notifications::user_id.eq(user_id))
        .filter(notifications::reference_type.eq(subject.as_str()))
        .filter(notifications::reference_id.eq(id))
        .count()
        .get_result(reader.connection())?)
}

/// The notification with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Notification>> {
    Ok(notifications::table
        .find(id)
        .select(Notification::as_select())
        .first(reader.connection())
        .optional()?)
}

/// The member's notifications, newest first (index `ix_notifications_user`), or only those that are read, or not
/// (index `ix_notifications_read_at`).
///
/// # Errors
/// What the database says.
pub fn list(
    reader: &mut Reader,
    user_id: i64,
    is_read: Option<bool>,
    slice: Slice,
) -> Result<Rows<Notification>> {
    let matching = || {
        let query = notifications::table.filter(notifications::user_id.eq(user_id)).into_boxed();
        match is_read {
            None => query,
            Some(true) => query.filter(notifications::read_at.is_not_null()),
            Some(false) => query.filter(notifications::read_at.is_null()),
        }
    };
    let rows: Vec<_> = matching()
        .order(notifications::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Notification::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// How many the member has not read (index `ix_notifications_read_at`).
///
/// # Errors
/// What the database says.
pub fn unread(reader: &mut Reader, user_id: i64) -> Result<i64> {
    Ok(notifications::table
        .filter(notifications::user_id.eq(user_id))
        .filter(notifications::read_at.is_null())
        .count()
        .get_result(reader.connection())?)
}

/// Marks a notification as read, unless it is.
///
/// # Errors
/// What the database says.
pub fn mark_read(tx: &mut Tx, id: i64, now: Instant) -> Result<()> {
    diesel::update(notifications::table.find(id))
        .filter(notifications::read_at.is_null())
        .set(notifications::read_at.eq(Some(now.utc())))
        .prepared()
        .execute(tx.connection())?;
    Ok(())
}

/// Marks all that the member has not read as read.
///
/// # Errors
/// What the database says.
pub fn mark_all_read(tx: &mut Tx, user_id: i64, now: Instant) -> Result<()> {
    diesel::update(notifications::table)
        .filter(notifications::user_id.eq(user_id))
        .filter(notifications::read_at.is_null())
        .set(notifications::read_at.eq(Some(now.utc())))
        .execute(tx.connection())?;
    Ok(())
}
