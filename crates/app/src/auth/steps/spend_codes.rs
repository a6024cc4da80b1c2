//! A code that came back is compared with the one that was sent, and used up together with what it is shown for.

use infra::{
    db::Tx,
    otps::{self, OtpPurpose},
    redis::{Redis, TakenCode},
    secrets::{Keys, Purpose, same},
};
use wallet_rules::{calendar::Instant, identity::Identifier};

use crate::{App, Result};

/// What is said of every code that is not the live one, so that nothing else can be learned.
pub(crate) const WRONG_CODE: &str = "This code is wrong or no longer valid.";

/// A code with the identifier that it was sent to.
#[derive(Clone, Debug)]
pub(crate) struct SentCode {
    identifier: Identifier,
    hash: String,
    subject: String,
}

impl SentCode {
    /// Only the code's keyed hash is kept.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] never in practice.
    pub(crate) fn of(keys: &Keys, identifier: Identifier, code: &str) -> Result<Self> {
        let whose = format!("{}\n{}", identifier.as_str(), OtpPurpose::Identifier.as_str());
        let hash = keys.keyed_hash(Purpose::OneTimeCode, &format!("{whose}\n{code}"))?;
        let subject = keys.keyed_hash(Purpose::RedisKey, &format!("otp\n{whose}"))?;
        Ok(Self { identifier, hash, subject })
    }

    /// Where it was sent.
    pub(crate) const fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// Its keyed hash.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// The keyed hash by which Redis knows whose code it is.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }
}

/// The positions of codes that are not the live ones.
pub(crate) type WrongCodes = Vec<usize>;

/// Runs `store` in a transaction if every code is the live one, and uses them up with its commit. Wrong ones count a
/// try; the others, and all when `store` refuses, stay as they were.
///
/// Codes in the database are compared in the transaction, under their row locks, which come before the locks of
/// accounts. Codes in Redis are taken out before it, together, so that nobody else can use them, and given back when it was not
/// committed; a process that ends in between leaves its caller to ask for another.
///
/// # Errors
/// What `store` gives; [`crate::Error::Unavailable`] when the database or Redis does not answer.
pub(crate) async fn spend_codes<T: Send + 'static>(
    app: &App,
    codes: Vec<SentCode>,
    now: Instant,
    store: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
) -> Result<std::result::Result<T, WrongCodes>> {
    let Some(redis) = &app.redis else {
        let in_database = move |tx: &mut Tx| match use_up(tx, &codes, now)? {
            Ok(()) => store(tx).map(Ok),
            // committed, so that the wrong codes' tries stay counted
            Err(wrong) => Ok(Err(wrong)),
        };
        return app.db.write(in_database).await;
    };
    let asked: Vec<(&str, &str)> = codes.iter().map(|code| (code.subject(), code.hash())).collect();
    let taken = match redis.take_codes(&asked, now).await? {
        Ok(taken) => taken,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let outcome = app.db.write(store).await;
    let may_be_stored = match &outcome {
        Ok(_) => true,
        Err(error) => error.is_outcome_unknown(),
    };
    if !may_be_stored {
        give_back(redis, taken, now).await;
    }
    outcome.map(Ok)
}

fn use_up(tx: &mut Tx, codes: &[SentCode], now: Instant) -> Result<std::result::Result<(), WrongCodes>> {
    let (mut right, mut wrong) = (Vec::new(), WrongCodes::new());
    for (position, code) in codes.iter().enumerate() {
        let live = otps::count_try(tx, (code.identifier.as_str(), OtpPurpose::Identifier), now)?;
        match live.filter(|live| same(&live.code_hash, &code.hash)) {
            Some(live) => right.push(live.id),
            None => wrong.push(position),
        }
    }
    for id in right {
        if wrong.is_empty() {
            otps::use_up(tx, id)?;
        } else {
            otps::uncount_try(tx, id)?;
        }
    }
    Ok(if wrong.is_empty() { Ok(()) } else { Err(wrong) })
}

async fn give_back(redis: &Redis, taken: Vec<TakenCode>, now: Instant) {
    for code in taken {
        if let Err(error) = redis.give_code_back(code, now).await {
            tracing::warn!(%error, "a code is used up by a request that was refused");
        }
    }
}
