//! Identifiers and KYC formats: each text is read once, kept in one form, and shown to others masked.

mod contact;
mod kyc;

use core::fmt;

pub use contact::{Email, Identifier, IdentifierKind, Mobile, mask_identifier};
pub use kyc::{Aadhaar, AccountNumber, Ifsc, Pan, Pincode};

/// A text that is not of its form; it carries the form's name, never the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    NotAnEmail,
    /// Not an Indian mobile number.
    #[error("not an Indian mobile number of 10 digits")]
    NotAMobile,
    /// Not a PAN.
    #[error("not a PAN of 5 letters, 4 digits and a letter")]
    NotAPan,
    /// Not an Aadhaar number, or mistyped.
    #[error("not a valid Aadhaar number of 12 digits")]
    NotAnAadhaar,
    /// Not an IFSC.
    #[error("not an IFSC of 4 letters, a 0 and 6 letters or digits")]
    NotAnIfsc,
    /// Not a bank account number.
    #[error("not a bank account number of 6 to 18 digits")]
    NotAnAccountNumber,
    /// Not a pincode.
    #[error("not a pincode of 6 digits")]
    NotAPincode,
}

/// A text type that reads itself, prints itself only masked in `Debug`, and has no `Display`.
macro_rules! identity_text {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The whole text, in its one form.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The whole text, in its one form.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::identity::IdentityError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::identity::debug_masked(f, stringify!($name), &self.masked())
            }
        }
    };
}
pub(crate) use identity_text;

/// Keeps whole identifiers out of logs.
fn debug_masked(f: &mut fmt::Formatter<'_>, name: &str, masked: &str) -> fmt::Result {
    f.debug_tuple(name).field(&format_args!("{masked}")).finish()
}

/// True when `text` has `length` ASCII digits and nothing else.
fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last `shown` characters of an ASCII text behind one `mask` for each other; a text that isn't longer
/// than that is masked whole.
fn mask_all_but_last(text: &str, mask: char, shown: usize) -> String {
    let length = text.chars().count();
    let hidden = if length > shown { length.saturating_sub(shown) } else { length };
    core::iter::repeat_n(mask, hidden).chain(text.chars().skip(hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::mask_all_but_last;

    #[test]
    fn a_text_that_is_all_shown_is_masked_whole() {
        for (text, masked) in [("", ""), ("123", "XXX"), ("1234", "XXXX"), ("12345", "X2345")] {
            assert_eq!(mask_all_but_last(text, 'X', 4), masked);
        }
    }
}
