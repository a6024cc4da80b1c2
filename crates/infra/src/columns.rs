//! How domain values stand in columns: money as BIGINT paise, instants as UTC, states as their texts.
//!
//! A row struct names its field's own type and reads it through [`Column`] (or [`Nullable`]):
//! `#[diesel(deserialize_as = Column<Paise>)] amount: Paise`. Writing needs no wrapper: `.eq(amount.get())`,
//! `.eq(now.utc())`, `.eq(status.as_str())`.

use chrono::NaiveDateTime;
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow, Queryable},
    sql_types::{BigInt, Integer, Text, Timestamp},
};
use money::Paise;
use wallet_rules::{
    booking::{BookingStatus, PaymentMethod, PaymentStatus},
    calendar::Instant,
    earning::PairStatus,
    ledger::{AccountKind, PostingKind, ReferenceType, StatementType},
    occasion::{NotificationType, Subject},
    payout::PayoutStatus,
    people::{DocumentType, Gender, KycStatus, Relationship, Role},
};

/// A domain value as a column gives it.
#[derive(Debug, FromSqlRow)]
pub struct Column<T>(T);

/// A domain value that may be absent.
#[derive(Debug)]
pub struct Nullable<T>(Option<T>);

impl<T, ST, DB> Queryable<ST, DB> for Nullable<T>
where
    DB: Backend,
    Option<Column<T>>: Queryable<ST, DB>,
{
    type Row = <Option<Column<T>> as Queryable<ST, DB>>::Row;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(<Option<Column<T>> as Queryable<ST, DB>>::build(row)?.map(|column| column.0)))
    }
}

macro_rules! readable {
    ($($domain:ty),+ $(,)?) => {$(
        impl From<Column<$domain>> for $domain {
            fn from(column: Column<$domain>) -> Self {
                column.0
            }
        }

        impl From<Nullable<$domain>> for Option<$domain> {
            fn from(column: Nullable<$domain>) -> Self {
                column.0
            }
        }
    )+};
}

macro_rules! text_columns {
    ($($domain:ty),+ $(,)?) => {
        readable!($($domain),+);
        $(
            impl<DB> FromSql<Text, DB> for Column<$domain>
            where
                DB: Backend,
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    Ok(Self(String::from_sql(bytes)?.parse::<$domain>()?))
                }
            }
        )+
    };
}

readable!(Paise, Instant, u32, u64);
text_columns!(
    BookingStatus,
    PaymentMethod,
    PaymentStatus,
    PayoutStatus,
    StatementType,
    AccountKind,
    PostingKind,
    ReferenceType,
    KycStatus,
    PairStatus,
    Gender,
    DocumentType,
    NotificationType,
    Relationship,
    Role,
    Subject,
    binary_tree::Side,
);

impl<DB> FromSql<BigInt, DB> for Column<Paise>
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Paise::new(i64::from_sql(bytes)?)))
    }
}

impl<DB> FromSql<Timestamp, DB> for Column<Instant>
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Instant::from_utc(NaiveDateTime::from_sql(bytes)?)))
    }
}

impl<DB> FromSql<Integer, DB> for Column<u32>
where
    DB: Backend,
    i32: FromSql<Integer, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(u32::try_from(i32::from_sql(bytes)?)?))
    }
}

impl<DB> FromSql<BigInt, DB> for Column<u64>
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(u64::try_from(i64::from_sql(bytes)?)?))
    }
}
