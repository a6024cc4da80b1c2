//! One place.

use infra::nodes;

use super::{
    objects::Node,
    steps::{show_nodes, viewer_of},
};
use crate::{App, Call, Error, Result};

/// The caller's place, or anyone's for an admin; its key is its member's.
///
/// # Errors
/// [`Error::NotFound`] for another's; [`Error::Unavailable`] while the trees are loading.
pub async fn view_node(app: &App, call: &Call, node: i64) -> Result<Node> {
    if !call.actor.may_see(node) {
        return Err(Error::NotFound);
    }
    let (trees, viewer) = (app.trees.clone(), viewer_of(call));
    app.db
        .read(move |reader| {
            let row = nodes::find(reader, node)?.ok_or(Error::NotFound)?;
            show_nodes(reader, &trees, &[row], viewer)?.pop().ok_or(Error::NotFound)
        })
        .await
}
