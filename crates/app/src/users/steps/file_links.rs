//! Links that open one private file for a few minutes. Who may have one is decided where it is made.

use infra::secrets::{Keys, Purpose, same};
use wallet_rules::calendar::Instant;

use crate::Result;

/// How long a link opens its file, in seconds.
const LIFETIME_S: i64 = 300;

/// The path that opens a file: `/media/{key}.{end in seconds since 1970}.{keyed hash of both}`.
///
/// # Errors
/// [`crate::Error::Internal`] never in practice.
pub(crate) fn file_link(keys: &Keys, file: i64, now: Instant) -> Result<String> {
    let said = format!("{file}.{}", seconds(now).saturating_add(LIFETIME_S));
    let signature = keys.keyed_hash(Purpose::FileLink, &said)?;
    Ok(format!("/media/{said}.{signature}"))
}

/// The file that a link's token opens at `now`.
///
/// # Errors
/// [`crate::Error::Internal`] never in practice.
pub(crate) fn read_file_link(keys: &Keys, token: &str, now: Instant) -> Result<Option<i64>> {
    let Some((said, signature)) = token.rsplit_once('.') else { return Ok(None) };
    if !same(&keys.keyed_hash(Purpose::FileLink, said)?, signature) {
        return Ok(None);
    }
    Ok(said
        .split_once('.')
        .filter(|(_, end)| end.parse::<i64>().is_ok_and(|end| seconds(now) < end))
        .and_then(|(file, _)| file.parse().ok()))
}

fn seconds(instant: Instant) -> i64 {
    instant.utc().and_utc().timestamp()
}
