//! What several use-cases of this area share.

mod checked_fields;
mod file_links;
mod forgotten;
mod kyc_input;
mod kyc_review;
mod nominee_input;
mod person;
mod uploads;

pub(crate) use checked_fields::CheckedFields;
pub(crate) use file_links::{file_link, read_file_link};
pub(crate) use forgotten::{forget_file, remove_content};
pub(crate) use kyc_input::KycChange;
pub use kyc_input::KycInput;
pub(crate) use kyc_review::review_kyc;
pub(crate) use nominee_input::NomineeChange;
pub use nominee_input::{Extent, NomineeInput};
pub use person::NewPerson;
pub(crate) use person::{CheckedPerson, nothing_said};
pub(crate) use uploads::{Uploads, refused_duplicate};
