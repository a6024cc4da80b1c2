//! What the use-cases of compliance share.

mod show_records;

pub(super) use show_records::show_records;
