//! A member books a vehicle.

use chrono::NaiveDate;
use emi::{InstalmentPlan, PlanError, Terms};
use infra::{bookings, buyers, db::Tx, ledger, plans};
use money::Paise;
use wallet_rules::{
    booking::{NewBookingError, check_new_booking},
    calendar::Instant,
    ledger::Account,
    plan::PlanVersion,
};

use super::{objects::Booking, steps::contact_of};
use crate::{App, Call, Done, Error, Result, idempotency::once, tasks, tasks::TaskKind};

/// What a buyer asks for.
#[derive(Clone, Debug)]
pub struct NewBooking {
    /// What is bought.
    pub vehicle_model: String,
    /// Which kind of it.
    pub vehicle_variant: String,
    /// What confirms the booking.
    pub booking_amount: Paise,
    /// The whole price.
    pub total_amount: Paise,
    /// The instalment, with a plan.
    pub emi_amount: Option<Paise>,
    /// How many months, with a plan.
    pub emi_duration_months: Option<u32>,
    /// The first due date, with a plan.
    pub emi_start_date: Option<NaiveDate>,
}

/// Makes a booking for the caller; an EMI reserve that waits is applied to it afterwards.
///
/// # Errors
/// Field errors where rules 1 and 6 refuse the amounts.
pub async fn create_booking(app: &App, call: &Call, new: NewBooking) -> Result<Done<Booking>> {
    let now = app.clock.now();
    let number = infra::secrets::booking_number()?;
    let call = call.clone();
    let done = app
        .db
        .write(move |tx| {
            once(tx, &call, now, |tx| {
                let version = plans::at(tx, now)?;
                let plan = check(&new, &version, now)?;
                store(tx, &call, &new, plan.as_ref(), &number, version.version, now)
            })
        })
        .await?;
    app.signals.committed();
    Ok(done)
}

fn store(
    tx: &mut Tx,
    call: &Call,
    new: &NewBooking,
    plan: Option<&InstalmentPlan>,
    number: &str,
    version: u32,
    now: Instant,
) -> Result<Booking> {
    let user = call.actor.id;
    buyers::lock(tx, user)?.ok_or(Error::NotFound)?;
    let row = bookings::NewBooking {
        user_id: user,
        booking_number: number.to_owned(),
        vehicle_model: new.vehicle_model.clone(),
        vehicle_variant: new.vehicle_variant.clone(),
        booking_amount: new.booking_amount,
        total_amount: new.total_amount,
        emi: plan.map(|plan| (plan.amount(), plan.count(), plan.first_due())),
        plan_version: i32::try_from(version).map_err(Error::internal)?,
        created_at: now,
    };
    let stored = bookings::insert(tx, row)?;
    let id = stored.id;
    ledger::open_account(tx, Account::Booking(id), user, now)?;
    if ledger::balances(tx, user)?.emi_reserve.is_positive() {
        let occasion = format!("booking:{id}");
        tasks::announce(tx, TaskKind::EmiAutofill, user, &occasion, String::new(), &call.cause(), now)?;
    }
    Booking::of(stored, &contact_of(tx, user)?)
}

/// Rules 1 and 6.
fn check(new: &NewBooking, version: &PlanVersion, now: Instant) -> Result<Option<InstalmentPlan>> {
    check_new_booking(&version.plan, new.booking_amount, new.total_amount).map_err(|refusal| {
        let text = match refusal {
            NewBookingError::BookingAmountBelowMinimum { least } => {
                format!("The booking amount is at least {least}.")
            }
            NewBookingError::BookingAmountAboveTotal { total_amount } => {
                format!("The booking amount is at most the total of {total_amount}.")
            }
        };
        Error::invalid("booking_amount", text)
    })?;
    let terms = match (new.emi_duration_months, new.emi_amount) {
        (None, None) if new.emi_start_date.is_some() => {
            return Err(Error::invalid("emi_start_date", "There is no instalment plan to start."));
        }
        (None, None) => return Ok(None),
        (Some(months), None) => Terms::Months(months),
        (None, Some(amount)) => Terms::Amount(amount),
        (Some(months), Some(amount)) => Terms::Both { months, amount },
    };
    let today = now.ist_date();
    let first_due = match new.emi_start_date {
        Some(day) if day < today => {
            return Err(Error::invalid("emi_start_date", "The first instalment is not due before today."));
        }
        Some(day) => day,
        None => emi::default_first_due(today),
    };
    let balance = new.total_amount.checked_sub(new.booking_amount)?;
    InstalmentPlan::try_new(balance, terms, first_due)
        .map(Some)
        .map_err(|error| refused_plan(error, new.emi_duration_months.is_some()))
}

fn refused_plan(error: PlanError, months_given: bool) -> Error {
    let by_terms = if months_given { "emi_duration_months" } else { "emi_amount" };
    let field = match error {
        PlanError::Amount { .. } | PlanError::DoesNotCover { .. } => "emi_amount",
        PlanError::Months { .. } | PlanError::OneTooMany { .. } => "emi_duration_months",
        PlanError::DueDate => "emi_start_date",
        PlanError::NoBalance => by_terms,
        PlanError::NoInstalment { .. } | PlanError::Money(_) => return Error::internal(error),
    };
    Error::invalid(field, sentence(&error.to_string()))
}

/// A domain crate's message as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
