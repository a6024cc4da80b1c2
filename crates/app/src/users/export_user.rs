//! Everything that the platform knows of a member, for them.

use infra::{
    bookings::{self, Filter},
    buyers,
    db::Reader,
    kycs, nominees, notifications,
    paging::Slice,
    pairs, payments, payouts,
    secrets::Keys,
    statements, tds_register, wallets,
};
use wallet_rules::calendar::Instant;

use super::{
    objects::{Export, Kyc, Nominee},
    view_profile::profile_of,
};
use crate::{
    App, Call, Error, Result, binary,
    booking::objects::{Booking, Payment},
    compliance,
    notifications::objects::Notification,
    payout, wallet,
};

/// Rows of each kind at most: more than anybody's life on the platform.
const ALL: Slice = Slice { offset: 0, limit: 100_000 };

/// The caller's data, as of one moment; numbers of documents and accounts are masked.
///
/// # Errors
/// [`Error::NotFound`] when the account is gone.
pub async fn export_user(app: &App, call: &Call) -> Result<Export> {
    let (call, keys, now) = (call.clone(), app.keys.clone(), app.clock.now());
    app.db.snapshot(move |reader| gather(reader, &call, &keys, now)).await
}

fn gather(reader: &mut Reader, call: &Call, keys: &Keys, now: Instant) -> Result<Export> {
    let id = call.actor.id;
    let contact = buyers::contact(reader, id)?.unwrap_or_default();
    let kyc = kycs::find_of_user(reader, id)?.map(|row| Kyc::masked(row, keys, now)).transpose()?;
    let nominee =
        nominees::find_of_user(reader, id)?.map(|row| Nominee::masked(row, keys, now)).transpose()?;
    let filter = Filter { user_id: Some(id), ..Filter::default() };
    let bookings = bookings::list(reader, &filter, ALL)?.try_map(|row| Booking::of(row, &contact))?.rows;
    let payments = payments::list(reader, Some(id), ALL)?.rows;
    let ids: Vec<i64> = bookings.iter().map(|booking| booking.id).collect();
    let numbers = bookings::numbers(reader, &ids)?;
    let payments = payments
        .into_iter()
        .map(|row| {
            let number = numbers.get(&row.booking_id).cloned().unwrap_or_default();
            Payment::of(row, number)
        })
        .collect();
    let own = wallets::find_of_user(reader, id)?.ok_or(Error::NotFound)?;
    let lines = statements::Filter { user_id: Some(id), ..statements::Filter::default() };
    let lines = statements::list(reader, &lines, ALL)?.rows;
    let formed = pairs::list(reader, pairs::Filter { user_id: Some(id), formed: false }, ALL)?.rows;
    let asked = payouts::Filter { user_id: Some(id), status: None, from: None, before: None };
    let asked = payouts::list(reader, &asked, ALL)?.rows;
    let taxes = tds_register::list(reader, Some(id), ALL)?.rows;
    Ok(Export {
        exported_at: now,
        profile: profile_of(reader, id)?,
        kyc,
        nominee,
        wallet: wallet::steps::show_wallets(reader, vec![own])?.pop().ok_or(Error::NotFound)?,
        wallet_transactions: wallet::steps::show_lines(reader, lines)?,
        bookings,
        payments,
        pairs: binary::steps::show_pairs(reader, &formed, binary::steps::viewer_of(call))?,
        payouts: payout::steps::show(reader, asked)?,
        notifications: notifications::list(reader, id, None, ALL)?
            .rows
            .into_iter()
            .map(Notification::from)
            .collect(),
        tds_records: compliance::steps::show_records(reader, taxes, keys, now)?,
    })
}
