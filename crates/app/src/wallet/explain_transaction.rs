//! How a row of a wallet's statement came about.

use infra::statements;

use super::{objects::Explanation, steps};
use crate::{App, Call, Error, Result};

/// Why the row with this key is there and what its amount is made of, for its member and for admins; told from
/// what was stored when it was decided, never worked out anew.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn explain_transaction(app: &App, call: &Call, id: i64) -> Result<Explanation> {
    let actor = call.actor.clone();
    app.db
        .read(move |reader| {
            let line = statements::find(reader, id)?.filter(|line| actor.may_see(line.user_id));
            steps::explain(reader, &line.ok_or(Error::NotFound)?)
        })
        .await
}
