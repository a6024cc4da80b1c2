//! Wallets and their statements.

pub mod objects;
pub(crate) mod steps;

mod explain_transaction;
mod list_transactions;
mod list_wallets;
mod view_my_wallet;
mod view_transaction;
mod view_wallet;

pub use explain_transaction::explain_transaction;
pub use list_transactions::{TransactionFilter, list_transactions};
pub use list_wallets::list_wallets;
pub use view_my_wallet::view_my_wallet;
pub use view_transaction::view_transaction;
pub use view_wallet::view_wallet;
