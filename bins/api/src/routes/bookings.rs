//! `/api/booking/bookings/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::booking::{
    self, BookingFilter, NewBooking, NewPayment,
    objects::{Booking, Instalment, Payment},
};
use chrono::NaiveDate;
use money::Paise;
use utoipa::ToSchema;
use wallet_rules::booking::PaymentMethod;

use super::done;
use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Body, Form, Input, Nothing, behind_ownership},
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_bookings, __path_list_bookings),
        Endpoint::of(create_booking, __path_create_booking),
        Endpoint::of(view_booking, __path_view_booking),
        Endpoint::of(view_emi_schedule, __path_view_emi_schedule),
        Endpoint::of(cancel_booking, __path_cancel_booking),
        Endpoint::of(make_payment, __path_make_payment),
    ]
}

/// A booking to be made.
#[derive(ToSchema)]
pub struct BookingBody {
    /// What is bought.
    vehicle_model: String,
    /// Which kind of it.
    vehicle_variant: Option<String>,
    /// What confirms the booking.
    #[schema(value_type = String, example = "500.00")]
    booking_amount: Paise,
    /// The whole price.
    #[schema(value_type = String, example = "100000.00")]
    total_amount: Paise,
    /// The instalment, for a plan.
    #[schema(value_type = Option<String>, example = "8292.00")]
    emi_amount: Option<Paise>,
    /// How many months, for a plan.
    emi_duration_months: Option<u32>,
    /// The first due date; one month after the booking if left out.
    emi_start_date: Option<NaiveDate>,
}

impl Body for BookingBody {
    fn read(form: &mut Form) -> Self {
        Self {
            vehicle_model: form.text("vehicle_model", 100),
            vehicle_variant: form.optional_text("vehicle_variant", 100),
            booking_amount: form.money("booking_amount"),
            total_amount: form.money("total_amount"),
            emi_amount: form.optional_money("emi_amount"),
            emi_duration_months: form.optional_count("emi_duration_months"),
            emi_start_date: form.optional_date("emi_start_date"),
        }
    }
}

/// A payment to be made.
#[derive(ToSchema)]
pub struct PaymentBody {
    /// How much, at least 1.00 or all that remains.
    #[schema(value_type = String, example = "500.00")]
    amount: Paise,
    /// `online` if left out.
    #[schema(value_type = Option<String>, pattern = "^(online|bank_transfer|cash|wallet)$")]
    payment_method: Option<PaymentMethod>,
}

impl Body for PaymentBody {
    fn read(form: &mut Form) -> Self {
        Self { amount: form.money("amount"), payment_method: form.optional_choice("payment_method") }
    }
}

/// Bookings, newest first.
#[utoipa::path(
    get, path = "/api/booking/bookings/", tag = "booking",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
        ("status" = Option<String>, Query, pattern = "^(pre_booked|confirmed|completed|cancelled)$"),
        ("search" = Option<String>, Query, description = "In number, model and variant"),
    ),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Booking>)),
)]
async fn list_bookings(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    let filter = BookingFilter { status: query.choice("status"), search: query.text("search") };
    query.check()?;
    let list = booking::list_bookings(&state.app, &caller.call(), filter, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// Books a vehicle.
#[utoipa::path(
    post, path = "/api/booking/bookings/", tag = "booking", request_body = BookingBody,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "Booked", body = Booking)),
)]
async fn create_booking(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    let (call, body) = caller.once::<BookingBody>(input)?;
    let new = NewBooking {
        vehicle_model: body.vehicle_model,
        vehicle_variant: body.vehicle_variant.unwrap_or_default(),
        booking_amount: body.booking_amount,
        total_amount: body.total_amount,
        emi_amount: body.emi_amount,
        emi_duration_months: body.emi_duration_months,
        emi_start_date: body.emi_start_date,
    };
    Ok(done(HttpResponse::Created(), booking::create_booking(&state.app, &call, new).await?))
}

/// A booking.
#[utoipa::path(
    get, path = "/api/booking/bookings/{id}/", tag = "booking", params(("id" = i64, Path)),
    responses((status = 200, description = "The booking", body = Booking)),
)]
async fn view_booking(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(booking::view_booking(&state.app, &caller.call(), id.0).await?))
}

/// A booking's instalments; none without a plan.
#[utoipa::path(
    get, path = "/api/booking/bookings/{id}/emi_schedule/", tag = "booking", params(("id" = i64, Path)),
    responses((status = 200, description = "Oldest first", body = Vec<Instalment>)),
)]
async fn view_emi_schedule(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(booking::view_emi_schedule(&state.app, &caller.call(), id.0).await?))
}

/// Cancels a booking on which nothing is paid.
#[utoipa::path(
    post, path = "/api/booking/bookings/{id}/cancel/", tag = "booking",
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 200, description = "Cancelled", body = Booking),
        (status = 409, description = "Something is paid on it, or it is closed"),
    ),
)]
async fn cancel_booking(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen = booking::view_booking(&state.app, &asker, id.0);
    let (call, Nothing {}) = behind_ownership(caller.once(input), seen).await?;
    Ok(done(HttpResponse::Ok(), booking::cancel_booking(&state.app, &call, id.0).await?))
}

/// Pays a part of one's own booking.
#[utoipa::path(
    post, path = "/api/booking/bookings/{id}/make_payment/", tag = "booking", request_body = PaymentBody,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "The payment, completed or waiting", body = Payment)),
)]
async fn make_payment(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let asker = caller.call();
    let seen = async { asker.actor.check_own(booking::view_booking(&state.app, &asker, id.0).await?.user) };
    let (call, body) = behind_ownership(caller.once::<PaymentBody>(input), seen).await?;
    let method = body.payment_method.unwrap_or(PaymentMethod::Online);
    let new = NewPayment { amount: body.amount, method };
    Ok(done(HttpResponse::Created(), booking::make_payment(&state.app, &call, id.0, new).await?))
}
