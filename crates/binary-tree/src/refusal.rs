//! What the engine refuses, as data.

/// Why an event was refused; the engine is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Refusal {
    /// The member already has a place, and a place is never changed.
    #[error("the member already has a place")]
    AlreadyPlaced,
    /// The member has no place in any tree.
    #[error("the member has no place")]
    UnknownMember,
    /// The sponsor has no place in any tree.
    #[error("the sponsor has no place")]
    UnknownSponsor,
    /// The member names itself as its sponsor.
    #[error("a member cannot be its own sponsor")]
    OwnSponsor,
    /// The member has withdrawn its qualification, which can't be taken back: owners above have used it up.
    #[error("the member has withdrawn")]
    Withdrawn,
    /// The engine holds as many members as it can number (2³⁰ − 1).
    #[error("the engine is full")]
    Full,
}

impl Refusal {
    /// The refusal's stable name, such as `already_placed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyPlaced => "already_placed",
            Self::UnknownMember => "unknown_member",
            Self::UnknownSponsor => "unknown_sponsor",
            Self::OwnSponsor => "own_sponsor",
            Self::Withdrawn => "withdrawn",
            Self::Full => "full",
        }
    }
}

/// Why saved nodes don't make trees; `number` is the joining number of the first node at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The same member comes twice.
    #[error("node {number}: the member comes twice")]
    AlreadyPlaced {
        /// Joining number, from 0.
        number: u32,
    },
    /// The parent does not come before its child.
    #[error("node {number}: the parent does not come before it")]
    UnknownParent {
        /// Joining number, from 0.
        number: u32,
    },
    /// A node has a parent without a side, or a side without a parent.
    #[error("node {number}: parent and side must both be there or both be missing")]
    HalfAPlace {
        /// Joining number, from 0.
        number: u32,
    },
    /// The parent's side is already taken.
    #[error("node {number}: its place is taken")]
    PlaceTaken {
        /// Joining number, from 0.
        number: u32,
    },
    /// Two members carry the same number in the order of qualification.
    #[error("node {number}: its qualification number belongs to another member too")]
    QualifiedTogether {
        /// Joining number, from 0.
        number: u32,
    },
    /// An owner has used more members than its smaller leg holds.
    #[error("node {number}: more pairs are used than the smaller leg holds")]
    UsedBeyondLegs {
        /// Joining number, from 0.
        number: u32,
    },
    /// A tally contradicts itself: more formed in the month than ever, or a month that has not begun.
    #[error("node {number}: its tally contradicts itself")]
    TallyContradicts {
        /// Joining number, from 0.
        number: u32,
    },
    /// More nodes than the engine can number (2³⁰ − 1).
    #[error("more nodes than the engine can hold")]
    Full,
}

/// A text that names none of the values it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("expected one of: {expected}")]
pub struct UnknownName {
    /// The names that would have been understood.
    pub expected: &'static str,
}
