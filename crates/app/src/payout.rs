//! Payouts: asked for, processed, paid by the bank; or rejected, cancelled, failed.
//!
//! Every use-case that moves a payout on takes its member's row lock first, and moves the state by
//! compare-and-set; amounts and bank details never change after the request.

mod bank_details;
pub mod objects;
pub(crate) mod steps;

mod cancel_payout;
mod complete_payout;
mod fail_payout;
mod list_payout_transactions;
mod list_payouts;
mod process_payout;
mod reject_payout;
mod request_payout;
mod view_payout;
mod view_payout_transaction;

pub use cancel_payout::cancel_payout;
pub use complete_payout::complete_payout;
pub use fail_payout::fail_payout;
pub use list_payout_transactions::list_payout_transactions;
pub use list_payouts::{PayoutFilter, list_payouts};
pub use process_payout::process_payout;
pub use reject_payout::reject_payout;
pub use request_payout::{NewPayout, request_payout};
pub use view_payout::view_payout;
pub use view_payout_transaction::view_payout_transaction;
