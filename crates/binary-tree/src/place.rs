//! Places in a tree and how one is chosen.

use std::fmt;
use std::str::FromStr;

use crate::UnknownName;

/// One of the two sides below a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Side {
    /// Filled first.
    Left,
    /// Filled second.
    Right,
}

impl Side {
    /// Both sides, left first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// `left` or `right`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Left => 0,
            Self::Right => 1,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Side {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "left" => Ok(Self::Left),
            "right" => Ok(Self::Right),
            _ => Err(UnknownName { expected: "left, right" }),
        }
    }
}

/// How the place of a member with a sponsor is chosen; a member without one is always the root of a new tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Placement {
    /// The sponsor's direct `side` if it is asked for and free; else the first free place of the sponsor's whole
    /// subtree, level by level, left before right.
    LevelOrder {
        /// The side that is asked for.
        side: Option<Side>,
    },
    /// The end of the line that goes left from the sponsor at every step.
    ExtremeLeft,
    /// The end of the line that goes right from the sponsor at every step.
    ExtremeRight,
    /// The first free place, level by level, in the sponsor's leg with fewer qualified members; over both legs when
    /// they are equal.
    WeakerLeg,
}

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Place<K> {
    /// The member directly above; `None` for a root.
    pub parent: Option<K>,
    /// The parent's side; `None` for a root.
    pub side: Option<Side>,
    /// Steps down from the root, which has level 0.
    pub level: u64,
    /// Index in the full row of its level, from 0 at the far left; `None` past 2⁵³.
    pub position: Option<u64>,
}

/// Qualified members in each leg, a leg being the whole subtree on that side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Legs {
    /// Qualified members in the left leg.
    pub left: u64,
    /// Qualified members in the right leg.
    pub right: u64,
}

impl Legs {
    /// Pairs that the legs make at all: min(left, right).
    pub fn potential(self) -> u64 {
        self.left.min(self.right)
    }
}

/// How a member counts for those above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Qualification {
    /// It has not qualified yet.
    None,
    /// It has qualified.
    Counts {
        /// Any number that rises in the order of qualification.
        order: u64,
    },
    /// It had qualified, has withdrawn, and counts no more.
    Withdrawn,
}
