//! What the law wants to see: the register of tax.

pub mod objects;

mod list_tds_records;
mod view_tds_record;

pub use list_tds_records::list_tds_records;
pub use view_tds_record::view_tds_record;
