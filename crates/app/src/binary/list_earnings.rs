//! What formed pairs earn, newest first.

use infra::{
    paging::Rows,
    pairs::{self, Filter},
};

use super::{
    objects::Earning,
    steps::{show_earnings, viewer_of},
};
use crate::{App, Call, Listed, Page, Result};

/// The caller's earnings, or everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_earnings(app: &App, call: &Call, page: Page) -> Result<Listed<Earning>> {
    let viewer = viewer_of(call);
    let filter = Filter { user_id: call.actor.sees_only(), formed: true };
    app.db
        .read(move |reader| {
            let rows = pairs::list(reader, filter, page.slice())?;
            let shown = show_earnings(reader, &rows.rows, viewer)?;
            Listed::of(page, Rows { rows: shown, count: rows.count })
        })
        .await
}
