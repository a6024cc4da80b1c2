//! The objects of `api.md`'s `auth/`.

use infra::users;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::people::Role;

use crate::users::objects::User;

/// A sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// What to tell them.
    pub message: String,
}

/// The secret of a second factor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotpEnrolled {
    /// For an authenticator app, typed in.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as an address, for its camera.
    pub otpauth_url: String,
}

/// Shows no secret.
impl std::fmt::Debug for TotpEnrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpEnrolled(…)")
    }
}

/// An account that was made for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OperatorCreated {
    /// The account.
    pub user: User,
    /// What to tell them.
    pub message: String,
}

/// A sign-up that waits for its two codes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignupStarted {
    /// What to tell them.
    pub message: String,
    /// What was said, sealed; to be given back with both codes, within ten minutes.
    pub signup_token: String,
}

/// Shows no token.
impl std::fmt::Debug for SignupStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignupStarted(…)")
    }
}

/// A pair of tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tokens {
    /// Gives the next pair, once.
    pub refresh: String,
    /// Shows who asks.
    pub access: String,
}

/// Shows no token.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

/// Who has logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LoginUser {
    /// Key.
    pub id: i64,
    /// The identifier that the account was made with.
    pub username: String,
    /// E-mail.
    pub email: String,
    /// Mobile, 10 digits.
    pub mobile: String,
    /// What they may do.
    #[schema(value_type = String, pattern = "^(admin|staff|user)$")]
    pub role: Role,
    /// Is an Active Buyer.
    pub is_active_buyer: bool,
    /// Has signed as a distributor.
    pub is_distributor: bool,
}

impl From<users::User> for LoginUser {
    fn from(user: users::User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            email: user.email.unwrap_or_default(),
            mobile: user.mobile.unwrap_or_default(),
            role: user.role,
            is_active_buyer: user.is_active_buyer,
            is_distributor: user.is_distributor,
        }
    }
}

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// Who.
    pub user: LoginUser,
    /// With these tokens.
    pub tokens: Tokens,
}
