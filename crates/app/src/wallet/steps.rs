//! What the use-cases of wallets share.

mod explain;
mod explain_pair;
mod show_lines;
mod show_wallets;

pub(super) use explain::explain;
pub(crate) use show_lines::show_lines;
pub(crate) use show_wallets::show_wallets;
