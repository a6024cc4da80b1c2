//! Why a use-case did not do what was asked.

use std::collections::BTreeMap;

use infra::db::MayBeContended;

/// The result of every use-case.
pub type Result<T> = std::result::Result<T, Error>;

/// What is wrong with which field; `non_field_errors` across fields.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// Why a use-case did not do what was asked. Nothing of it took effect, unless the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such row, or it is another's.
    #[error("not found")]
    NotFound,
    /// As [`Error::NotFound`], where the reply says why: `{"message"}`.
    #[error("not found: {0}")]
    NotFoundBecause(String),
    /// Nobody who is known, or nobody any more.
    #[error("unauthorized: {0}")]
    Unauthorized(crate::auth::AuthFault),
    /// The role does not allow it.
    #[error("forbidden")]
    Forbidden,
    /// Fields are wrong.
    #[error("invalid: {0:?}")]
    Invalid(FieldErrors),
    /// A rule refuses it.
    #[error("{code}: {detail}")]
    Rejected {
        /// For programs.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// The row's state, or another request, stands against it.
    #[error("{code}: {detail}")]
    Conflict {
        /// For programs.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// A part that is needed does not answer, or too many ask.
    #[error("unavailable: {0}")]
    Unavailable(infra::Error),
    /// Our own fault.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: &str, text: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::from([(field.to_owned(), vec![text.into()])]))
    }

    /// A refusal of a rule.
    pub fn rejected(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Rejected { code, detail: detail.into() }
    }

    /// A state that stands against it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// True when it may have taken effect all the same.
    pub const fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::Unavailable(infra::Error::Unavailable { outcome_unknown: true, .. }))
    }

    /// What should not happen, for the log.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<infra::Error> for Error {
    fn from(error: infra::Error) -> Self {
        match error {
            infra::Error::Contended(_) | infra::Error::Unavailable { .. } => Self::Unavailable(error),
            infra::Error::Duplicate(_) | infra::Error::Corrupt(_) | infra::Error::Database(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

impl From<money::MoneyError> for Error {
    fn from(error: money::MoneyError) -> Self {
        Self::internal(error)
    }
}

impl From<wallet_rules::ledger::PostingError> for Error {
    fn from(error: wallet_rules::ledger::PostingError) -> Self {
        Self::internal(error)
    }
}

impl MayBeContended for Error {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Unavailable(infra::Error::Contended(_)))
    }
}
