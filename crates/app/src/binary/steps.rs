//! What the use-cases of the binary area share.

mod show;
mod wait;

pub(crate) use show::show_pairs;
pub(super) use show::{show_earnings, show_nodes};
pub(super) use wait::{Look, wait_for};

use super::objects::Viewer;
use crate::Call;

/// Who looks.
pub(crate) fn viewer_of(call: &Call) -> Viewer {
    Viewer { id: call.actor.id, is_admin: call.actor.is_admin() }
}
