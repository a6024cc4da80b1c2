//! A member names their nominee.

use infra::{
    db::Tx,
    nominees::{self, NomineeFields},
    secrets::Keys,
    users,
};
use wallet_rules::calendar::Instant;

use super::{
    objects::Nominee,
    steps::{Extent, NomineeInput, Uploads, forget_file, remove_content},
};
use crate::{App, Call, Error, Result};

/// Stores the caller's nominee; a second one replaces the first, document and all.
///
/// # Errors
/// Field errors.
pub async fn name_nominee(app: &App, call: &Call, input: NomineeInput) -> Result<Nominee> {
    let now = app.clock.now();
    let (change, documents) = input.read(Extent::Whole, "", now)?;
    let missing = || Error::internal("a whole nominee has no relationship");
    let fields = change.alone(&app.keys)?.ok_or_else(missing)?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (user, keys, noted) = (call.actor.id, app.keys.clone(), uploads.clone());
    let outcome = app.db.write(move |tx| store(tx, user, fields.clone(), &noted, &keys, now)).await;
    let (nominee, forgotten) = uploads.settle(&app.files, outcome).await?;
    remove_content(&app.files, forgotten).await;
    Ok(nominee)
}

fn store(
    tx: &mut Tx,
    user: i64,
    mut fields: NomineeFields,
    uploads: &Uploads,
    keys: &Keys,
    now: Instant,
) -> Result<(Nominee, Option<String>)> {
    users::lock(tx, user)?.ok_or(Error::NotFound)?;
    fields.id_proof_file_id = uploads.note(tx, "id_proof_document", user, now)?;
    let (id, forgotten) = match nominees::find_of_user(tx, user)? {
        Some(before) => {
            nominees::replace(tx, before.id, &fields, now)?;
            (before.id, forget_file(tx, before.fields.id_proof_file_id)?)
        }
        None => (nominees::insert(tx, user, &fields, now)?, None),
    };
    let row = nominees::find(tx, id)?.ok_or(Error::NotFound)?;
    Ok((Nominee::whole(row, keys, now)?, forgotten))
}
