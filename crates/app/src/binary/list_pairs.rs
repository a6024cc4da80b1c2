//! Pairs, newest first.

use infra::{
    paging::Rows,
    pairs::{self, Filter},
};

use super::{
    objects::Pair,
    steps::{show_pairs, viewer_of},
};
use crate::{App, Call, Listed, Page, Result};

/// The caller's pairs, or everyone's for an admin; flushed ones too.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_pairs(app: &App, call: &Call, page: Page) -> Result<Listed<Pair>> {
    let viewer = viewer_of(call);
    let filter = Filter { user_id: call.actor.sees_only(), formed: false };
    app.db
        .read(move |reader| {
            let rows = pairs::list(reader, filter, page.slice())?;
            let shown = show_pairs(reader, &rows.rows, viewer)?;
            Listed::of(page, Rows { rows: shown, count: rows.count })
        })
        .await
}
