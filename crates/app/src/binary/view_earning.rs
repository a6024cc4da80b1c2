//! What one formed pair earns.

use infra::pairs;

use super::{
    objects::Earning,
    steps::{show_earnings, viewer_of},
};
use crate::{App, Call, Error, Result};

/// The caller's earning, or anyone's for an admin; its key is its pair's.
///
/// # Errors
/// [`Error::NotFound`] for another's, and for a flushed pair, which earns nothing.
pub async fn view_earning(app: &App, call: &Call, earning: i64) -> Result<Earning> {
    let (actor, viewer) = (call.actor.clone(), viewer_of(call));
    app.db
        .read(move |reader| {
            let row = pairs::find(reader, earning)?
                .filter(|row| actor.may_see(row.user_id) && row.pair_number.is_some())
                .ok_or(Error::NotFound)?;
            show_earnings(reader, &[row], viewer)?.pop().ok_or(Error::NotFound)
        })
        .await
}
