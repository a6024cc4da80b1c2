//! What the use-cases of payouts share; each takes `&mut Tx` (or a reader) and never begins.

mod advance;
mod record_tax;
mod show;
mod tell;

pub(super) use advance::{advance, for_admin, for_owner, lock, next_state, post, record_step, required_text};
pub(super) use record_tax::{Direction, record_tax};
pub(super) use show::reveal;
pub(crate) use show::show;
pub(super) use tell::tell;
