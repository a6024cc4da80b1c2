//! Everything that the platform knows of a member, for them.

use infra::{
    bookings::{self, Filter},
    buyers,
    db::Reader,
    kycs, nominees, notifications,
    paging::{Rows, Slice},
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

/// Rows that are read at once: a statement names no more of them than either database takes.
const STEP: i64 = 10_000;
/// Steps of each kind at most, 100,000 rows, since all are in memory together; more than a life on the platform makes.
const STEPS: i64 = 10;

/// The caller's data, as of one moment; numbers of documents and accounts are masked. A list that is too long to be
/// whole is named.
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
    let own = wallets::find_of_user(reader, id)?.ok_or(Error::NotFound)?;
    let mut cut_off = Vec::new();
    let mut all = Lists { reader, cut_off: &mut cut_off };
    let booked = Filter { user_id: Some(id), ..Filter::default() };
    let bookings = all.of("bookings", |reader, slice| {
        bookings::list(reader, &booked, slice)?.try_map(|row| Booking::of(row, &contact))
    })?;
    let payments = all.of("payments", |reader, slice| {
        let paid = payments::list(reader, Some(id), slice)?;
        let ids: Vec<i64> = paid.rows.iter().map(|row| row.booking_id).collect();
        let numbers = bookings::numbers(reader, &ids)?;
        let number = |booking| numbers.get(&booking).cloned().unwrap_or_default();
        paid.try_map(|row| Ok(Payment::of(row.clone(), number(row.booking_id))))
    })?;
    let lines = statements::Filter { user_id: Some(id), ..statements::Filter::default() };
    let wallet_transactions = all.of("wallet_transactions", |reader, slice| {
        let Rows { rows, count } = statements::list(reader, &lines, slice)?;
        Ok(Rows { rows: wallet::steps::show_lines(reader, rows)?, count })
    })?;
    let pairs = all.of("pairs", |reader, slice| {
        let formed = pairs::Filter { user_id: Some(id), formed: false };
        let Rows { rows, count } = pairs::list(reader, formed, slice)?;
        Ok(Rows { rows: binary::steps::show_pairs(reader, &rows, binary::steps::viewer_of(call))?, count })
    })?;
    let asked = payouts::Filter { user_id: Some(id), status: None, from: None, before: None };
    let payouts = all.of("payouts", |reader, slice| {
        let Rows { rows, count } = payouts::list(reader, &asked, slice)?;
        Ok(Rows { rows: payout::steps::show(reader, rows)?, count })
    })?;
    let notifications = all.of("notifications", |reader, slice| {
        notifications::list(reader, id, None, slice)?.try_map(|row| Ok(Notification::from(row)))
    })?;
    let tds_records = all.of("tds_records", |reader, slice| {
        let Rows { rows, count } = tds_register::list(reader, Some(id), slice)?;
        Ok(Rows { rows: compliance::steps::show_records(reader, rows, keys, now)?, count })
    })?;
    Ok(Export {
        exported_at: now,
        cut_off,
        profile: profile_of(reader, id)?,
        kyc,
        nominee,
        wallet: wallet::steps::show_wallets(reader, vec![own])?.pop().ok_or(Error::NotFound)?,
        wallet_transactions,
        bookings,
        payments,
        pairs,
        payouts,
        notifications,
        tds_records,
    })
}

/// Reads lists as whole as they may be.
struct Lists<'a> {
    reader: &'a mut Reader,
    /// The names of those that are not.
    cut_off: &'a mut Vec<String>,
}

impl Lists<'_> {
    fn of<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Reader, Slice) -> Result<Rows<T>>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        for step in 0..STEPS {
            let offset = step * STEP;
            let Rows { rows, count } = read(self.reader, Slice { offset, limit: STEP })?;
            all.extend(rows);
            if count <= offset.saturating_add(STEP) {
                return Ok(all);
            }
        }
        self.cut_off.push(name.to_owned());
        Ok(all)
    }
}
