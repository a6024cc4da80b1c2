//! What is drawn from the machine's random source.

use crate::{Error, Result};

/// Codes below this are equally likely.
const CODES: u32 = 1_000_000;
/// Letters and digits that nobody takes for one another (no I, O, 0, 1).
const UNMISTAKABLE: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// All letters and digits.
const ALPHANUMERIC: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Letters and digits of both cases, for what no person types.
const TOKEN: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Fills `bytes` from the machine's random source.
pub(super) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|cause| Error::unavailable(format!("the random source: {cause}")))
}

/// Six digits, all equally likely.
///
/// # Errors
/// [`Error::Unavailable`] when the machine gives no random bytes.
pub fn one_time_code() -> Result<String> {
    // the last, incomplete run of a million is drawn again, else low codes came more often
    let fair = u32::MAX - u32::MAX % CODES;
    loop {
        let mut bytes = [0; 4];
        fill(&mut bytes)?;
        let drawn = u32::from_le_bytes(bytes);
        if drawn < fair {
            return Ok(format!("{:06}", drawn % CODES));
        }
    }
}

/// `length` letters and digits of both cases, 5.95 bits each.
///
/// # Errors
/// As [`one_time_code`].
pub fn random_token(length: usize) -> Result<String> {
    drawn_from(TOKEN, length)
}

/// What brings a new member to their sponsor: eight letters and digits that nobody takes for one another.
///
/// # Errors
/// As [`one_time_code`].
pub fn referral_code() -> Result<String> {
    drawn_from(UNMISTAKABLE, 8)
}

/// `EV` and eight of A–Z, 0–9.
///
/// # Errors
/// As [`one_time_code`].
pub fn booking_number() -> Result<String> {
    Ok(format!("EV{}", drawn_from(ALPHANUMERIC, 8)?))
}

pub(super) fn drawn_from(alphabet: &[u8], length: usize) -> Result<String> {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        let letters = bytes
            .into_iter()
            .map(usize::from)
            .filter(|&drawn| drawn < fair)
            .filter_map(|drawn| alphabet.get(drawn % alphabet.len()))
            .map(|&letter| char::from(letter));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_six_digits_and_differ() {
        let codes: BTreeSet<_> = (0..200).map(|_| one_time_code().expect("random bytes")).collect();
        assert!(codes.len() > 190, "{} of 200 differ", codes.len());
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
    }

    #[test]
    fn every_letter_of_an_alphabet_comes() {
        let text = random_token(5_000).expect("random bytes");
        assert_eq!(text.len(), 5_000);
        let letters: BTreeSet<_> = text.bytes().collect();
        assert_eq!(letters, TOKEN.iter().copied().collect());
    }

    #[test]
    fn numbers_for_people_have_their_form() {
        let code = referral_code().expect("random bytes");
        assert!(code.len() == 8 && code.bytes().all(|byte| UNMISTAKABLE.contains(&byte)), "{code}");
        let number = booking_number().expect("random bytes");
        let rest = number.strip_prefix("EV").expect("it begins with EV");
        assert!(rest.len() == 8 && rest.bytes().all(|byte| ALPHANUMERIC.contains(&byte)), "{number}");
    }
}
