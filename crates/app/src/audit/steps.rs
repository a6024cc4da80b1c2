//! What every use-case of staff, admins and operators shares.

mod record;

pub(crate) use record::{COMMAND_LINE, Deed, record};
