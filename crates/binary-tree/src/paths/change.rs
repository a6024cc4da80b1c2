//! What a member who comes to count, or counts no more, changes on one path.

use super::{Link, Touched};

/// What happens to a member's place in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// With its number in the order of qualification.
    Qualifies {
        order: u32,
    },
    Withdraws,
}

impl Change {
    /// What a heavy leg's change does to the lead, and the leads above which the smaller leg changes with it.
    pub(super) const fn in_heavy_leg(self) -> Sweep {
        match self {
            Self::Qualifies { .. } => Sweep { above: 0, by: -1 },
            Self::Withdraws => Sweep { above: -1, by: 1 },
        }
    }

    /// What a light leg's change does to the lead.
    pub(super) const fn in_light_leg(self) -> i32 {
        match self {
            Self::Qualifies { .. } => 1,
            Self::Withdraws => -1,
        }
    }

    /// Whether the smaller leg changes with the light one, from the lead before it.
    pub(super) const fn shows_in_light_leg(self, lead: i32) -> bool {
        match self {
            Self::Qualifies { .. } => lead < 0,
            Self::Withdraws => lead <= 0,
        }
    }
}

/// A change of a prefix of leads: those above a bound are told, all move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sweep {
    pub(super) above: i32,
    pub(super) by: i32,
}

impl Sweep {
    pub(super) fn over(self, links: &mut [Link], owed: i32, touched: &mut Vec<Touched>) {
        for link in links {
            if link.lead + owed > self.above {
                touched.push(link.touched(link.lead + owed, self.by));
            }
            link.lead += self.by;
        }
    }
}
