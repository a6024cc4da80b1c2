//! A member sends in their KYC.

use infra::{
    db::Tx,
    kycs::{self, KycFields},
    secrets::Keys,
    users,
};
use wallet_rules::calendar::Instant;

use super::{
    objects::Kyc,
    steps::{KycChange, KycInput, Uploads, refused_duplicate},
};
use crate::{App, Call, Error, Result};

/// Stores the caller's record, pending; a second one replaces the first, documents and all.
///
/// # Errors
/// Field errors, also when PAN or Aadhaar is another's.
pub async fn submit_kyc(app: &App, call: &Call, input: KycInput) -> Result<Kyc> {
    let now = app.clock.now();
    let (change, documents) = input.whole()?;
    let uploads = Uploads::store(&app.files, documents).await?;
    let (user, keys, noted) = (call.actor.id, app.keys.clone(), uploads.clone());
    let outcome = app.db.write(move |tx| store(tx, user, &change, &noted, &keys, now)).await;
    uploads.settle(&app.files, outcome).await
}

fn store(
    tx: &mut Tx,
    user: i64,
    change: &KycChange,
    uploads: &Uploads,
    keys: &Keys,
    now: Instant,
) -> Result<Kyc> {
    users::lock(tx, user)?.ok_or(Error::NotFound)?;
    let mut fields = change.applied_to(nothing(), keys)?;
    fields.pan_file_id = uploads.note(tx, "pan_document", user, now)?;
    fields.aadhaar_front_file_id = uploads.note(tx, "aadhaar_front", user, now)?;
    fields.aadhaar_back_file_id = uploads.note(tx, "aadhaar_back", user, now)?;
    let id = match kycs::find_of_user(tx, user)? {
        Some(before) => {
            kycs::replace(tx, before.id, &fields, now).map_err(refused_duplicate)?;
            before.id
        }
        None => kycs::insert(tx, user, &fields, now).map_err(refused_duplicate)?,
    };
    Kyc::of(kycs::find(tx, id)?.ok_or(Error::NotFound)?, keys, now)
}

/// A record before anything is said.
fn nothing() -> KycFields {
    KycFields {
        pan_sealed: String::new(),
        pan_hash: String::new(),
        aadhaar_last4: String::new(),
        aadhaar_hash: String::new(),
        address_line1: String::new(),
        address_line2: String::new(),
        city: String::new(),
        state: String::new(),
        pincode: String::new(),
        country: String::new(),
        pan_file_id: None,
        aadhaar_front_file_id: None,
        aadhaar_back_file_id: None,
        bank_name: String::new(),
        account_sealed: String::new(),
        ifsc_code: String::new(),
        account_holder_name: String::new(),
    }
}
