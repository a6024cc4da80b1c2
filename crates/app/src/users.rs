//! Members' profiles and their KYC.

pub mod objects;
pub(crate) mod steps;

mod approve_kyc;
mod list_kycs;
mod open_file;
mod reject_kyc;
mod submit_kyc;
mod update_kyc;
mod update_profile;
mod view_kyc;
mod view_profile;

pub use approve_kyc::approve_kyc;
pub use list_kycs::list_kycs;
pub use open_file::{OpenedFile, open_file};
pub use reject_kyc::reject_kyc;
pub use steps::KycInput;
pub use submit_kyc::submit_kyc;
pub use update_kyc::update_kyc;
pub use update_profile::{ProfileChange, update_profile};
pub use view_kyc::view_kyc;
pub use view_profile::view_profile;
