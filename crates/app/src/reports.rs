//! Figures over many rows.

pub mod objects;

mod view_dashboard;
mod view_sales_report;
mod view_user_report;
mod view_wallet_report;

pub use infra::reports::Days;
pub use view_dashboard::view_dashboard;
pub use view_sales_report::view_sales_report;
pub use view_user_report::view_user_report;
pub use view_wallet_report::view_wallet_report;
