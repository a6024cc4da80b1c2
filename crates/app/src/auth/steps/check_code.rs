//! A code that came back is compared with the one that was sent.

use infra::{
    db::Tx,
    otps::{self, OtpPurpose},
    secrets::{Keys, Purpose, same},
};
use wallet_rules::{calendar::Instant, identity::Identifier};

use crate::Result;

/// What is said of every code that is not the live one, so that nothing else can be learned.
pub(crate) const WRONG_CODE: &str = "This code is wrong or no longer valid.";

/// A code with the identifier that it was sent to.
#[derive(Clone, Debug)]
pub(crate) struct SentCode {
    identifier: Identifier,
    hash: String,
}

impl SentCode {
    /// Only the code's keyed hash is kept.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] never in practice.
    pub(crate) fn of(keys: &Keys, identifier: Identifier, code: &str) -> Result<Self> {
        let purpose = OtpPurpose::Identifier.as_str();
        let text = format!("{}\n{purpose}\n{code}", identifier.as_str());
        Ok(Self { hash: keys.keyed_hash(Purpose::OneTimeCode, &text)?, identifier })
    }

    /// Where it was sent.
    pub(crate) const fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// Its keyed hash.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }
}

/// What came of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeCheck {
    /// It is the live one, under this key; it is not used up yet, but nobody else can use it meanwhile.
    Right(i64),
    /// It is not; the try is counted, so the transaction must be committed.
    Wrong,
}

/// Compares a code with the live one and counts the try. It takes the code's row lock, before the locks of
/// accounts in the order of locks.
///
/// # Errors
/// What the database says.
pub(crate) fn check_code(tx: &mut Tx, code: &SentCode, now: Instant) -> Result<CodeCheck> {
    let live = otps::count_try(tx, (code.identifier.as_str(), OtpPurpose::Identifier), now)?;
    Ok(match live {
        Some(live) if same(&live.code_hash, &code.hash) => CodeCheck::Right(live.id),
        Some(_) | None => CodeCheck::Wrong,
    })
}
