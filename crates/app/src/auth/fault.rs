//! Why somebody is not known.

use infra::tokens::{TokenFault, TokenType};

/// Why somebody is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthFault {
    /// The token is no good in itself.
    #[error("{1}")]
    Token(TokenType, TokenFault),
    /// The token's session has ended, or the token was used up.
    #[error("session is over")]
    SessionOver(TokenType),
    /// The account is gone.
    #[error("user not found")]
    UserNotFound,
    /// The account is disabled.
    #[error("user is inactive")]
    UserInactive,
}

impl AuthFault {
    /// For programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Token(..) | Self::SessionOver(_) => "token_not_valid",
            Self::UserNotFound => "user_not_found",
            Self::UserInactive => "user_inactive",
        }
    }

    /// For people.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Token(_, TokenFault::Expired) => "The token's time is over.",
            Self::Token(_, TokenFault::WrongType) => "The token is of another type.",
            Self::Token(_, TokenFault::Malformed) => "The token is not valid.",
            Self::SessionOver(_) => "The session is over; log in again.",
            Self::UserNotFound => "The token's account does not exist.",
            Self::UserInactive => "The account is disabled.",
        }
    }

    /// The type of token that was asked for, where a token is what is wrong.
    pub const fn token_type(self) -> Option<TokenType> {
        match self {
            Self::Token(wanted, _) | Self::SessionOver(wanted) => Some(wanted),
            Self::UserNotFound | Self::UserInactive => None,
        }
    }
}
