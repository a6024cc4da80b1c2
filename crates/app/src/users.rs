//! Members' profiles, their KYC and their nominees.

pub mod objects;
pub(crate) mod steps;

mod approve_kyc;
mod change_nominee;
mod change_role;
mod disable_user;
mod enable_user;
mod list_kycs;
mod list_nominees;
mod list_users;
mod name_nominee;
mod open_file;
mod reject_kyc;
mod remove_nominee;
mod submit_kyc;
mod update_kyc;
mod update_profile;
mod view_kyc;
mod view_nominee;
mod view_profile;
mod view_user;

pub use approve_kyc::approve_kyc;
pub use change_nominee::change_nominee;
pub use change_role::change_role;
pub use disable_user::disable_user;
pub use enable_user::enable_user;
pub use list_kycs::list_kycs;
pub use list_nominees::list_nominees;
pub use list_users::list_users;
pub use name_nominee::name_nominee;
pub use open_file::{OpenedFile, open_file};
pub use reject_kyc::reject_kyc;
pub use remove_nominee::remove_nominee;
pub use steps::{Extent, KycInput, NewPerson, NomineeInput};
pub use submit_kyc::submit_kyc;
pub use update_kyc::update_kyc;
pub use update_profile::{ProfileChange, update_profile};
pub use view_kyc::view_kyc;
pub use view_nominee::view_nominee;
pub use view_profile::view_profile;
pub use view_user::view_user;
