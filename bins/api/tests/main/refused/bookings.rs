//! Bookings and their payments.

use serde_json::json;

use super::{Witness, on_both, on_both_with};
use crate::nonsense::world::{World, book, done, pay};

fn pay_at(booking: i64) -> String {
    format!("/api/booking/bookings/{booking}/make_payment/")
}

fn cancel_at(booking: i64) -> String {
    format!("/api/booking/bookings/{booking}/cancel/")
}

fn payment_at(id: i64, verb: &str) -> String {
    format!("/api/booking/payments/{id}/{verb}/")
}

#[test]
fn bookings() {
    on_both(async |stage| {
        let member = stage.member().await;
        let witness = Witness::of(stage);
        for (booking, total, more, field) in [
            ("499.99", "1000.00", json!({}), "booking_amount"),
            ("1000.01", "1000.00", json!({}), "booking_amount"),
            ("500.00", "1500.00", json!({"emi_duration_months": 60}), "emi_duration_months"),
            ("500.00", "500.00", json!({"emi_duration_months": 1}), "emi_duration_months"),
            ("500.00", "1500.00", json!({"emi_amount": "1.00"}), "emi_amount"),
            ("500.00", "1500.00", json!({"emi_start_date": "2099-01-01"}), "emi_start_date"),
            (
                "500.00",
                "1500.00",
                json!({"emi_duration_months": 5, "emi_start_date": "2020-01-01"}),
                "emi_start_date",
            ),
        ] {
            let mut body = json!({"vehicle_model": "E", "booking_amount": booking, "total_amount": total});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            witness.post("/api/booking/bookings/", &member, body, 400, field).await;
        }

        let cancelled = book(stage, &member, json!({})).await;
        let waiting = pay(stage, &member, cancelled, "500.00", "cash").await;
        let (other, admin) = (stage.member().await, stage.admin().await);
        witness.post(&cancel_at(cancelled), &other, json!({}), 404, "not_found").await;
        witness.post(&cancel_at(999_999), &admin, json!({}), 404, "not_found").await;
        done(stage.post(&cancel_at(cancelled), &admin, json!({})).await, 200);
        witness.post(&cancel_at(cancelled), &member, json!({}), 409, "booking_closed").await;
        witness.post(&pay_at(cancelled), &member, json!({"amount": "1.00"}), 400, "booking_closed").await;
        // money that came in for what is cancelled
        witness.post(&payment_at(waiting, "confirm"), &admin, json!({}), 409, "exceeds_remaining").await;
        witness.end().await;
    });
}

#[test]
fn payments() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (owner, admin) = (&world.owner, &world.admin);
        let witness = Witness::of(stage);
        let booking = book(stage, owner, json!({})).await;
        for (amount, method, code) in [
            ("100000.01", "online", "exceeds_remaining"),
            ("99999.00", "wallet", "insufficient_balance"),
            ("0.99", "online", "amount"),
            ("1.00", "emi_deduction", "payment_method"),
        ] {
            let body = json!({"amount": amount, "payment_method": method});
            witness.post(&pay_at(booking), owner, body, 400, code).await;
        }
        // an admin sees it, and pays nobody's booking either
        for who in [&world.stranger, &world.staff, admin] {
            witness.post(&pay_at(booking), who, json!({"amount": "1.00"}), 404, "not_found").await;
        }
        let first = pay(stage, owner, booking, "100000.00", "cash").await;
        let second = pay(stage, owner, booking, "1.00", "bank_transfer").await;
        let third = pay(stage, owner, booking, "1.00", "bank_transfer").await;
        done(stage.post(&payment_at(third, "fail"), admin, json!({})).await, 200);
        for verb in ["confirm", "fail"] {
            witness.post(&payment_at(third, verb), admin, json!({}), 409, "invalid_state").await;
            witness.post(&payment_at(second, verb), owner, json!({}), 403, "forbidden").await;
            witness.post(&payment_at(second, verb), &world.staff, json!({}), 403, "forbidden").await;
            witness.post(&payment_at(999_999, verb), admin, json!({}), 404, "not_found").await;
        }
        done(stage.post(&payment_at(first, "confirm"), admin, json!({})).await, 200);
        witness.post(&payment_at(second, "confirm"), admin, json!({}), 409, "exceeds_remaining").await;
        witness.post(&cancel_at(booking), owner, json!({}), 409, "has_payments").await;
        witness.post(&pay_at(booking), owner, json!({"amount": "1.00"}), 400, "booking_closed").await;

        let own = book(stage, admin, json!({})).await;
        let own_payment = pay(stage, admin, own, "1.00", "cash").await;
        for verb in ["confirm", "fail"] {
            witness.post(&payment_at(own_payment, verb), admin, json!({}), 403, "forbidden").await;
        }
        witness.end().await;
    });
}

#[test]
fn online_payments_where_there_is_no_gateway() {
    on_both_with(&[("PAYMENT_GATEWAY", "none")], async |stage| {
        let member = stage.member().await;
        let booking = book(stage, &member, json!({})).await;
        let witness = Witness::of(stage);
        witness.post(&pay_at(booking), &member, json!({"amount": "500.00"}), 400, "payment_method").await;
    });
}
