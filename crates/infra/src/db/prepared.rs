//! UPDATEs that are prepared once.
//!
//! diesel prepares every UPDATE anew, since a changeset may leave columns out and so change the text. Cached
//! under its text, as inserts are, an UPDATE costs no parsing on SQLite and one round trip less on a server.

use std::cell::Cell;

use diesel::{
    QueryResult, RunQueryDsl,
    internal::derives::multiconnection::AstPassHelper as _,
    query_builder::{AstPass, QueryFragment, QueryId},
};

use super::connection::MultiBackend;

/// A statement that is prepared once for each text it comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prepared<Q>(Q);

/// Says of a statement that it is [`Prepared`].
pub(crate) trait PreparedOnce: Sized {
    /// The statement, prepared once.
    fn prepared(self) -> Prepared<Self> {
        Prepared(self)
    }
}

impl<T, U, V, R> PreparedOnce for diesel::query_builder::UpdateStatement<T, U, V, R> where
    T: diesel::QuerySource
{
}

impl<Q> QueryFragment<MultiBackend> for Prepared<Q>
where
    Q: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if builds_or_binds(&mut pass) { self.0.walk_ast(pass) } else { Ok(()) }
    }
}

/// True for the passes that make the text or collect the values, and false for the one that asks whether the
/// statement may be cached, whose answer the UPDATE would make a no. A cast calls only the converters that its
/// pass has a use for.
fn builds_or_binds(pass: &mut AstPass<'_, '_, MultiBackend>) -> bool {
    let seen = Cell::new(pass.debug_binds().is_some());
    let note = || seen.set(true);
    let _same = pass.reborrow().cast_database::<MultiBackend>(
        |collector| {
            note();
            collector
        },
        |builder| {
            note();
            builder
        },
        |backend| backend,
        |lookup| lookup,
    );
    seen.get()
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> RunQueryDsl<C> for Prepared<Q> {}
