//! KYC records, newest first.

use infra::kycs;

use super::objects::Kyc;
use crate::{App, Call, Listed, Page, Result};

/// The caller's own record, or everyone's for staff.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_kycs(app: &App, call: &Call, page: Page) -> Result<Listed<Kyc>> {
    let whose = (!call.actor.is_staff()).then_some(call.actor.id);
    let rows = app.db.read(move |reader| kycs::list(reader, whose, page.slice())).await?;
    let now = app.clock.now();
    Listed::of(page, rows.try_map(|row| Kyc::of(row, &app.keys, now))?)
}
