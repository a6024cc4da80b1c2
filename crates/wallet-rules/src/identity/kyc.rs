//! The numbers of a KYC.

use super::{IdentityError, identity_text, is_digits, mask_all_but_last};

/// Digits of an Aadhaar number.
const AADHAAR_DIGITS: usize = 12;
/// Digits or letters that stay to be seen of a masked number.
const SHOWN: usize = 4;

identity_text! {
    /// A Permanent Account Number in upper case: 5 letters, 4 digits, 1 letter.
    Pan
}

impl Pan {
    /// Reads a PAN and puts it in upper case.
    ///
    /// # Errors
    /// [`IdentityError::NotAPan`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let well_formed = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                5..=8 => byte.is_ascii_digit(),
                _ => byte.is_ascii_alphabetic(),
            });
        if well_formed { Ok(Self(text.to_ascii_uppercase())) } else { Err(IdentityError::NotAPan) }
    }

    /// `XXXXXX234F`.
    pub fn masked(&self) -> String {
        mask_all_but_last(&self.0, 'X', SHOWN)
    }
}

identity_text! {
    /// An Aadhaar number: 12 digits, the last of them the check digit. Only its mask is ever stored.
    Aadhaar
}

impl Aadhaar {
    /// Reads 12 digits, the first neither 0 nor 1, with the right check digit.
    ///
    /// # Errors
    /// [`IdentityError::NotAnAadhaar`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if is_digits(text, AADHAAR_DIGITS) && !text.starts_with(['0', '1']) && has_verhoeff_check(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentityError::NotAnAadhaar)
        }
    }

    /// `XXXXXXXX2346`.
    pub fn masked(&self) -> String {
        mask_all_but_last(&self.0, 'X', SHOWN)
    }
}

/// Multiplication in the dihedral group of order 10 (J. Verhoeff, Error Detecting Decimal Codes, 1969).
const TIMES: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// Verhoeff's permutation, applied once more for each place from the right.
const PERMUTED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// True when the last digit of `digits` is the Verhoeff check of the others.
fn has_verhoeff_check(digits: &str) -> bool {
    let at = |table: &[u8; 10], index: u8| table.get(usize::from(index)).copied();
    let sum = digits.bytes().rev().enumerate().try_fold(0u8, |sum, (place, byte)| {
        let digit = byte.checked_sub(b'0')?;
        let permuted = (0..place).try_fold(digit, |digit, _| at(&PERMUTED, digit))?;
        at(TIMES.get(usize::from(sum))?, permuted)
    });
    sum == Some(0)
}

identity_text! {
    /// The code of a bank's branch in upper case: 4 letters, a 0, 6 letters or digits.
    Ifsc
}

impl Ifsc {
    /// Reads an IFSC and puts it in upper case.
    ///
    /// # Errors
    /// [`IdentityError::NotAnIfsc`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let well_formed = text.len() == 11
            && text.bytes().enumerate().all(|(place, byte)| match place {
                0..=3 => byte.is_ascii_alphabetic(),
                4 => byte == b'0',
                _ => byte.is_ascii_alphanumeric(),
            });
        if well_formed { Ok(Self(text.to_ascii_uppercase())) } else { Err(IdentityError::NotAnIfsc) }
    }

    /// The whole code: it names a branch, not a person.
    pub fn masked(&self) -> String {
        self.0.clone()
    }
}

identity_text! {
    /// A bank account number: 6 to 18 digits.
    AccountNumber
}

impl AccountNumber {
    /// Reads 6 to 18 digits.
    ///
    /// # Errors
    /// [`IdentityError::NotAnAccountNumber`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if (6..=18).contains(&text.len()) && is_digits(text, text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentityError::NotAnAccountNumber)
        }
    }

    /// `XXXXXXX5501`.
    pub fn masked(&self) -> String {
        mask_all_but_last(&self.0, 'X', SHOWN)
    }
}

identity_text! {
    /// An Indian postal code: 6 digits, the first not 0.
    Pincode
}

impl Pincode {
    /// Reads 6 digits, the first not 0.
    ///
    /// # Errors
    /// [`IdentityError::NotAPincode`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if is_digits(text, 6) && !text.starts_with('0') {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentityError::NotAPincode)
        }
    }

    /// `XXX001`: the district stays hidden.
    pub fn masked(&self) -> String {
        mask_all_but_last(&self.0, 'X', 3)
    }
}
