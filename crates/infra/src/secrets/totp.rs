//! Time-based one-time passwords (RFC 6238), as authenticator apps show them: HMAC-SHA-1, 30 seconds, six digits.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use wallet_rules::calendar::Instant;

use super::{broken, random::drawn_from};
use crate::{Error, Result};

/// The alphabet of base32, in which apps take a secret.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters of a secret: 160 bits, as RFC 4226 asks for.
const SECRET_LENGTH: usize = 32;
/// Seconds for which a code is shown.
const STEP_S: i64 = 30;
/// Codes are below this.
const CODES: u32 = 1_000_000;

/// A new secret, in base32.
///
/// # Errors
/// [`Error::Unavailable`] when the machine gives no random bytes.
pub fn totp_secret() -> Result<String> {
    drawn_from(BASE32, SECRET_LENGTH)
}

/// The number of the half minute of an instant.
pub fn totp_step(now: Instant) -> i64 {
    now.utc().and_utc().timestamp().div_euclid(STEP_S)
}

/// The code that is shown for a secret in one half minute.
///
/// # Errors
/// [`Error::Corrupt`] when the secret is no base32.
pub fn totp_code(secret: &str, step: i64) -> Result<String> {
    let key = from_base32(secret).ok_or_else(|| Error::corrupt("a secret is not of its form"))?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).map_err(broken)?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
    let word = digest.get(offset..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
    Ok(format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % CODES))
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for letter in text.bytes() {
        let value = u32::try_from(BASE32.iter().position(|known| *known == letter)?).ok()?;
        bits = (bits << 5 | value) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B: the last six of its eight digits, for the secret "12345678901234567890"
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(from_base32(secret).as_deref(), Some(&b"12345678901234567890"[..]));
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000i64, "353130"),
        ] {
            assert_eq!(totp_code(secret, seconds / STEP_S).expect("a code"), code);
        }
        assert!(totp_code("1", 1).is_err());
    }

    #[test]
    fn secrets_differ_and_are_base32() {
        let (one, two) = (totp_secret().expect("random"), totp_secret().expect("random"));
        assert_ne!(one, two);
        assert_eq!(from_base32(&one).map(|bytes| bytes.len()), Some(20));
    }
}
