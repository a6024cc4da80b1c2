//! Rows as the objects that a viewer may see.

use std::collections::HashMap;

use binary_tree::Legs;
use infra::{
    db::Reader,
    nodes::{self, Person},
    pairs,
};

use crate::{
    Error, Result,
    binary::objects::{Earning, Node, Pair, Viewer},
    tree::TreeReader,
};

/// Places, with the leg counts of the trees in memory.
pub(in crate::binary) fn show_nodes(
    reader: &mut Reader,
    trees: &TreeReader,
    rows: &[nodes::Node],
    viewer: Viewer,
) -> Result<Vec<Node>> {
    let members = rows.iter().flat_map(|row| [Some(row.user_id), row.parent_id]).flatten();
    let people = people_of(reader, members)?;
    let legs: Vec<Legs> = trees.with(|tree| {
        // a place that was given an instant ago has nobody below it
        rows.iter().map(|row| tree.legs(row.user_id).unwrap_or_default()).collect()
    })?;
    let root = Person::default();
    rows.iter()
        .zip(legs)
        .map(|(row, legs)| {
            let parent = row.parent_id.map_or(Ok(&root), |parent| person_of(&people, parent))?;
            Ok(Node::of(row, person_of(&people, row.user_id)?, parent, legs, viewer))
        })
        .collect()
}

/// Pairs.
pub(crate) fn show_pairs(reader: &mut Reader, rows: &[pairs::Pair], viewer: Viewer) -> Result<Vec<Pair>> {
    let members = rows.iter().flat_map(|row| [row.user_id, row.left_user_id, row.right_user_id]);
    let people = people_of(reader, members)?;
    rows.iter()
        .map(|row| {
            let [user, left, right] =
                [row.user_id, row.left_user_id, row.right_user_id].map(|id| person_of(&people, id));
            Ok(Pair::of(row, user?, left?, right?, viewer))
        })
        .collect()
}

/// The earnings of formed pairs.
pub(in crate::binary) fn show_earnings(
    reader: &mut Reader,
    rows: &[pairs::Pair],
    viewer: Viewer,
) -> Result<Vec<Earning>> {
    let people = people_of(reader, rows.iter().map(|row| row.user_id))?;
    rows.iter()
        .map(|row| {
            let user = person_of(&people, row.user_id)?;
            Earning::of(row, user, viewer).ok_or_else(|| Error::internal("an earning of a flushed pair"))
        })
        .collect()
}

fn people_of(reader: &mut Reader, members: impl Iterator<Item = i64>) -> Result<HashMap<i64, Person>> {
    let mut ids: Vec<i64> = members.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(nodes::people(reader, &ids)?)
}

fn person_of(people: &HashMap<i64, Person>, id: i64) -> Result<&Person> {
    people.get(&id).ok_or_else(|| Error::internal(format!("member {id} is missing")))
}
