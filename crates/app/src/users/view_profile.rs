//! A member's own profile.

use infra::{db::Reader, kycs, users};

use super::objects::Profile;
use crate::{App, Call, Error, Result};

/// The caller's profile.
///
/// # Errors
/// [`Error::NotFound`] when the account is gone.
pub async fn view_profile(app: &App, call: &Call) -> Result<Profile> {
    let user = call.actor.id;
    app.db.read(move |reader| profile_of(reader, user)).await
}

pub(super) fn profile_of(reader: &mut Reader, user: i64) -> Result<Profile> {
    let row = users::find(reader, user)?.ok_or(Error::NotFound)?;
    let (kyc_status, nominee_exists) = kycs::standing_of_user(reader, user)?;
    Ok(Profile::of(row, kyc_status, nominee_exists))
}
