//! A member changes their nominee.

use infra::{db::Tx, nominees, secrets::Keys, users};
use wallet_rules::calendar::Instant;

use super::{
    objects::Nominee,
    steps::{Extent, NomineeChange, NomineeInput, Uploads, forget_file, remove_content},
};
use crate::{App, Call, Error, Result};

/// Changes the caller's nominee, or says it anew as a whole; `nominee` where it is asked for by its key. A document that
/// does not come along stays either way.
///
/// # Errors
/// [`Error::NotFound`] without one, and for another's, or [`Error::Forbidden`] where staff may see it; field errors.
pub async fn change_nominee(
    app: &App,
    call: &Call,
    nominee: Option<i64>,
    input: NomineeInput,
    extent: Extent,
) -> Result<Nominee> {
    let now = app.clock.now();
    let user = call.actor.id;
    let stored = app
        .db
        .read(move |reader| match nominee {
            Some(id) => nominees::find(reader, id),
            None => nominees::find_of_user(reader, user),
        })
        .await?
        .ok_or(Error::NotFound)?;
    if stored.user_id != user {
        return Err(if call.actor.is_staff() { Error::Forbidden } else { Error::NotFound });
    }
    let (change, documents) = input.read(extent, &stored.fields.id_proof_type, now)?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (id, keys, noted) = (stored.id, app.keys.clone(), uploads.clone());
    let outcome = app.db.write(move |tx| store(tx, (id, user), (&change, extent), &noted, &keys, now)).await;
    let (nominee, forgotten) = uploads.settle(&app.files, outcome).await?;
    remove_content(&app.files, forgotten).await;
    Ok(nominee)
}

fn store(
    tx: &mut Tx,
    (id, user): (i64, i64),
    (change, extent): (&NomineeChange, Extent),
    uploads: &Uploads,
    keys: &Keys,
    now: Instant,
) -> Result<(Nominee, Option<String>)> {
    users::lock(tx, user)?.ok_or(Error::NotFound)?;
    let stored = nominees::find(tx, id)?.ok_or(Error::NotFound)?;
    let document = stored.fields.id_proof_file_id;
    let mut fields = match extent {
        Extent::Whole => {
            change.alone(keys)?.ok_or_else(|| Error::internal("a whole nominee has no relationship"))?
        }
        Extent::Part => change.applied_to(stored.fields.clone(), keys)?,
    };
    let sent = uploads.note(tx, "id_proof_document", user, now)?;
    fields.id_proof_file_id = sent.or(document);
    if fields != stored.fields {
        nominees::replace(tx, id, &fields, now)?;
    }
    let forgotten = if sent.is_some() { forget_file(tx, document)? } else { None };
    let row = nominees::find(tx, id)?.ok_or(Error::NotFound)?;
    Ok((Nominee::whole(row, keys, now)?, forgotten))
}
