//! One KYC.

use infra::kycs;

use super::objects::Kyc;
use crate::{App, Call, Error, Result};

/// The caller's own record, or anyone's for staff.
///
/// # Errors
/// [`Error::NotFound`], also for another's.
pub async fn view_kyc(app: &App, call: &Call, kyc: i64) -> Result<Kyc> {
    let row = app.db.read(move |reader| kycs::find(reader, kyc)).await?.ok_or(Error::NotFound)?;
    if row.user_id != call.actor.id && !call.actor.is_staff() {
        return Err(Error::NotFound);
    }
    Kyc::of(row, &app.keys, app.clock.now())
}
