//! What staff, admins and operators did: rows that are added and then stand for ever.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{
    Result,
    columns::Column,
    db::{Reader, Tx},
    paging::{Rows, Slice},
    schema::audit,
};

/// Something that was done, as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct AuditRow {
    /// Key.
    pub id: i64,
    /// Who did it; none: an operator at the command line.
    pub actor_id: Option<i64>,
    /// What it was.
    pub action: String,
    /// On whom.
    pub subject_id: Option<i64>,
    /// On what kind of row.
    pub row_type: String,
    /// On which row.
    pub row_id: Option<i64>,
    /// What it changed, as it was before: a JSON object.
    pub state_before: String,
    /// The same afterwards.
    pub state_after: String,
    /// From where; blank at the command line.
    pub client_address: String,
    /// By which request.
    pub request_id: String,
    /// When.
    #[diesel(deserialize_as = Column<Instant>)]
    pub created_at: Instant,
}

/// Something that is done with this transaction.
#[derive(Clone, Debug)]
pub struct NewAuditRow<'a> {
    /// Who does it; none: an operator at the command line.
    pub actor_id: Option<i64>,
    /// What it is.
    pub action: &'a str,
    /// On whom.
    pub subject_id: Option<i64>,
    /// On what kind of row.
    pub row_type: &'a str,
    /// On which row.
    pub row_id: Option<i64>,
    /// What it changes, as it was before.
    pub state_before: &'a str,
    /// The same afterwards.
    pub state_after: &'a str,
    /// From where.
    pub client_address: &'a str,
    /// By which request.
    pub request_id: &'a str,
}

/// Adds a row.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx, new: &NewAuditRow<'_>, now: Instant) -> Result<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::actor_id.eq(new.actor_id),
            audit::action.eq(new.action),
            audit::subject_id.eq(new.subject_id),
            audit::row_type.eq(new.row_type),
            audit::row_id.eq(new.row_id),
            audit::state_before.eq(new.state_before),
            audit::state_after.eq(new.state_after),
            audit::client_address.eq(new.client_address),
            audit::request_id.eq(new.request_id),
            audit::created_at.eq(now.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Which rows to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what they did.
    pub actor_id: Option<i64>,
    /// Only this.
    pub action: Option<&'static str>,
    /// Only what was done on them.
    pub subject_id: Option<i64>,
    /// Only what was done then or later.
    pub from: Option<Instant>,
    /// Only what was done before.
    pub before: Option<Instant>,
}

/// Rows, newest first (indexes `ix_audit_actor`, `ix_audit_action`, `ix_audit_subject`, `ix_audit_created_at`).
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: &Filter, slice: Slice) -> Result<Rows<AuditRow>> {
    let matching = || {
        let mut query = audit::table.into_boxed();
        if let Some(actor) = filter.actor_id {
            query = query.filter(audit::actor_id.eq(actor));
        }
        if let Some(action) = filter.action {
            query = query.filter(audit::action.eq(action));
        }
        if let Some(subject) = filter.subject_id {
            query = query.filter(audit::subject_id.eq(subject));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit::created_at.ge(from.utc()));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit::created_at.lt(before.utc()));
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(audit::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(AuditRow::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}
