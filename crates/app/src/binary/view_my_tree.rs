//! The subtree below the caller.

use std::collections::HashMap;

use binary_tree::Tree;
use infra::{nodes, tree_events};

use super::{
    objects::{Node, TreeNode},
    steps::{Look, show_nodes, viewer_of, wait_for},
};
use crate::{App, Call, Error, Result};

/// Levels below the caller at most: 127 places.
const DEEPEST: i64 = 6;

/// The caller's place with those below it, down to `depth` levels (none if left out); waits shortly while the
/// caller's joining is under way.
///
/// # Errors
/// [`Error::NotFoundBecause`] when the caller has no place; a field error for a depth outside 0 to 6;
/// [`Error::Unavailable`] while the trees are loading.
pub async fn view_my_tree(app: &App, call: &Call, depth: Option<i64>) -> Result<TreeNode> {
    let me = call.actor.id;
    match wait_for(app, async || look_for(app, me).await).await? {
        Some(true) => {}
        Some(false) => return Err(Error::NotFoundBecause("You have no place in the tree.".to_owned())),
        None => {
            let text = "Your place in the tree is being found; ask again shortly.";
            return Err(Error::NotFoundBecause(text.to_owned()));
        }
    }
    let depth = depth.unwrap_or(0);
    if !(0..=DEEPEST).contains(&depth) {
        return Err(Error::invalid("depth", format!("Ensure this value is from 0 to {DEEPEST}.")));
    }
    let members = app.trees.with(|tree| subtree(tree, me, depth))?;
    let (trees, viewer) = (app.trees.clone(), viewer_of(call));
    let shown = app.db.read(move |reader| {
        let rows = nodes::of_users(reader, &members)?;
        show_nodes(reader, &trees, &rows, viewer)
    });
    let mut shown: HashMap<i64, Node> = shown.await?.into_iter().map(|node| (node.id, node)).collect();
    app.trees.with(|tree| assemble(tree, &mut shown, me))?.ok_or(Error::NotFound)
}

/// Whether the caller has a place, once that is known.
async fn look_for(app: &App, me: i64) -> Result<Look<bool>> {
    if app.trees.with(|tree| tree.place(me).is_some())? {
        return Ok(Look::Done(true));
    }
    let on_its_way = app.db.read(move |reader| {
        let waits = tree_events::joins_waiting(reader, &[me])?.contains(&me);
        Ok::<_, Error>(waits || nodes::find(reader, me)?.is_some())
    });
    Ok(if on_its_way.await? { Look::NotYet } else { Look::Done(false) })
}

/// A member and those down to `depth` levels below.
fn subtree(tree: &Tree<i64>, top: i64, depth: i64) -> Vec<i64> {
    let mut all = vec![top];
    let mut row = vec![top];
    for _ in 0..depth {
        row = row.iter().flat_map(|&member| tree.children(member)).flatten().collect();
        all.extend(&row);
    }
    all
}

/// Hangs the nodes that were read under one another; as deep as they were read.
fn assemble(tree: &Tree<i64>, shown: &mut HashMap<i64, Node>, member: i64) -> Option<TreeNode> {
    let node = shown.remove(&member)?;
    let below = tree.children(member).into_iter().flatten();
    let children = below.filter_map(|child| assemble(tree, shown, child)).collect();
    Some(TreeNode { node, children })
}
