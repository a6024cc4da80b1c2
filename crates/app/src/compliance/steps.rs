//! What the use-cases of compliance share.

mod show_records;

pub(crate) use show_records::show_records;
