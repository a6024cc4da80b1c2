//! Who of the staff did what, on whom, and from where.

pub mod objects;
pub(crate) mod steps;

mod action;
mod list_audit;

pub use action::AuditAction;
pub use list_audit::{AuditFilter, list_audit};
