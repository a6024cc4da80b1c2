//! What is drawn at random, hashed with a key, and sealed.

mod development;
mod random;
mod totp;

use std::fmt;

use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce, aead::Aead as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

pub use development::{Secrets, SecretsError, load};
pub use random::{booking_number, one_time_code, random_token, referral_code};
pub use totp::{totp_code, totp_secret, totp_step};

use crate::{Error, Result};

/// Bytes of an XChaCha20 nonce.
const NONCE_BYTES: usize = 24;
/// The id of the key that seals; a later key gets the next number, and both open.
const KEY_ID: &str = "1";

/// What a derived key is for; what was sealed or hashed for one purpose is nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One-time codes.
    OneTimeCode,
    /// PAN numbers.
    Pan,
    /// Aadhaar numbers.
    Aadhaar,
    /// Bank account numbers.
    BankAccount,
    /// Numbers of nominees' proofs of identity.
    IdProof,
    /// Messages that wait to be sent.
    Message,
    /// Links to private files.
    FileLink,
    /// Names in Redis.
    RedisKey,
    /// Sign-ups that wait for their codes.
    SignUp,
    /// Secrets of second factors.
    SecondFactor,
    /// Ids of tokens.
    TokenId,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::OneTimeCode => "one-time-code",
            Self::Pan => "pan",
            Self::Aadhaar => "aadhaar",
            Self::BankAccount => "bank-account",
            Self::IdProof => "id-proof",
            Self::Message => "message",
            Self::FileLink => "file-link",
            Self::RedisKey => "redis-key",
            Self::SignUp => "sign-up",
            Self::SecondFactor => "second-factor",
            Self::TokenId => "token-id",
        }
    }
}

/// The keys that are derived from `SECRET_KEY`.
#[derive(Clone)]
pub struct Keys {
    root: Hkdf<Sha256>,
}

impl Keys {
    /// The keys of a secret.
    pub fn of(secret: &SecretString) -> Self {
        Self { root: Hkdf::new(None, secret.expose_secret().as_bytes()) }
    }

    /// HMAC-SHA256 under the purpose's own key, in hex: equal texts have equal hashes, and without the key
    /// nobody can try texts.
    ///
    /// # Errors
    /// [`Error::Database`] never in practice: the lengths are fixed.
    pub fn keyed_hash(&self, purpose: Purpose, text: &str) -> Result<String> {
        let key = self.derive("hash", purpose)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(broken)?;
        mac.update(text.as_bytes());
        Ok(hex(&mac.finalize().into_bytes()))
    }

    /// Seals a text with XChaCha20-Poly1305 under the purpose's own key: `1.` and hex.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the machine gives no random bytes.
    pub fn seal(&self, purpose: Purpose, text: &str) -> Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        random::fill(&mut nonce)?;
        let cipher = self.cipher(purpose)?;
        let sealed = cipher.encrypt(&XNonce::from(nonce), text.as_bytes()).map_err(broken)?;
        Ok(format!("{KEY_ID}.{}{}", hex(&nonce), hex(&sealed)))
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose; the empty text, which is never sealed, stays.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it was changed, or sealed with another key or for another purpose.
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Result<String> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        let bytes = sealed
            .split_once('.')
            .filter(|(key_id, _)| *key_id == KEY_ID)
            .and_then(|(_, digits)| from_hex(digits))
            .ok_or_else(|| Error::corrupt("a sealed text is not of its form"))?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(|| Error::corrupt("a sealed text is too short"))?;
        let opened = self
            .cipher(purpose)?
            .decrypt(&XNonce::from(*nonce), sealed)
            .map_err(|_| Error::corrupt("a sealed text does not open with SECRET_KEY"))?;
        String::from_utf8(opened).map_err(|_| Error::corrupt("a sealed text is not UTF-8"))
    }

    fn cipher(&self, purpose: Purpose) -> Result<XChaCha20Poly1305> {
        XChaCha20Poly1305::new_from_slice(&self.derive("seal", purpose)?).map_err(broken)
    }

    fn derive(&self, usage: &str, purpose: Purpose) -> Result<[u8; 32]> {
        let mut key = [0; 32];
        let info = format!("{usage}:{KEY_ID}:{}", purpose.as_str());
        self.root.expand(info.as_bytes(), &mut key).map_err(broken)?;
        Ok(key)
    }
}

/// Shows nothing.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// True when both texts are the same; how long it takes says nothing about where they differ.
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

fn broken(cause: impl fmt::Display) -> Error {
    Error::Database(format!("cryptography: {cause}"))
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str) -> Keys {
        Keys::of(&SecretString::from(secret))
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_key_and_purpose_only() {
        let mine = keys("0123456789abcdef0123456789abcdef");
        let sealed = mine.seal(Purpose::Pan, "ABCPE1234F").expect("it seals");
        assert!(!sealed.contains("ABCPE"), "{sealed}");
        assert!(sealed.len() <= 255 && sealed.starts_with("1."), "it fits its column");
        assert_eq!(mine.open(Purpose::Pan, &sealed).expect("it opens"), "ABCPE1234F");
        assert_ne!(mine.seal(Purpose::Pan, "ABCPE1234F").expect("it seals"), sealed, "the nonce is new");
        assert!(matches!(mine.open(Purpose::BankAccount, &sealed), Err(Error::Corrupt(_))));
        assert!(matches!(keys("another").open(Purpose::Pan, &sealed), Err(Error::Corrupt(_))));
        let mut changed = sealed.clone();
        let last = if changed.pop() == Some('0') { '1' } else { '0' };
        changed.push(last);
        for hostile in [changed.as_str(), "1.", "1.zz", "1.é", "2.00", "ABCPE1234F", "1.000"] {
            assert!(matches!(mine.open(Purpose::Pan, hostile), Err(Error::Corrupt(_))), "{hostile}");
        }
    }

    #[test]
    fn the_longest_account_number_fits_its_column() {
        let sealed = keys("k").seal(Purpose::BankAccount, "123456789012345678").expect("it seals");
        assert!(sealed.len() <= 255, "{}", sealed.len());
    }

    #[test]
    fn hashes_depend_on_key_purpose_and_text() {
        let mine = keys("0123456789abcdef0123456789abcdef");
        let hash = |keys: &Keys, purpose, text| keys.keyed_hash(purpose, text).expect("it hashes");
        let one = hash(&mine, Purpose::Pan, "ABCPE1234F");
        assert_eq!(one.len(), 64);
        assert_eq!(one, hash(&mine, Purpose::Pan, "ABCPE1234F"));
        assert_ne!(one, hash(&mine, Purpose::Pan, "ABCPE1234G"));
        assert_ne!(one, hash(&mine, Purpose::Aadhaar, "ABCPE1234F"));
        assert_ne!(one, hash(&keys("another"), Purpose::Pan, "ABCPE1234F"));
        assert!(same(&one, &one.clone()) && !same(&one, "x"));
    }

    #[test]
    fn keys_print_nothing() {
        assert_eq!(format!("{:?}", keys("hunter2")), "Keys(…)");
    }
}
