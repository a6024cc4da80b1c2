//! A booking's instalments.

use infra::bookings;

use super::objects::{Instalment, plan_of};
use crate::{App, Call, Error, Result};

/// The instalments of the caller's booking, or of anyone's for an admin; none without a plan.
///
/// # Errors
/// [`Error::NotFound`] for another's.
pub async fn view_emi_schedule(app: &App, call: &Call, booking: i64) -> Result<Vec<Instalment>> {
    let actor = call.actor.clone();
    let today = app.clock.now().ist_date();
    app.db
        .read(move |reader| {
            let row = bookings::find(reader, booking)?
                .filter(|row| actor.may_see(row.user_id))
                .ok_or(Error::NotFound)?;
            let Some((plan, paid)) = plan_of(&row)? else { return Ok(Vec::new()) };
            Ok(plan.schedule(paid).map(|instalment| Instalment::of(&instalment, today)).collect())
        })
        .await
}
