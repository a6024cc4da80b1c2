//! Saved nodes of which one is not as it was saved: refused exactly when they can't be.

use std::collections::{HashMap, HashSet};

use binary_tree::{Cap, Matcher, Qualification, SavedNode, Side};

use crate::model::Member;

type Saved = SavedNode<Member>;

/// What happens to a node, which may as well leave it sound.
#[derive(Debug, Clone, Copy)]
pub enum Damage {
    MemberOfTheNext,
    ParentOfTheNext,
    OwnParent,
    NoParent,
    OtherSide,
    NoSide,
    /// It comes after the next.
    Later,
    Unqualified,
    Withdrawn,
    QualifiedWithTheNext,
    QualifiedLast,
    OneMoreFormed,
    AllEverFormed,
    OneMoreFlushed,
    OneMoreInTheMonth,
    NextMonth,
}

impl Damage {
    pub const ALL: [Self; 16] = [
        Self::MemberOfTheNext,
        Self::ParentOfTheNext,
        Self::OwnParent,
        Self::NoParent,
        Self::OtherSide,
        Self::NoSide,
        Self::Later,
        Self::Unqualified,
        Self::Withdrawn,
        Self::QualifiedWithTheNext,
        Self::QualifiedLast,
        Self::OneMoreFormed,
        Self::AllEverFormed,
        Self::OneMoreFlushed,
        Self::OneMoreInTheMonth,
        Self::NextMonth,
    ];

    fn strike(self, nodes: &mut [Saved], index: usize) {
        let after = (index + 1) % nodes.len();
        let next = nodes[after];
        let node = &mut nodes[index];
        match self {
            Self::MemberOfTheNext => node.member = next.member,
            Self::ParentOfTheNext => node.parent = next.parent,
            Self::OwnParent => node.parent = Some(node.member),
            Self::NoParent => node.parent = None,
            Self::OtherSide => node.side = node.side.map(Side::other),
            Self::NoSide => node.side = None,
            Self::Later => nodes.swap(index, after),
            Self::Unqualified => node.qualification = Qualification::None,
            Self::Withdrawn => node.qualification = Qualification::Withdrawn,
            Self::QualifiedWithTheNext => node.qualification = next.qualification,
            Self::QualifiedLast => node.qualification = Qualification::Counts { order: u64::MAX },
            Self::OneMoreFormed => node.tally.formed += 1,
            Self::AllEverFormed => node.tally.formed = u64::MAX,
            Self::OneMoreFlushed => node.tally.flushed += 1,
            Self::OneMoreInTheMonth => node.tally.formed_in_month += 1,
            Self::NextMonth => node.tally.month += 1,
        }
    }
}

fn order(node: &Saved) -> Option<u64> {
    match node.qualification {
        Qualification::Counts { order } => Some(order),
        Qualification::None | Qualification::Withdrawn => None,
    }
}

/// The same nodes with the qualified numbered from 0.
fn numbered(nodes: &[Saved]) -> Vec<Saved> {
    let mut orders: Vec<u64> = nodes.iter().filter_map(order).collect();
    orders.sort_unstable();
    let mut nodes = nodes.to_vec();
    for node in &mut nodes {
        if let Qualification::Counts { order } = &mut node.qualification {
            *order = orders.binary_search(order).unwrap().try_into().unwrap();
        }
    }
    nodes
}

/// What the crate's docs say of nodes that are read.
fn can_be(month: u32, nodes: &[Saved]) -> bool {
    let (mut placed, mut taken, mut orders) = (HashMap::new(), HashSet::new(), HashSet::new());
    let mut legs: HashMap<(Member, Side), u128> = HashMap::new();
    for node in nodes {
        let stands = match (node.parent, node.side) {
            (None, None) => true,
            (Some(parent), Some(side)) => placed.contains_key(&parent) && taken.insert((parent, side)),
            _ => false,
        };
        let counts = order(node).is_none_or(|order| orders.insert(order));
        let above = node.parent.zip(node.side);
        if !stands || !counts || placed.insert(node.member, above).is_some() {
            return false;
        }
        // one who has withdrawn may have been used before
        let mut owner = above.filter(|_| node.qualification != Qualification::None);
        while let Some(leg) = owner {
            *legs.entry(leg).or_default() += 1;
            owner = placed[&leg.0];
        }
    }
    nodes.iter().all(|node| {
        let [left, right] =
            Side::BOTH.map(|side| legs.get(&(node.member, side)).copied().unwrap_or_default());
        let tally = node.tally;
        u128::from(tally.formed) + u128::from(tally.flushed) <= left.min(right)
            && tally.month <= month
            && u64::from(tally.formed_in_month) <= tally.formed
    })
}

/// Saves `matcher`, damages the picked node and reads the nodes; where they can be after all, the engine goes on with
/// them and stays sound.
pub fn check(matcher: &Matcher<Member>, cap: Cap, pick: usize, damage: Damage) {
    let mut nodes: Vec<Saved> = matcher.snapshot().collect();
    if nodes.is_empty() {
        return;
    }
    let index = pick % nodes.len();
    damage.strike(&mut nodes, index);
    let restored = Matcher::restore(matcher.month(), nodes.iter().copied());
    assert_eq!(restored.is_ok(), can_be(matcher.month(), &nodes), "{damage:?} of node {index}: {nodes:?}");
    let Ok(mut restored) = restored else { return };
    assert!(restored.snapshot().eq(numbered(&nodes)));
    restored.drain_month(cap, 0, usize::MAX);
    for node in &nodes {
        let withdrew = node.qualification == Qualification::Withdrawn;
        assert_eq!(restored.qualify(node.member, cap).is_err(), withdrew);
    }
    let after: Vec<Saved> = restored.snapshot().collect();
    assert!(can_be(restored.month(), &after), "{after:?}");
}
