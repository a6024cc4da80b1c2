//! Pairs, formed and flushed, each with the whole split of its earning.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    earning::{PairSplit, PairStatus},
    plan::PlanVersion,
    why::PairWhy,
};

use crate::{
    Error, Result,
    columns::{Column, Nullable},
    db::{AnyConnection, PreparedOnce as _, ROWS_PER_STATEMENT, Reader, Tx},
    paging::{Rows, Slice},
    schema::{pairs, users},
};

/// A pair as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = pairs)]
pub struct Pair {
    /// Key; rises in the order in which pairs form.
    pub id: i64,
    /// The member above both, whose pair it is.
    pub user_id: i64,
    /// The member of the left leg.
    pub left_user_id: i64,
    /// The member of the right leg.
    pub right_user_id: i64,
    /// The owner's pair number over a lifetime, from 1; none when flushed.
    #[diesel(deserialize_as = Nullable<u64>)]
    pub pair_number: Option<u64>,
    /// Where it stands.
    #[diesel(deserialize_as = Column<PairStatus>)]
    pub status: PairStatus,
    /// Its volume.
    #[diesel(deserialize_as = Column<Paise>)]
    pub pair_amount: Paise,
    /// What it earns, gross.
    #[diesel(deserialize_as = Column<Paise>)]
    pub earning_amount: Paise,
    /// Of it, what goes on to bookings.
    #[diesel(deserialize_as = Column<Paise>)]
    pub emi_deducted: Paise,
    /// Of it, what goes on to the reserve.
    #[diesel(deserialize_as = Column<Paise>)]
    pub reserve_deducted: Paise,
    /// Of it, what stays in the wallet.
    #[diesel(deserialize_as = Column<Paise>)]
    pub net_amount: Paise,
    /// The owner was an Active Buyer when it formed.
    pub active_buyer: bool,
    /// The plan version that decided it.
    pub plan_version: i32,
    /// The place in the log of the event that formed it.
    pub seq: i64,
    /// Its Indian month, 1 to 12.
    #[diesel(deserialize_as = Column<u32>)]
    pub pair_month: u32,
    /// Its Indian year.
    pub pair_year: i32,
    /// When it formed.
    #[diesel(deserialize_as = Column<Instant>)]
    pub matched_at: Instant,
    /// When the row was made.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
    /// When its earning was posted.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub processed_at: Option<Instant>,
}

impl Pair {
    /// What it earns and where that goes, as it was decided when it formed.
    pub const fn split(&self) -> PairSplit {
        PairSplit {
            gross: self.earning_amount,
            emi: self.emi_deducted,
            reserve: self.reserve_deducted,
            net: self.net_amount,
        }
    }

    /// Why it earns that, by the plan version that decided it.
    pub fn why(&self, version: &PlanVersion) -> PairWhy {
        let day = self.matched_at.ist_date();
        match self.pair_number {
            Some(number) => PairWhy::formed(version, number, day, self.active_buyer, self.split()),
            None => PairWhy::flushed(version, day),
        }
    }
}

/// A pair as a row to insert.
#[derive(Insertable)]
#[diesel(table_name = pairs)]
struct NewRow {
    id: i64,
    user_id: i64,
    left_user_id: i64,
    right_user_id: i64,
    pair_number: Option<i64>,
    status: &'static str,
    pair_amount: i64,
    earning_amount: i64,
    emi_deducted: i64,
    reserve_deducted: i64,
    net_amount: i64,
    active_buyer: bool,
    plan_version: i32,
    seq: i64,
    pair_month: i32,
    pair_year: i32,
    matched_at: NaiveDateTime,
    created_at: NaiveDateTime,
}

impl NewRow {
    fn of(pair: &Pair) -> Result<Self> {
        Ok(Self {
            id: pair.id,
            user_id: pair.user_id,
            left_user_id: pair.left_user_id,
            right_user_id: pair.right_user_id,
            pair_number: pair.pair_number.map(i64::try_from).transpose().map_err(Error::corrupt)?,
            status: pair.status.as_str(),
            pair_amount: pair.pair_amount.get(),
            earning_amount: pair.earning_amount.get(),
            emi_deducted: pair.emi_deducted.get(),
            reserve_deducted: pair.reserve_deducted.get(),
            net_amount: pair.net_amount.get(),
            active_buyer: pair.active_buyer,
            plan_version: pair.plan_version,
            seq: pair.seq,
            pair_month: i32::try_from(pair.pair_month).map_err(Error::corrupt)?,
            pair_year: pair.pair_year,
            matched_at: pair.matched_at.utc(),
            created_at: pair.created_at.utc(),
        })
    }
}

/// Inserts pairs under their own keys: the matcher, which alone writes pairs, counts them.
///
/// # Errors
/// [`Error::Duplicate`] when a member was used for the same owner before; what the database says.
pub fn insert(tx: &mut Tx, pairs: &[Pair]) -> Result<()> {
    let rows = pairs.iter().map(NewRow::of).collect::<Result<Vec<_>>>()?;
    match tx.connection() {
        AnyConnection::Sqlite(c) => {
            for row in &rows {
                diesel::insert_into(pairs::table).values(row).execute(c)?;
            }
        }
        // a server is a round trip away
        AnyConnection::Mysql(c) => {
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                diesel::insert_into(pairs::table).values(rows).execute(c)?;
            }
        }
    }
    Ok(())
}

/// The highest key; 0 before the first pair.
///
/// # Errors
/// What the database says.
pub fn last_id(reader: &mut Reader) -> Result<i64> {
    let last: Option<i64> = pairs::table.select(diesel::dsl::max(pairs::id)).first(reader.connection())?;
    Ok(last.unwrap_or(0))
}

/// The pair with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<Pair>> {
    Ok(pairs::table.find(id).select(Pair::as_select()).first(reader.connection()).optional()?)
}

/// Marks a pair's earning as posted; false when it is posted already, or flushed.
///
/// # Errors
/// What the database says.
pub fn set_processed(tx: &mut Tx, id: i64, now: Instant) -> Result<bool> {
    let updated = diesel::update(pairs::table.find(id))
        .filter(pairs::status.eq(PairStatus::Matched.as_str()))
        .set((pairs::status.eq(PairStatus::Processed.as_str()), pairs::processed_at.eq(Some(now.utc()))))
        .prepared()
        .execute(tx.connection())?;
    Ok(updated == 1)
}

/// Which pairs to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only this member's.
    pub user_id: Option<i64>,
    /// Only formed ones.
    pub formed: bool,
}

/// Pairs, newest first (index `ix_pairs_user`, or the primary key for everyone's).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: Filter, slice: Slice) -> Result<Rows<Pair>> {
    macro_rules! filtered {
        () => {{
            let mut query = pairs::table.into_boxed();
            if let Some(user) = filter.user_id {
                query = query.filter(pairs::user_id.eq(user));
            }
            if filter.formed {
                query = query.filter(pairs::pair_number.is_not_null());
            }
            query
        }};
    }
    let rows: Vec<_> = filtered!()
        .order(pairs::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(Pair::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || filtered!().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// The member's newest formed pair (index `uq_pairs_user_number`).
///
/// # Errors
/// What the database says.
pub fn newest(reader: &mut Reader, user: i64) -> Result<Option<Pair>> {
    Ok(pairs::table
        .filter(pairs::user_id.eq(user))
        .filter(pairs::pair_number.is_not_null())
        .order(pairs::pair_number.desc())
        .select(Pair::as_select())
        .first(reader.connection())
        .optional()?)
}

/// Pairs with keys above `after`, by key.
///
/// # Errors
/// What the database says.
pub fn after(reader: &mut Reader, after: i64, limit: i64) -> Result<Vec<Pair>> {
    Ok(pairs::table
        .filter(pairs::id.gt(after))
        .order(pairs::id.asc())
        .limit(limit)
        .select(Pair::as_select())
        .load(reader.connection())?)
}

/// Counts all of the member's pairs up to `number` as shown to them; false when they were before.
///
/// # Errors
/// What the database says.
pub fn set_shown(tx: &mut Tx, user: i64, number: u64) -> Result<bool> {
    let number = i64::try_from(number).map_err(Error::corrupt)?;
    let updated = diesel::update(users::table.find(user))
        .filter(users::pairs_shown.lt(number))
        .set(users::pairs_shown.eq(number))
        .prepared()
        .execute(tx.connection())?;
    Ok(updated == 1)
}
