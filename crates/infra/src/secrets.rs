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
/// How what `SECRET_KEY` has sealed is marked; other keys have an id of their own making.
const SECRET_KEY_ID: &str = "1";
/// Bytes of the id of another key.
const KEY_ID_BYTES: usize = 4;

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

/// What hashes with `SECRET_KEY`, and seals with it or with another key.
#[derive(Clone)]
pub struct Keys {
    hashing: Root,
    /// The first one seals, all open.
    sealing: Vec<SealingKey>,
}

/// What the keys of each purpose are derived from.
#[derive(Clone)]
struct Root(Hkdf<Sha256>);

#[derive(Clone)]
struct SealingKey {
    id: String,
    root: Root,
}

impl Keys {
    /// The keys of a secret, which hashes and seals.
    pub fn of(secret: &SecretString) -> Self {
        let root = Root::of(secret);
        let own = SealingKey { id: SECRET_KEY_ID.to_owned(), root: root.clone() };
        Self { hashing: root, sealing: vec![own] }
    }

    /// The same with another key that seals, if there is one, and with others that open.
    ///
    /// # Errors
    /// [`Error::Database`] never in practice: the lengths are fixed.
    pub fn sealing_with(self, first: Option<&SecretString>, others: &[SecretString]) -> Result<Self> {
        let first = first.map(SealingKey::of).transpose()?;
        let others = others.iter().map(SealingKey::of).collect::<Result<Vec<_>>>()?;
        let sealing = first.into_iter().chain(self.sealing).chain(others).collect();
        Ok(Self { hashing: self.hashing, sealing })
    }

    /// How what is sealed begins.
    pub fn sealing_id(&self) -> &str {
        self.sealing.first().map_or(SECRET_KEY_ID, |key| &key.id)
    }

    /// HMAC-SHA256 under the purpose's own key, in hex: equal texts have equal hashes, and without the key
    /// nobody can try texts.
    ///
    /// # Errors
    /// [`Error::Database`] never in practice: the lengths are fixed.
    pub fn keyed_hash(&self, purpose: Purpose, text: &str) -> Result<String> {
        let key = self.hashing.derive("hash", purpose)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(broken)?;
        mac.update(text.as_bytes());
        Ok(hex(&mac.finalize().into_bytes()))
    }

    /// Seals a text with XChaCha20-Poly1305 under the purpose's own key: the id of what that is derived from, a dot, and
    /// hex.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the machine gives no random bytes.
    pub fn seal(&self, purpose: Purpose, text: &str) -> Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        random::fill(&mut nonce)?;
        let key = self.sealing.first().ok_or_else(|| broken("no key seals"))?;
        let cipher = key.root.cipher(purpose)?;
        let sealed = cipher.encrypt(&XNonce::from(nonce), text.as_bytes()).map_err(broken)?;
        Ok(format!("{}.{}{}", key.id, hex(&nonce), hex(&sealed)))
    }

    /// The same text sealed with the key that seals; none where it is so, or empty.
    ///
    /// # Errors
    /// As [`Keys::open`] and [`Keys::seal`].
    pub fn reseal(&self, purpose: Purpose, sealed: &str) -> Result<Option<String>> {
        let is_current = sealed.split_once('.').is_some_and(|(key_id, _)| key_id == self.sealing_id());
        if sealed.is_empty() || is_current {
            return Ok(None);
        }
        self.seal(purpose, &self.open(purpose, sealed)?).map(Some)
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose; the empty text, which is never sealed, stays.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it was changed, or sealed for another purpose or with a key that is not here.
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Result<String> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        let is_none = || Error::corrupt("a sealed text is not of its form");
        let (key_id, digits) = sealed.split_once('.').ok_or_else(is_none)?;
        let key = self.sealing.iter().find(|key| key.id == key_id);
        let key = key.ok_or_else(|| Error::corrupt("a text is sealed with a key that is not configured"))?;
        let bytes = from_hex(digits).ok_or_else(is_none)?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(|| Error::corrupt("a sealed text is too short"))?;
        let opened = key
            .root
            .cipher(purpose)?
            .decrypt(&XNonce::from(*nonce), sealed)
            .map_err(|_| Error::corrupt("a sealed text does not open with its key"))?;
        String::from_utf8(opened).map_err(|_| Error::corrupt("a sealed text is not UTF-8"))
    }
}

impl SealingKey {
    fn of(secret: &SecretString) -> Result<Self> {
        let root = Root::of(secret);
        Ok(Self { id: hex(&root.expand::<KEY_ID_BYTES>("key-id")?), root })
    }
}

impl Root {
    fn of(secret: &SecretString) -> Self {
        Self(Hkdf::new(None, secret.expose_secret().as_bytes()))
    }

    fn cipher(&self, purpose: Purpose) -> Result<XChaCha20Poly1305> {
        XChaCha20Poly1305::new_from_slice(&self.derive("seal", purpose)?).map_err(broken)
    }

    fn derive(&self, usage: &str, purpose: Purpose) -> Result<[u8; 32]> {
        self.expand(&format!("{usage}:1:{}", purpose.as_str()))
    }

    fn expand<const BYTES: usize>(&self, info: &str) -> Result<[u8; BYTES]> {
        let mut key = [0; BYTES];
        self.0.expand(info.as_bytes(), &mut key).map_err(broken)?;
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
        let keys = keys("k").sealing_with(Some(&"another".into()), &[]).expect("they derive");
        let sealed = keys.seal(Purpose::BankAccount, "123456789012345678").expect("it seals");
        assert!(sealed.len() <= 255, "{}", sealed.len());
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let (a, b) = (SecretString::from("key a"), SecretString::from("key b"));
        let with = |first: Option<&SecretString>, others: &[SecretString]| {
            keys("secret").sealing_with(first, others).expect("they derive")
        };
        let (old, prepared, new, last) = (
            keys("secret"),
            with(None, std::slice::from_ref(&a)),
            with(Some(&a), &[]),
            with(Some(&b), std::slice::from_ref(&a)),
        );
        let seal = |keys: &Keys| keys.seal(Purpose::Pan, "ABCPE1234F").expect("it seals");
        let opens = |keys: &Keys, sealed: &str| keys.open(Purpose::Pan, sealed).is_ok();
        assert_eq!((old.sealing_id(), prepared.sealing_id()), ("1", "1"));
        for keys in [&old, &prepared, &new, &last] {
            assert!(opens(keys, &seal(&old)));
            let hash = |keys: &Keys| keys.keyed_hash(Purpose::Pan, "ABCPE1234F").expect("it hashes");
            assert_eq!(hash(keys), hash(&old), "who seals does not hash");
        }
        assert_eq!(
            [&old, &prepared, &new, &last].map(|keys| opens(keys, &seal(&new))),
            [false, true, true, true]
        );
        assert_eq!(
            [&old, &prepared, &new, &last].map(|keys| opens(keys, &seal(&last))),
            [false, false, false, true]
        );
        let moved = last.reseal(Purpose::Pan, &seal(&new)).expect("it opens").expect("it was another's");
        assert!(opens(&with(Some(&b), &[]), &moved) && moved.starts_with(last.sealing_id()));
        assert_eq!(last.reseal(Purpose::Pan, &moved).expect("it is its own"), None);
        assert_eq!(last.reseal(Purpose::Pan, "").expect("nothing"), None);
        assert!(old.reseal(Purpose::Pan, &moved).is_err());
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
