//! A person is made anonymous; what the books say of their money stays.

use infra::{
    compliance_documents,
    db::Tx,
    kycs, ledger, nominees, otps,
    paging::Slice,
    payments,
    payouts::{self, Filter},
    second_factors,
    sessions::{self, SessionEnd},
    stored_files, users,
};
use money::Paise;
use serde_json::json;
use wallet_rules::{calendar::Instant, payout::PayoutStatus};

use super::{
    objects::User,
    steps::{forget_file, remove_content},
};
use crate::{
    App, Call, Error, Result,
    audit::{
        AuditAction,
        steps::{Deed, record},
    },
};

/// Takes everything from an account that tells whose it is, and disables it: names, e-mail, mobile, address, KYC and its
/// documents, the nominee. Bookings, payments, payouts, the ledger, the tax register and the place in the tree stand.
/// Once more changes nothing.
///
/// # Errors
/// [`Error::Forbidden`] for those who are no admin, for one's own account, and for one of staff unless a superuser asks;
/// [`Error::NotFound`]; conflicts while money is under way: `payout_open`, `payment_pending`, `wallet_not_empty`.
pub async fn anonymise_user(app: &App, call: &Call, user: i64) -> Result<User> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let call = call.clone();
    let (shown, forgotten) = app.db.write(move |tx| anonymise(tx, &call, user, now)).await?;
    for content in forgotten {
        remove_content(&app.files, Some(content)).await;
    }
    Ok(shown)
}

/// The account as it is then, and the documents whose content has to go.
fn anonymise(tx: &mut Tx, call: &Call, id: i64, now: Instant) -> Result<(User, Vec<String>)> {
    let before = users::lock(tx, id)?.ok_or(Error::NotFound)?;
    check_may(call, &before)?;
    if before.anonymised_at.is_some() {
        return Ok((before.into(), Vec::new()));
    }
    check_at_rest(tx, id)?;
    let forgotten = forget_papers(tx, call.actor.id, id, now)?;
    for identifier in [&before.email, &before.mobile].into_iter().flatten() {
        otps::forget(tx, identifier)?;
    }
    second_factors::forget(tx, id)?;
    sessions::end_all(tx, id, SessionEnd::Disabled, now)?;
    users::anonymise(tx, id, &format!("anonymised-{id}"), now)?;
    let deed = Deed {
        action: AuditAction::UserAnonymise,
        subject: Some(id),
        row: Some(id),
        before: json!({ "is_active": before.is_active, "anonymised": false }),
        after: json!({ "is_active": false, "anonymised": true }),
    };
    record(tx, call, &deed, now)?;
    Ok((users::find(tx, id)?.ok_or(Error::NotFound)?.into(), forgotten))
}

/// Whether the caller may make this account anonymous at all.
///
/// # Errors
/// As [`anonymise_user`], but for conflicts.
pub async fn check_anonymise(app: &App, call: &Call, user: i64) -> Result<()> {
    if !call.actor.is_admin() {
        return Err(Error::Forbidden);
    }
    let account = app.db.read(move |reader| users::find(reader, user)).await?;
    check_may(call, &account.ok_or(Error::NotFound)?)
}

/// Says no about oneself, and about staff to those who are no superuser.
fn check_may(call: &Call, account: &users::User) -> Result<()> {
    call.actor.check_anothers(account.id)?;
    let is_staff = account.is_superuser || account.role != wallet_rules::people::Role::User;
    if is_staff && !call.actor.is_superuser { Err(Error::Forbidden) } else { Ok(()) }
}

/// Says no while money of theirs is under way.
fn check_at_rest(tx: &mut Tx, id: i64) -> Result<()> {
    for status in [PayoutStatus::Pending, PayoutStatus::Processing] {
        let filter = Filter { user_id: Some(id), status: Some(status), from: None, before: None };
        if !payouts::list(tx, &filter, Slice { offset: 0, limit: 1 })?.rows.is_empty() {
            return Err(Error::conflict("payout_open", format!("A payout is {status}; end it first.")));
        }
    }
    if payments::has_pending(tx, id)? {
        return Err(Error::conflict("payment_pending", "A payment is pending; confirm or fail it first."));
    }
    let held = ledger::balances(tx, id)?.wallet;
    if held > Paise::ZERO {
        return Err(Error::conflict(
            "wallet_not_empty",
            format!("The wallet holds {held}; pay it out first."),
        ));
    }
    Ok(())
}

/// Empties the KYC, removes the nominee and every document; gives the names of the documents' contents.
fn forget_papers(tx: &mut Tx, by: i64, id: i64, now: Instant) -> Result<Vec<String>> {
    if let Some(kyc) = kycs::find_of_user(tx, id)? {
        kycs::anonymise(tx, kyc.id, by, now)?;
    }
    if let Some(nominee) = nominees::find_of_user(tx, id)? {
        nominees::remove(tx, nominee.id)?;
    }
    compliance_documents::remove_of_user(tx, id)?;
    let mut forgotten = Vec::new();
    for file in stored_files::ids_of_user(tx, id)? {
        forgotten.extend(forget_file(tx, Some(file))?);
    }
    Ok(forgotten)
}
