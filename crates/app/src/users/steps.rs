//! What several use-cases of this area share.

mod checked_fields;
mod file_links;
mod kyc_input;
mod kyc_review;
mod uploads;

pub(crate) use checked_fields::CheckedFields;
pub(crate) use file_links::{file_link, read_file_link};
pub(crate) use kyc_input::KycChange;
pub use kyc_input::KycInput;
pub(crate) use kyc_review::review_kyc;
pub(crate) use uploads::{Uploads, refused_duplicate};
