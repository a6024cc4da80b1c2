//! Bookings and their payments.

pub mod objects;
pub(crate) mod steps;

mod cancel_booking;
mod confirm_payment;
mod create_booking;
mod fail_payment;
mod list_bookings;
mod list_payments;
mod make_payment;
mod view_booking;
mod view_emi_schedule;
mod view_payment;

pub use cancel_booking::cancel_booking;
pub use confirm_payment::{Settlement, confirm_payment};
pub use create_booking::{NewBooking, create_booking};
pub use fail_payment::fail_payment;
pub use list_bookings::{BookingFilter, list_bookings};
pub use list_payments::list_payments;
pub use make_payment::{NewPayment, make_payment};
pub use view_booking::view_booking;
pub use view_emi_schedule::view_emi_schedule;
pub use view_payment::view_payment;
