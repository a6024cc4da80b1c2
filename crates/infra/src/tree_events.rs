//! The tree's log: what happened, in the order in which the matcher found it.

use diesel::prelude::*;
use wallet_rules::calendar::Instant;

use crate::{Error, Result, db::Tx, schema::tree_events};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeEvent {
    /// A member is to be placed.
    Join {
        /// Who.
        member: i64,
        /// Below whom; none: the root of a tree of their own.
        sponsor: Option<i64>,
        /// The sponsor's direct side that is asked for.
        side: Option<binary_tree::Side>,
    },
    /// A member's first booking is confirmed.
    Qualify {
        /// Who.
        member: i64,
    },
    /// A member became an Active Buyer, or is none any more.
    ActiveBuyer {
        /// Who.
        member: i64,
        /// Is one from now on.
        active: bool,
    },
    /// A plan version takes effect.
    Plan {
        /// Which.
        version: i32,
    },
    /// A month begins.
    Month {
        /// `Month::index` of it.
        month: u32,
    },
}

impl TreeEvent {
    /// How the kind is stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Join { .. } => "join",
            Self::Qualify { .. } => "qualify",
            Self::ActiveBuyer { .. } => "active_buyer",
            Self::Plan { .. } => "plan",
            Self::Month { .. } => "month",
        }
    }
}

/// Appends an event, unsequenced: the matcher gives it its place.
///
/// # Errors
/// What the database says.
pub fn append(tx: &mut Tx, event: TreeEvent, at: Instant, caused_by: &str) -> Result<()> {
    let (member, sponsor, side, active, version, month) = match event {
        TreeEvent::Join { member, sponsor, side } => (Some(member), sponsor, side, None, None, None),
        TreeEvent::Qualify { member } => (Some(member), None, None, None, None, None),
        TreeEvent::ActiveBuyer { member, active } => (Some(member), None, None, Some(active), None, None),
        TreeEvent::Plan { version } => (None, None, None, None, Some(version), None),
        TreeEvent::Month { month } => {
            (None, None, None, None, None, Some(i32::try_from(month).map_err(Error::corrupt)?))
        }
    };
    diesel::insert_into(tree_events::table)
        .values((
            tree_events::kind.eq(event.kind()),
            tree_events::member_id.eq(member),
            tree_events::sponsor_id.eq(sponsor),
            tree_events::side.eq(side.map(binary_tree::Side::as_str)),
            tree_events::active.eq(active),
            tree_events::plan_version.eq(version),
            tree_events::month.eq(month),
            tree_events::at.eq(at.utc()),
            tree_events::caused_by.eq(caused_by),
            tree_events::created_at.eq(at.utc()),
        ))
        .execute(tx.connection())?;
    Ok(())
}
