//! Places and leg counts: what a reader of the log follows.

mod placing;
mod restore;

use std::collections::HashMap;
use std::hash::Hash;

pub use restore::PlacedNode;

use crate::{Legs, Place, Placement, Refusal, Side};

/// Marks "no node"; the engine refuses to number a member so.
const NONE: u32 = u32::MAX;

/// Marks a position past 2⁵³.
const NO_POSITION: u64 = u64::MAX;

/// The largest position that is told: whole numbers up to here survive JSON readers that use doubles.
const LAST_POSITION: u64 = 1 << 53;

/// A joining number as an index.
pub(crate) fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[derive(Debug, Clone)]
struct Node<K> {
    member: K,
    parent: u32,
    side: Option<Side>,
    children: [u32; 2],
    /// Qualified members in each leg.
    legs: [u32; 2],
    /// Number in the order of qualification.
    qualified: Option<u64>,
    level: u32,
    position: u64,
    /// Where the search for a free place below this node goes on: the row-by-row number of a node of the subtree
    /// (this node is 1, its children 2 and 3, …) before which no place is free. Places never free up, so it only rises.
    search_from: u32,
}

/// Any number of left/right trees with the qualified members of each leg.
///
/// Joining and qualifying take as many steps as the member has ancestors.
#[derive(Debug, Clone)]
pub struct Tree<K> {
    nodes: Vec<Node<K>>,
    numbers: HashMap<K, u32>,
    next_qualified: u64,
}

impl<K> Default for Tree<K> {
    fn default() -> Self {
        Self { nodes: Vec::new(), numbers: HashMap::new(), next_qualified: 1 }
    }
}

impl<K: Copy + Eq + Hash> Tree<K> {
    /// An engine without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `member` its place, for ever: below `sponsor` as `placement` says, or as the root of a new tree.
    ///
    /// # Errors
    /// [`Refusal::AlreadyPlaced`], [`Refusal::OwnSponsor`], [`Refusal::UnknownSponsor`] or [`Refusal::Full`]; nothing
    /// has changed then.
    pub fn join(&mut self, member: K, sponsor: Option<K>, placement: Placement) -> Result<Place<K>, Refusal> {
        if self.numbers.contains_key(&member) {
            return Err(Refusal::AlreadyPlaced);
        }
        if sponsor == Some(member) {
            return Err(Refusal::OwnSponsor);
        }
        let spot = match sponsor {
            None => None,
            Some(sponsor) => {
                let sponsor = self.number(sponsor).ok_or(Refusal::UnknownSponsor)?;
                Some(self.free_place(sponsor, placement))
            }
        };
        let number = self.attach(member, spot).ok_or(Refusal::Full)?;
        Ok(self.place_of(number))
    }

    /// Counts `member` for everybody above it; `false` if it already was, and then nothing has changed.
    ///
    /// # Errors
    /// [`Refusal::UnknownMember`]; [`Refusal::Full`] when the order of qualification has no number left.
    pub fn qualify(&mut self, member: K) -> Result<bool, Refusal> {
        let number = self.number(member).ok_or(Refusal::UnknownMember)?;
        self.qualify_number(number)
    }

    pub(crate) fn qualify_number(&mut self, number: u32) -> Result<bool, Refusal> {
        if self.nodes[at(number)].qualified.is_some() {
            return Ok(false);
        }
        let after = self.next_qualified.checked_add(1).ok_or(Refusal::Full)?;
        self.nodes[at(number)].qualified = Some(self.next_qualified);
        self.next_qualified = after;
        let mut below = number;
        while let Some((owner, side)) = self.above(below) {
            let leg = &mut self.nodes[at(owner)].legs[side.index()];
            *leg = leg.saturating_add(1);
            below = owner;
        }
        Ok(true)
    }

    /// Qualified members in each leg of `member`; `None` for one without a place.
    pub fn legs(&self, member: K) -> Option<Legs> {
        self.number(member).map(|number| self.legs_of(number))
    }

    /// Where `member` stands; `None` for one without a place.
    pub fn place(&self, member: K) -> Option<Place<K>> {
        self.number(member).map(|number| self.place_of(number))
    }

    /// The members directly below `member`, left first; none for one without a place.
    pub fn children(&self, member: K) -> [Option<K>; 2] {
        self.number(member)
            .map_or([None, None], |number| self.nodes[at(number)].children.map(|child| self.member_at(child)))
    }

    /// Whether `member` has a place and has qualified.
    pub fn is_qualified(&self, member: K) -> bool {
        self.qualified_seq(member).is_some()
    }

    /// The member's number in the order of qualification: rising, with gaps after a restore; `None` if not qualified.
    pub fn qualified_seq(&self, member: K) -> Option<u64> {
        self.number(member).and_then(|number| self.nodes[at(number)].qualified)
    }

    /// Whether `above` stands anywhere above `below` in one tree; nobody is above itself.
    pub fn is_ancestor(&self, above: K, below: K) -> bool {
        let (Some(above), Some(below)) = (self.number(above), self.number(below)) else { return false };
        let level = self.nodes[at(above)].level;
        let mut current = below;
        while self.nodes[at(current)].level > level {
            current = self.nodes[at(current)].parent;
        }
        current == above && above != below
    }

    /// Everybody above `member`, the nearest first; nobody for a root or one without a place.
    pub fn path_to_root(&self, member: K) -> impl Iterator<Item = K> + '_ {
        let start = self.number(member).unwrap_or(NONE);
        std::iter::successors(self.parent_of(start), |&number| self.parent_of(number))
            .filter_map(|number| self.member_at(number))
    }

    /// How many members have a place.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nobody has a place yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The member's index in the order of joining, from 0; `None` for one without a place.
    pub fn joined_number(&self, member: K) -> Option<u32> {
        self.number(member)
    }

    /// The member with this index in the order of joining.
    pub fn member_at(&self, index: u32) -> Option<K> {
        self.nodes.get(at(index)).map(|node| node.member)
    }

    pub(crate) fn number(&self, member: K) -> Option<u32> {
        self.numbers.get(&member).copied()
    }

    pub(crate) fn member_of(&self, number: u32) -> K {
        self.nodes[at(number)].member
    }

    pub(crate) fn qualified_of(&self, number: u32) -> Option<u64> {
        self.nodes[at(number)].qualified
    }

    pub(crate) fn child_of(&self, number: u32, side: Side) -> Option<u32> {
        Some(self.nodes[at(number)].children[side.index()]).filter(|&child| child != NONE)
    }

    /// The owner directly above and the leg of it in which `number` stands.
    pub(crate) fn above(&self, number: u32) -> Option<(u32, Side)> {
        let node = &self.nodes[at(number)];
        node.side.map(|side| (node.parent, side))
    }

    pub(crate) fn legs_of(&self, number: u32) -> Legs {
        let [left, right] = self.nodes[at(number)].legs;
        Legs { left: left.into(), right: right.into() }
    }

    pub(crate) fn place_of(&self, number: u32) -> Place<K> {
        let node = &self.nodes[at(number)];
        Place {
            parent: self.member_at(node.parent),
            side: node.side,
            level: node.level.into(),
            position: Some(node.position).filter(|&position| position != NO_POSITION),
        }
    }

    fn parent_of(&self, number: u32) -> Option<u32> {
        self.nodes.get(at(number)).map(|node| node.parent).filter(|&parent| parent != NONE)
    }

    /// Adds a node at a place that the caller knows to be free; `None` when there is no number left for it.
    fn attach(&mut self, member: K, spot: Option<(u32, Side)>) -> Option<u32> {
        let number = u32::try_from(self.nodes.len()).ok().filter(|&number| number != NONE)?;
        let (level, position) = match spot {
            None => (0, 0),
            Some((parent, side)) => {
                let above = &mut self.nodes[at(parent)];
                above.children[side.index()] = number;
                (above.level.saturating_add(1), position_below(above.position, side))
            }
        };
        self.nodes.push(Node {
            member,
            parent: spot.map_or(NONE, |(parent, _)| parent),
            side: spot.map(|(_, side)| side),
            children: [NONE, NONE],
            legs: [0, 0],
            qualified: None,
            level,
            position,
            search_from: 1,
        });
        self.numbers.insert(member, number);
        Some(number)
    }
}

fn position_below(parent: u64, side: Side) -> u64 {
    let step = u64::from(side == Side::Right);
    parent
        .checked_mul(2)
        .and_then(|first| first.checked_add(step))
        .filter(|&position| position <= LAST_POSITION)
        .unwrap_or(NO_POSITION)
}
