//! A member changes a part of their KYC.

use infra::{db::Tx, kycs, secrets::Keys, users};
use wallet_rules::calendar::Instant;

use super::{
    objects::Kyc,
    steps::{KycChange, KycInput, Uploads, refused_duplicate},
};
use crate::{App, Call, Error, Result};

/// Changes the caller's own record; a change after a review sets it `pending` again. What is sent as it is
/// stored is no change.
///
/// # Errors
/// [`Error::NotFound`] for another's, or [`Error::Forbidden`] where staff may see it; field errors.
pub async fn update_kyc(app: &App, call: &Call, kyc: i64, input: KycInput) -> Result<Kyc> {
    let now = app.clock.now();
    let stored = app.db.read(move |reader| kycs::find(reader, kyc)).await?.ok_or(Error::NotFound)?;
    let user = call.actor.id;
    if stored.user_id != user {
        return Err(if call.actor.is_staff() { Error::Forbidden } else { Error::NotFound });
    }
    let (change, documents) = input.partial(&stored.fields.aadhaar_last4)?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (keys, noted) = (app.keys.clone(), uploads.clone());
    let outcome = app.db.write(move |tx| store(tx, (kyc, user), &change, &noted, &keys, now)).await;
    uploads.settle(&app.files, outcome).await
}

fn store(
    tx: &mut Tx,
    (id, user): (i64, i64),
    change: &KycChange,
    uploads: &Uploads,
    keys: &Keys,
    now: Instant,
) -> Result<Kyc> {
    users::lock(tx, user)?.ok_or(Error::NotFound)?;
    let stored = kycs::find(tx, id)?.ok_or(Error::NotFound)?;
    let mut fields = change.applied_to(stored.fields.clone(), keys)?;
    if !uploads.is_empty() {
        for (field, place) in [
            ("pan_document", &mut fields.pan_file_id),
            ("aadhaar_front", &mut fields.aadhaar_front_file_id),
            ("aadhaar_back", &mut fields.aadhaar_back_file_id),
        ] {
            *place = uploads.note(tx, field, user, now)?.or(*place);
        }
    }
    if fields != stored.fields {
        kycs::replace(tx, id, &fields, now).map_err(refused_duplicate)?;
    }
    Kyc::of(kycs::find(tx, id)?.ok_or(Error::NotFound)?, keys, now)
}
