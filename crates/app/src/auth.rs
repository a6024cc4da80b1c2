//! Logging in with one-time codes, and the sessions that follow.

pub mod objects;
pub(crate) mod steps;

mod authenticate;
mod create_operator;
mod create_superuser;
mod enroll_totp;
mod fault;
mod logout;
mod logout_all;
mod refresh;
mod send_otp;
mod sign_up;
mod verify_otp;
mod verify_signup_otp;
mod verify_totp;

pub use authenticate::authenticate;
pub use binary_tree::Side;
pub use create_operator::create_operator;
pub use create_superuser::create_superuser;
pub use enroll_totp::enroll_totp;
pub use fault::AuthFault;
pub use logout::logout;
pub use logout_all::logout_all;
pub use refresh::refresh;
pub use send_otp::send_otp;
pub use sign_up::sign_up;
pub use verify_otp::{VerifyOtp, verify_otp};
pub use verify_signup_otp::{VerifySignupOtp, verify_signup_otp};
pub use verify_totp::verify_totp;
