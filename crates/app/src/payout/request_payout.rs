//! A member asks for a payout: the whole amount goes on hold, and what it comes to is frozen.

use infra::{
    bookings, buyers,
    db::Tx,
    kycs,
    ledger::{self, Posted},
    payouts, plans,
    secrets::Keys,
    tds_register,
};
use money::Paise;
use tds::FinancialYear;
use wallet_rules::{
    booking::BookingStatus,
    calendar::Instant,
    ledger::{Account, Posting},
    payout::{EmiPart, PayoutRefusal, Quote, check_request, sort_unpaid},
    people::KycStatus,
    plan::{CeilingPeriod, Plan},
};

use super::{bank_details::BankDetails, objects::Payout, steps};
use crate::{App, Call, Done, Error, Result, booking::objects::plan_of, idempotency::once};

/// Letters of the remarks at most.
const LONGEST_NOTES: usize = 500;

/// What a member asks for. Bank details that are left out are those of the approved KYC.
#[derive(Clone, Debug, Default)]
pub struct NewPayout {
    /// What leaves the wallet.
    pub requested_amount: Paise,
    /// The bank.
    pub bank_name: Option<String>,
    /// The account's number.
    pub account_number: Option<String>,
    /// The bank's branch.
    pub ifsc_code: Option<String>,
    /// The account's holder.
    pub account_holder_name: Option<String>,
    /// Pay unpaid instalments out of it first.
    pub emi_auto_filled: bool,
    /// Remarks.
    pub notes: String,
}

/// Asks for a payout of the caller's wallet (rules 16 to 19).
///
/// # Errors
/// `kyc_required`, `below_minimum`, `payout_open`, `insufficient_balance`; field errors for bank details that
/// are not those of the approved KYC.
pub async fn request_payout(app: &App, call: &Call, new: NewPayout) -> Result<Done<Payout>> {
    let now = app.clock.now();
    let keys = app.keys.clone();
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            let done = once(tx, &call, now, |tx| request(tx, &keys, &call, &new, now))?;
            steps::reveal(tx, &keys, done)
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn request(tx: &mut Tx, keys: &Keys, call: &Call, new: &NewPayout, now: Instant) -> Result<Payout> {
    let user = call.actor.id;
    buyers::lock(tx, user)?.ok_or(Error::NotFound)?;
    let version = plans::at(tx, now)?;
    let payee = kycs::find_of_user(tx, user)?.filter(|payee| payee.status == KycStatus::Approved);
    let allowed = check_request(
        &version.plan,
        new.requested_amount,
        ledger::balances(tx, user)?.wallet,
        payee.is_some(),
        payouts::has_open(tx, user)?,
    );
    // whether there is a KYC to compare with comes first, then the fields, then the other rules
    if let Err(refusal @ PayoutRefusal::KycRequired) = allowed {
        return Err(refused(refusal));
    }
    if new.notes.chars().count() > LONGEST_NOTES {
        return Err(Error::invalid("notes", "Ensure this field has no more than 500 characters."));
    }
    let bank = BankDetails::of(keys, payee.as_ref(), new)?;
    allowed.map_err(refused)?;
    let quote = work_out(tx, user, new, &version.plan, now)?;
    let row = payouts::NewPayout {
        user_id: user,
        emi_auto_filled: new.emi_auto_filled,
        bank_name: bank.bank_name,
        account_sealed: bank.account_sealed,
        account_last4: bank.account_last4,
        ifsc_code: bank.ifsc_code,
        account_holder_name: bank.account_holder_name,
        pan_sealed: bank.pan_sealed,
        notes: new.notes.clone(),
        plan_version: i32::try_from(version.version).map_err(Error::internal)?,
        created_at: now,
    };
    let id = payouts::insert(tx, &row, &quote)?;
    hold(tx, id, user, new.requested_amount, &call.cause(), now)?;
    let stored = payouts::find(tx, id)?.ok_or(Error::NotFound)?;
    steps::tell(tx, &stored, now)?;
    steps::show(tx, vec![stored])?.pop().ok_or(Error::NotFound)
}

/// What the request comes to: tax, instalments, net.
fn work_out(tx: &mut Tx, user: i64, new: &NewPayout, plan: &Plan, now: Instant) -> Result<Quote<i64>> {
    let rule = tds::Rule {
        rate: plan.tds_percentage,
        ceiling: plan.tds_ceiling,
        period: match plan.tds_ceiling_period {
            CeilingPeriod::Payout => tds::CeilingPeriod::Payout,
            CeilingPeriod::FinancialYear => tds::CeilingPeriod::FinancialYear,
        },
    };
    let year = FinancialYear::of(now.ist_date()).to_string();
    let tax = rule.tax(new.requested_amount, tds_register::posted_in(tx, user, &year)?)?;
    let unpaid = if new.emi_auto_filled { unpaid_instalments(tx, user)? } else { Vec::new() };
    Quote::work_out(new.requested_amount, tax, unpaid).map_err(Error::internal)
}

/// The unpaid instalments of the member's confirmed bookings, in the order in which they are paid (rule 18).
fn unpaid_instalments(tx: &mut Tx, user: i64) -> Result<Vec<EmiPart<i64>>> {
    let mut unpaid = Vec::new();
    for booking in bookings::open_of_user(tx, user)? {
        if booking.status != BookingStatus::Confirmed {
            continue;
        }
        let Some((plan, paid)) = plan_of(&booking)? else { continue };
        unpaid.extend(plan.unpaid(paid).map(|instalment| {
            let (number, amount) = (instalment.number, instalment.remaining());
            (instalment.due_date, EmiPart { booking: booking.id, number, amount })
        }));
    }
    Ok(sort_unpaid(unpaid))
}

/// Moves the whole amount out of the wallet, so that nobody spends it twice.
fn hold(tx: &mut Tx, payout: i64, user: i64, amount: Paise, caused_by: &str, now: Instant) -> Result<()> {
    ledger::open_account(tx, Account::Hold(payout), user, now)?;
    let posting = Posting::payout_requested(payout, user, amount)?;
    match ledger::post(tx, &posting, caused_by, now)? {
        Posted::New { .. } => Ok(()),
        Posted::Insufficient(_) => {
            let balance = ledger::balances(tx, user)?.wallet;
            Err(refused(PayoutRefusal::InsufficientBalance { balance }))
        }
        Posted::Already { .. } | Posted::Empty => Err(Error::internal("a new payout was held before")),
    }
}

fn refused(refusal: PayoutRefusal) -> Error {
    let detail = match refusal {
        PayoutRefusal::KycRequired => "A payout needs an approved KYC.".to_owned(),
        PayoutRefusal::BelowMinimum { least } => format!("The least payout is {}.", least.indian()),
        PayoutRefusal::PayoutOpen => "Another payout of yours is still open.".to_owned(),
        PayoutRefusal::InsufficientBalance { balance } => {
            format!("Your wallet holds only {}.", balance.indian())
        }
    };
    Error::rejected(refusal.code(), detail)
}
