//! Places, the last joined first.

use infra::{nodes, paging::Rows};

use super::{
    objects::Node,
    steps::{show_nodes, viewer_of},
};
use crate::{App, Call, Listed, Page, Result};

/// The caller's place, or everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page; [`crate::Error::Unavailable`] while the trees are loading.
pub async fn list_nodes(app: &App, call: &Call, page: Page) -> Result<Listed<Node>> {
    let (trees, viewer, only) = (app.trees.clone(), viewer_of(call), call.actor.sees_only());
    app.db
        .read(move |reader| {
            let rows = nodes::list(reader, only, page.slice())?;
            let shown = show_nodes(reader, &trees, &rows.rows, viewer)?;
            Listed::of(page, Rows { rows: shown, count: rows.count })
        })
        .await
}
