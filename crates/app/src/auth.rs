//! Logging in with one-time codes, and the sessions that follow.

pub mod objects;
pub(crate) mod steps;

mod authenticate;
mod create_superuser;
mod fault;
mod logout;
mod refresh;
mod send_otp;
mod verify_otp;

pub use authenticate::authenticate;
pub use binary_tree::Side;
pub use create_superuser::create_superuser;
pub use fault::AuthFault;
pub use logout::logout;
pub use refresh::refresh;
pub use send_otp::send_otp;
pub use verify_otp::{VerifyOtp, verify_otp};
