//! The tax register, newest first.

use infra::{paging::Rows, tds_register};

use super::{objects::TdsRecord, steps};
use crate::{App, Call, Listed, Page, Result};

/// The caller's rows, or everyone's for an admin.
///
/// # Errors
/// [`crate::Error::NotFound`] beyond the last page.
pub async fn list_tds_records(app: &App, call: &Call, page: Page) -> Result<Listed<TdsRecord>> {
    let (user, keys, now) = (call.actor.sees_only(), app.keys.clone(), app.clock.now());
    app.db
        .read(move |reader| {
            let Rows { rows, count } = tds_register::list(reader, user, page.slice())?;
            Listed::of(page, Rows { rows: steps::show_records(reader, rows, &keys, now)?, count })
        })
        .await
}
