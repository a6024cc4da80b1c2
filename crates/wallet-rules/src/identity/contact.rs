//! E-mail addresses and mobile numbers.

use super::{IdentityError, identity_text, is_digits};
use crate::text_enum::text_enum;

/// The longest address that SMTP can carry (RFC 5321, 4.5.3.1.3), in bytes.
const EMAIL_MAX_BYTES: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1), in bytes.
const LOCAL_PART_MAX_BYTES: usize = 64;
/// Digits of an Indian mobile number.
const MOBILE_DIGITS: usize = 10;

identity_text! {
    /// An e-mail address in lower case.
    Email
}

impl Email {
    /// Reads an address and puts it in lower case; blanks around it are not taken away.
    ///
    /// # Errors
    /// [`IdentityError::NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let address = text.to_lowercase();
        let (local, domain) = address.split_once('@').ok_or(IdentityError::NotAnEmail)?;
        let well_formed = address.len() <= EMAIL_MAX_BYTES
            && address.chars().all(is_address_char)
            && (1..=LOCAL_PART_MAX_BYTES).contains(&local.len())
            && domain.contains('.')
            && !domain.contains('@')
            && domain.split('.').all(|label| !label.is_empty());
        if well_formed { Ok(Self(address)) } else { Err(IdentityError::NotAnEmail) }
    }

    /// `a***@example.in`.
    pub fn masked(&self) -> String {
        mask_email(&self.0)
    }
}

/// What would end the address or begin another one in a mail's header is refused with blanks and controls.
fn is_address_char(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c)
}

identity_text! {
    /// An Indian mobile number: 10 digits, the first of them 6 to 9.
    Mobile
}

impl Mobile {
    /// Reads 10 digits with or without `+91`, `91` or `0` before them; no blanks, no hyphens.
    ///
    /// # Errors
    /// [`IdentityError::NotAMobile`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let digits = match text.len().checked_sub(MOBILE_DIGITS) {
            Some(0) => Some(text),
            Some(1) => text.strip_prefix('0'),
            Some(2) => text.strip_prefix("91"),
            Some(3) => text.strip_prefix("+91"),
            Some(_) | None => None,
        };
        digits
            .filter(|digits| is_digits(digits, MOBILE_DIGITS) && digits.starts_with(['6', '7', '8', '9']))
            .map(|digits| Self(digits.to_owned()))
            .ok_or(IdentityError::NotAMobile)
    }

    /// `90******01`.
    pub fn masked(&self) -> String {
        mask_mobile(&self.0)
    }
}

text_enum! {
    /// A kind of identifier, and the channel its codes go through.
    IdentifierKind, "kind of identifier" {
        /// An e-mail address.
        Email = "email",
        /// A mobile number.
        Mobile = "mobile",
    }
}

/// What a person logs in with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// An e-mail address.
    Email(Email),
    /// A mobile number.
    Mobile(Mobile),
}

impl Identifier {
    /// Reads an identifier of the given kind.
    ///
    /// # Errors
    /// [`IdentityError::NotAnEmail`] or [`IdentityError::NotAMobile`].
    pub fn parse(kind: IdentifierKind, text: &str) -> Result<Self, IdentityError> {
        match kind {
            IdentifierKind::Email => Email::parse(text).map(Self::Email),
            IdentifierKind::Mobile => Mobile::parse(text).map(Self::Mobile),
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> IdentifierKind {
        match self {
            Self::Email(_) => IdentifierKind::Email,
            Self::Mobile(_) => IdentifierKind::Mobile,
        }
    }

    /// The whole text, in its one form.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Mobile(mobile) => mobile.as_str(),
        }
    }

    /// What others may see of it.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(email) => email.masked(),
            Self::Mobile(mobile) => mobile.masked(),
        }
    }
}

/// What others may see of a stored identifier: `a***@example.in`, `90******01`; of any other text, nothing; of
/// an empty one, the empty text.
///
/// ```
/// use wallet_rules::identity::mask_identifier;
///
/// assert_eq!(mask_identifier("asha@example.in"), "a***@example.in");
/// assert_eq!(mask_identifier("9012345601"), "90******01");
/// ```
pub fn mask_identifier(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else if text.contains('@') {
        mask_email(text)
    } else {
        mask_mobile(text)
    }
}

fn mask_email(text: &str) -> String {
    // the last `@`, so that nothing of the part before it shows in a text that isn't an address
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}***@{domain}")
        }
        None => "***".to_owned(),
    }
}

fn mask_mobile(text: &str) -> String {
    match (text.get(..2), text.get(8..)) {
        (Some(first), Some(last)) if is_digits(text, MOBILE_DIGITS) => format!("{first}******{last}"),
        (_, _) => "***".to_owned(),
    }
}
