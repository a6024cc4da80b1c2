//! Requests that move money, sent again.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::stage::{Person, Reply, Stage, on_stage};

async fn keyed(stage: &Stage, path: &str, who: &Person, key: &str, body: Value) -> Reply {
    let request = who.on(Method::POST, path).insert_header(("Idempotency-Key", key));
    stage.send(request.set_json(body)).await
}

#[test]
fn the_same_key_gives_the_first_reply_again() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let new = json!({"vehicle_model": "E-Rick 1", "booking_amount": "500", "total_amount": "1000"});
        let bookings = "/api/booking/bookings/";
        let first = keyed(stage, bookings, &member, "k1", new.clone()).await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""));
        let without_slash = keyed(stage, "/api/booking/bookings", &member, "k1", new.clone()).await;
        assert_eq!((without_slash.status, without_slash.header("idempotency-replayed")), (201, "true"));
        assert_eq!(without_slash.json, first.json);
        assert_eq!(stage.get(bookings, &member).await.json["count"], 1);

        let other = keyed(
            stage,
            bookings,
            &member,
            "k1",
            json!({"vehicle_model": "E-Rick 2", "booking_amount": "500", "total_amount": "1000"}),
        )
        .await;
        assert_eq!((other.status, other.code()), (409, "idempotency_conflict"));

        let pay = format!("{bookings}{}/make_payment/", first.json["id"]);
        let refused = keyed(stage, &pay, &member, "k1", json!({"amount": "1000.01"})).await;
        assert_eq!((refused.status, refused.code()), (400, "exceeds_remaining"), "another path, another key");
        let paid = keyed(stage, &pay, &member, "k2", json!({"amount": "1000.00"})).await;
        assert_eq!((paid.status, &paid.json["status"]), (201, &json!("completed")), "{paid:?}");
        let again = keyed(stage, &pay, &member, "k2", json!({"amount": "1000.00"})).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed"), &again.json),
            (201, "true", &paid.json)
        );
        let closed = keyed(stage, &pay, &member, "k3", json!({"amount": "1.00"})).await;
        assert_eq!((closed.status, closed.code()), (400, "booking_closed"), "{closed:?}");
        let stranger = stage.member().await;
        assert_eq!(keyed(stage, &pay, &stranger, "k2", json!({"amount": "1000.00"})).await.status, 404);
    });
}

#[test]
fn a_key_that_is_none_is_refused() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let body = json!({"vehicle_model": "E-Rick 1", "booking_amount": "500", "total_amount": "1000"});
        for odd in ["", "  ", "a\tb", "é", &"k".repeat(129)] {
            let reply = keyed(stage, "/api/booking/bookings/", &member, odd, body.clone()).await;
            assert_eq!((reply.status, reply.json["detail"].is_string()), (400, true), "{odd}");
        }
        let longest = keyed(stage, "/api/booking/bookings/", &member, &"k".repeat(128), body).await;
        assert_eq!(longest.status, 201);
    });
}

#[test]
fn hostile_amounts_are_field_errors() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let pay = |amount: &str| {
            format!(
                "{{\"vehicle_model\": \"E\", \"booking_amount\": {amount}, \"total_amount\": \"9999999999.99\"}}"
            )
        };
        for amount in [
            "\"NaN\"",
            "1e3",
            "\"1e3\"",
            "\"\"",
            "-500",
            "\"-500\"",
            "500.001",
            "true",
            "[]",
            "{}",
            "null",
            "\"12345678901234\"",
            "0",
            "499.99",
            "1e400",
            "-0",
        ] {
            let reply = stage
                .post_raw("/api/booking/bookings/", &member, "application/json", pay(amount).into_bytes())
                .await;
            assert_eq!(reply.wrong_fields(), ["booking_amount"], "{amount}");
        }
        let largest = stage
            .post_raw(
                "/api/booking/bookings/",
                &member,
                "application/json",
                pay("9999999999.99").into_bytes(),
            )
            .await;
        assert_eq!(largest.status, 201, "{largest:?}");
        assert_eq!(largest.json["booking_amount"], "9999999999.99");
    });
}

#[test]
fn payouts_are_refused_with_codes() {
    on_stage(async |stage| {
        let (member, admin) = (stage.member().await, stage.admin().await);
        let reply = stage.post("/api/payout/", &member, json!({"requested_amount": "10.00"})).await;
        assert_eq!((reply.status, reply.code()), (400, "kyc_required"), "{reply:?}");
        assert_eq!(stage.post("/api/payout/", &member, json!({})).await.wrong_fields(), ["requested_amount"]);
        for step in ["process", "complete", "reject", "fail"] {
            let path = format!("/api/payout/1/{step}/");
            assert_eq!(stage.post(&path, &admin, json!({})).await.status, 404, "{step}");
        }
    });
}
