//! The objects of `api.md`'s `booking/`.

use chrono::NaiveDate;
use emi::{InstalmentPlan, InstalmentStatus};
use infra::{bookings, buyers::Contact, payments};
use money::Paise;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{
    booking::{BookingState, BookingStatus, PaymentMethod, PaymentStatus},
    calendar::Instant,
};

use crate::{Error, Result};

/// A booking of a vehicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Booking {
    /// Key.
    pub id: i64,
    /// The buyer.
    pub user: i64,
    /// The buyer's e-mail.
    pub user_email: String,
    /// The buyer's mobile number.
    pub user_mobile: String,
    /// `EV` and eight of A–Z, 0–9.
    #[schema(example = "EV7K2M9Q4X")]
    pub booking_number: String,
    /// What is bought.
    pub vehicle_model: String,
    /// Which kind of it.
    pub vehicle_variant: String,
    /// What confirms the booking.
    #[schema(value_type = String, example = "500.00")]
    pub booking_amount: Paise,
    /// The whole price.
    #[schema(value_type = String, example = "100000.00")]
    pub total_amount: Paise,
    /// What has been paid.
    #[schema(value_type = String, example = "500.00")]
    pub total_paid: Paise,
    /// What remains to be paid.
    #[schema(value_type = String, example = "99500.00")]
    pub remaining_amount: Paise,
    /// Where it stands.
    #[schema(value_type = String, pattern = "^(pre_booked|confirmed|completed|cancelled)$")]
    pub status: BookingStatus,
    /// The instalment, with a plan.
    #[schema(value_type = Option<String>, example = "8292.00")]
    pub emi_amount: Option<Paise>,
    /// How many months, with a plan.
    pub emi_duration_months: Option<u32>,
    /// The first due date, with a plan.
    pub emi_start_date: Option<NaiveDate>,
    /// Instalments that are wholly paid.
    pub emi_paid_count: u32,
    /// Instalments in all; 0 without a plan.
    pub emi_total_count: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    /// When it was confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Instant>,
    /// When nothing remained.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Instant>,
}

/// A payment of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Payment {
    /// Key.
    pub id: i64,
    /// The booking.
    pub booking: i64,
    /// The booking's number.
    pub booking_number: String,
    /// The booking's buyer.
    pub user: i64,
    /// How much.
    #[schema(value_type = String, example = "500.00")]
    pub amount: Paise,
    /// Where the money comes from.
    #[schema(value_type = String, pattern = "^(online|bank_transfer|cash|wallet|emi_auto_fill|emi_deduction)$")]
    pub payment_method: PaymentMethod,
    /// The gateway's or the bank's reference.
    pub transaction_id: String,
    /// Where it stands.
    #[schema(value_type = String, pattern = "^(pending|completed|failed|refunded)$")]
    pub status: PaymentStatus,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub payment_date: Instant,
    /// When it was completed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Instant>,
    /// Remarks.
    pub notes: String,
}

/// An instalment of a booking's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Instalment {
    /// From 1.
    pub number: u32,
    /// The day on which it is due.
    pub due_date: NaiveDate,
    /// How much it is.
    #[schema(value_type = String, example = "8292.00")]
    pub amount: Paise,
    /// How much of it is paid.
    #[schema(value_type = String, example = "0.00")]
    pub paid: Paise,
    /// Where it stands.
    #[schema(value_type = String, pattern = "^(due|part_paid|paid|overdue)$")]
    pub status: String,
}

/// The amounts and the state that the rules work on.
pub(crate) fn state_of(row: &bookings::Booking) -> BookingState {
    BookingState {
        status: row.status,
        booking_amount: row.booking_amount,
        total_amount: row.total_amount,
        total_paid: row.total_paid,
    }
}

/// The booking's instalment plan and what has been paid towards it.
pub(crate) fn plan_of(row: &bookings::Booking) -> Result<Option<(InstalmentPlan, Paise)>> {
    let (Some(amount), Some(count), Some(first_due)) = (row.emi_amount, row.emi_count, row.emi_start_date)
    else {
        return Ok(None);
    };
    let balance = row.total_amount.checked_sub(row.booking_amount)?;
    let plan = InstalmentPlan::restore(balance, amount, count, first_due).map_err(Error::internal)?;
    Ok(Some((plan, emi::towards_instalments(row.total_paid, row.booking_amount))))
}

impl Booking {
    /// The booking as its buyer sees it.
    pub(crate) fn of(row: bookings::Booking, buyer: &Contact) -> Result<Self> {
        let plan = plan_of(&row)?;
        Ok(Self {
            id: row.id,
            user: row.user_id,
            user_email: buyer.email.clone().unwrap_or_default(),
            user_mobile: buyer.mobile.clone().unwrap_or_default(),
            remaining_amount: state_of(&row).remaining(),
            booking_number: row.booking_number,
            vehicle_model: row.vehicle_model,
            vehicle_variant: row.vehicle_variant,
            booking_amount: row.booking_amount,
            total_amount: row.total_amount,
            total_paid: row.total_paid,
            status: row.status,
            emi_amount: row.emi_amount,
            emi_duration_months: row.emi_count,
            emi_start_date: row.emi_start_date,
            emi_paid_count: plan.as_ref().map_or(0, |(plan, paid)| plan.paid_count(*paid)),
            emi_total_count: row.emi_count.unwrap_or(0),
            created_at: row.created_at,
            updated_at: row.updated_at,
            confirmed_at: row.confirmed_at,
            completed_at: row.completed_at,
        })
    }
}

impl Payment {
    /// The payment with its booking's number.
    pub(crate) fn of(row: payments::Payment, booking_number: String) -> Self {
        Self {
            id: row.id,
            booking: row.booking_id,
            booking_number,
            user: row.user_id,
            amount: row.amount,
            payment_method: row.payment_method,
            transaction_id: row.transaction_id,
            status: row.status,
            payment_date: row.payment_date,
            completed_at: row.completed_at,
            notes: row.notes,
        }
    }
}

impl Instalment {
    /// The instalment as it stands on a day.
    pub(crate) fn of(instalment: &emi::Instalment, today: NaiveDate) -> Self {
        let status: InstalmentStatus = instalment.status(today);
        Self {
            number: instalment.number,
            due_date: instalment.due_date,
            amount: instalment.amount,
            paid: instalment.paid,
            status: status.as_str().to_owned(),
        }
    }
}
