//! Figures over many rows.

pub mod objects;

mod view_dashboard;

pub use view_dashboard::view_dashboard;
