//! One pair.

use infra::pairs;

use super::{
    objects::Pair,
    steps::{show_pairs, viewer_of},
};
use crate::{App, Call, Error, Result};

/// The caller's pair, or anyone's for an admin.
///
/// # Errors
/// [`Error::NotFound`] for another's.
pub async fn view_pair(app: &App, call: &Call, pair: i64) -> Result<Pair> {
    let (actor, viewer) = (call.actor.clone(), viewer_of(call));
    app.db
        .read(move |reader| {
            let row =
                pairs::find(reader, pair)?.filter(|row| actor.may_see(row.user_id)).ok_or(Error::NotFound)?;
            show_pairs(reader, &[row], viewer)?.pop().ok_or(Error::NotFound)
        })
        .await
}
