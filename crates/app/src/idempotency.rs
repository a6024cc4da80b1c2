//! Requests that may be sent again take effect once.

use infra::{
    db::Tx,
    idempotency::{self, Seen},
};
use serde::{Serialize, de::DeserializeOwned};
use wallet_rules::calendar::Instant;

use crate::{Call, Error, Result};

/// What was done, and whether it was done by an earlier request with the same `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// The outcome, now or then.
    pub value: T,
    /// True when it was done then.
    pub replayed: bool,
}

/// Runs `work` unless a request with the same key took effect before; its reply is kept with its effect.
///
/// # Errors
/// `idempotency_conflict` when the key came with another body before; what `work` gives.
pub(crate) fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    call: &Call,
    now: Instant,
    work: impl FnOnce(&mut Tx) -> Result<T>,
) -> Result<Done<T>> {
    let Some(request) = &call.idempotency else {
        return Ok(Done { value: work(tx)?, replayed: false });
    };
    match idempotency::begin(tx, request, now)? {
        Seen::Never => {
            let value = work(tx)?;
            let reply = serde_json::to_string(&value).map_err(Error::internal)?;
            idempotency::keep(tx, request, &reply)?;
            Ok(Done { value, replayed: false })
        }
        Seen::Before(reply) => {
            let value = serde_json::from_str(&reply).map_err(Error::internal)?;
            Ok(Done { value, replayed: true })
        }
        Seen::Otherwise => Err(Error::conflict(
            "idempotency_conflict",
            "This Idempotency-Key was used with another request body.",
        )),
    }
}
