//! Places and leg counts: what a reader of the log follows.

mod placing;
mod restore;
#[cfg(test)]
mod tests;
mod walks;

use std::hash::Hash;

pub use restore::PlacedNode;

use crate::index::{NONE, at, number};
use crate::limits::MOST_MEMBERS;
use crate::numbers::Numbers;
use crate::paths::{Change, Leg, LegCounts, Mark, Paths, Touched};
use crate::{Legs, Place, Placement, Refusal, Side};

/// Marks a position past 2⁵³.
const NO_POSITION: u64 = u64::MAX;

/// The largest position that is told: whole numbers up to here survive JSON readers that use doubles.
const LAST_POSITION: u64 = 1 << 53;

/// In place of a number in the order of qualification: of one who hasn't qualified.
const NOT_YET: u32 = NONE;
/// In place of a number in the order of qualification: of one who has withdrawn.
const WITHDRAWN: u32 = NONE - 1;

#[derive(Debug, Clone)]
struct Node<K> {
    member: K,
    position: u64,
    parent: u32,
    children: [u32; 2],
    /// Number in the order of qualification, from 0; or [`NOT_YET`], or [`WITHDRAWN`].
    order: u32,
    /// The first node of the line of left or right children, whichever side this one is on, that runs through it; for a
    /// root the end of the left line that starts at it.
    line: u32,
    /// The end of the line to the other side, which starts here; for a root of its right line.
    line_end: u32,
    side: Option<Side>,
    /// Rows below that are full: the first free place is in the row after them.
    full_rows: u8,
}

/// Any number of left/right trees with the qualified members of each leg.
///
/// No step takes longer for being deep in a tree: joining, qualifying and reading legs take O(log N).
#[derive(Debug, Clone)]
pub struct Tree<K> {
    nodes: Vec<Node<K>>,
    numbers: Numbers,
    paths: Paths,
    /// The next number in the order of qualification.
    next_order: u32,
    /// Joining numbers of the nodes.
    joined: Vec<u32>,
    /// Nodes by joining number.
    by_joining: Vec<u32>,
}

impl<K> Default for Tree<K> {
    fn default() -> Self {
        let (numbers, paths) = Default::default();
        Self { nodes: Vec::new(), numbers, paths, next_order: 0, joined: Vec::new(), by_joining: Vec::new() }
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
        let (number, _) = self.join_number(member, sponsor, placement)?;
        Ok(self.place_of(number))
    }

    /// [`Tree::join`], which gives the node and what its twig was peeled to, if it was.
    pub(crate) fn join_number(
        &mut self,
        member: K,
        sponsor: Option<K>,
        placement: Placement,
    ) -> Result<(u32, Vec<Mark>), Refusal> {
        if self.number(member).is_some() {
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
        let nodes = &self.nodes;
        let peeled = self.paths.join(spot, |node| nodes[at(node)].children);
        Ok((number, peeled))
    }

    /// Counts `member` for everybody above it; `false` if it already was, and then nothing has changed.
    ///
    /// # Errors
    /// [`Refusal::UnknownMember`], [`Refusal::Withdrawn`]; nothing has changed then.
    pub fn qualify(&mut self, member: K) -> Result<bool, Refusal> {
        let number = self.number(member).ok_or(Refusal::UnknownMember)?;
        self.qualify_number(number, &mut Vec::new())
    }

    /// Counts `member` no more for anybody above it; `false` if it has not qualified, and then nothing has changed.
    ///
    /// # Errors
    /// [`Refusal::UnknownMember`], [`Refusal::Withdrawn`] if it already has; nothing has changed then.
    pub fn withdraw(&mut self, member: K) -> Result<bool, Refusal> {
        let number = self.number(member).ok_or(Refusal::UnknownMember)?;
        self.withdraw_number(number, &mut Vec::new())
    }

    pub(crate) fn qualify_number(
        &mut self,
        number: u32,
        touched: &mut Vec<Touched>,
    ) -> Result<bool, Refusal> {
        match self.nodes[at(number)].order {
            NOT_YET => {
                let order = self.next_order;
                self.nodes[at(number)].order = order;
                // no more numbers than members
                self.next_order = order.saturating_add(1);
                self.paths.count(number, Change::Qualifies { order }, touched);
                Ok(true)
            }
            WITHDRAWN => Err(Refusal::Withdrawn),
            _ => Ok(false),
        }
    }

    pub(crate) fn withdraw_number(
        &mut self,
        number: u32,
        touched: &mut Vec<Touched>,
    ) -> Result<bool, Refusal> {
        match self.nodes[at(number)].order {
            NOT_YET => Ok(false),
            WITHDRAWN => Err(Refusal::Withdrawn),
            _ => {
                self.nodes[at(number)].order = WITHDRAWN;
                self.paths.count(number, Change::Withdraws, touched);
                Ok(true)
            }
        }
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
            .map_or([None, None], |number| Side::BOTH.map(|side| self.child_of(number, side)))
            .map(|child| child.map(|child| self.member_of(child)))
    }

    /// Whether `member` has a place and counts as qualified.
    pub fn is_qualified(&self, member: K) -> bool {
        self.number(member).is_some_and(|number| self.order_of(number).is_some())
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
        self.number(member).map(|node| self.joined_of(node))
    }

    /// The member with this index in the order of joining.
    pub fn member_at(&self, index: u32) -> Option<K> {
        self.by_joining.get(at(index)).map(|&node| self.member_of(node))
    }

    pub(crate) fn joined_of(&self, node: u32) -> u32 {
        self.joined[at(node)]
    }

    /// Nodes in joining order.
    pub(crate) fn by_joining(&self) -> &[u32] {
        &self.by_joining
    }

    pub(crate) fn number(&self, member: K) -> Option<u32> {
        self.numbers.find(&member, |number| self.member_of(number))
    }

    pub(crate) fn member_of(&self, number: u32) -> K {
        self.nodes[at(number)].member
    }

    /// The node's number in the order of qualification.
    pub(crate) fn order_of(&self, number: u32) -> Option<u32> {
        Some(self.nodes[at(number)].order).filter(|&order| order < WITHDRAWN)
    }

    /// How many numbers there are in the order of qualification.
    pub(crate) fn orders(&self) -> u32 {
        self.next_order
    }

    pub(crate) fn child_of(&self, number: u32, side: Side) -> Option<u32> {
        Some(self.nodes[at(number)].children[side.index()]).filter(|&child| child != NONE)
    }

    pub(crate) fn place_below(&self, number: u32) -> Option<(u32, Side)> {
        let node = &self.nodes[at(number)];
        node.side.map(|side| (node.parent, side))
    }

    /// The side of one leg of an owner that has it.
    pub(crate) fn side_of(&self, owner: u32, leg: Leg) -> Side {
        match leg {
            Leg::On(side) => side,
            Leg::Heavy => self.heavy_side(owner),
            Leg::Light => self.heavy_side(owner).other(),
        }
    }

    /// The side of the heavy leg of a node on a path, which has one.
    fn heavy_side(&self, number: u32) -> Side {
        let path = self.paths.path_name(number);
        match self.child_of(number, Side::Left) {
            Some(left) if self.paths.path_name(left) == path => Side::Left,
            _ => Side::Right,
        }
    }

    pub(crate) fn legs_of(&self, number: u32) -> Legs {
        let [left, right] = match self.paths.legs(number) {
            LegCounts::Sides(legs) => legs,
            LegCounts::Weights { light, heavy } => match self.heavy_side(number) {
                Side::Left => [heavy, light],
                Side::Right => [light, heavy],
            },
        };
        Legs { left: left.into(), right: right.into() }
    }

    /// [`Legs::potential`] of a member.
    pub(crate) fn smaller_leg(&self, number: u32) -> u32 {
        match self.paths.legs(number) {
            LegCounts::Sides([one, other]) | LegCounts::Weights { light: one, heavy: other } => {
                one.min(other)
            }
        }
    }

    pub(crate) const fn paths(&self) -> &Paths {
        &self.paths
    }

    /// The member of the subtree of `top` before which `k` others of it qualified, for a small subtree; `None` for a large
    /// one.
    pub(crate) fn kth_of_few(&self, top: u32, k: usize) -> Option<Option<u32>> {
        self.paths.kth_in_twig(top, k)
    }

    pub(crate) fn place_of(&self, number: u32) -> Place<K> {
        let node = &self.nodes[at(number)];
        Place {
            parent: self.parent_of(number).map(|parent| self.member_of(parent)),
            side: node.side,
            level: self.paths.level(number).into(),
            position: Some(node.position).filter(|&position| position != NO_POSITION),
        }
    }

    fn parent_of(&self, number: u32) -> Option<u32> {
        self.nodes.get(at(number)).map(|node| node.parent).filter(|&parent| parent != NONE)
    }

    /// Adds a node at a place that the caller knows to be free; `None` when there is no number left for it.
    fn attach(&mut self, member: K, spot: Option<(u32, Side)>) -> Option<u32> {
        let number = Some(number(self.nodes.len())).filter(|&number| number < MOST_MEMBERS)?;
        let (mut line, mut position) = (number, 0);
        if let Some((parent, side)) = spot {
            self.nodes[at(parent)].children[side.index()] = number;
            line = self.lengthen_line(parent, side, number);
            position = position_below(self.nodes[at(parent)].position, side);
        }
        self.nodes.push(Node {
            member,
            position,
            parent: spot.map_or(NONE, |(parent, _)| parent),
            children: [NONE, NONE],
            order: NOT_YET,
            line,
            line_end: number,
            side: spot.map(|(_, side)| side),
            full_rows: 0,
        });
        self.joined.push(number);
        self.by_joining.push(number);
        let nodes = &self.nodes;
        self.numbers.insert(&member, number, |number| nodes[at(number)].member);
        if let Some((parent, _)) = spot {
            self.fill_rows(parent);
        }
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
