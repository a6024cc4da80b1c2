//! Refusals that no rule has a part in.

use actix_web::http::{Method, header};
use infra::testing::Engine;
use serde_json::json;

use super::{Witness, on_both, on_both_with, public};
use crate::{
    limits::of_client,
    nonsense::world::{code_for, done, settle},
    stage::{Reply, on_stage_of},
};

#[test]
fn requests_that_are_none() {
    on_both(async |stage| {
        let member = stage.member().await;
        let witness = Witness::of(stage);
        let booking = json!({"vehicle_model": "E", "booking_amount": "500.00", "total_amount": "1000.00"});
        let book = |kind: &str, body: Vec<u8>| {
            let request = member.on(Method::POST, "/api/booking/bookings/");
            request.insert_header((header::CONTENT_TYPE, kind)).set_payload(body)
        };
        let body = booking.to_string().into_bytes();
        witness.refused(book("text/plain", body.clone()), 415, "unsupported_media_type").await;
        let long = [body.as_slice(), &vec![b' '; 1 << 20]].concat();
        witness.refused(book("application/json", long), 413, "too_large").await;
        witness.refused(book("application/json", body[1..].to_vec()), 400, "detail").await;
        let keyed = book("application/json", body).insert_header(("Idempotency-Key", "é"));
        witness.refused(keyed, 400, "detail").await;
        let delete = member.on(Method::DELETE, "/api/booking/bookings/").set_json(&booking);
        witness.refused(delete, 405, "method_not_allowed").await;
        let nowhere = member.on(Method::POST, "/api/booking/").set_json(&booking);
        witness.refused(nowhere, 404, "not_found").await;
        witness
            .refused(
                public("/api/auth/send-otp/", json!({"identifier": "a", "otp_type": "email"})),
                400,
                "identifier",
            )
            .await;
    });
}

#[test]
fn a_key_with_another_body_does_nothing() {
    on_both(async |stage| {
        let (member, _) = (stage.member().await, stage.admin().await);
        let witness = Witness::of(stage);
        let booking = |model: &str| {
            let body = json!({"vehicle_model": model, "booking_amount": "500.00", "total_amount": "1000.00"});
            let request = member.on(Method::POST, "/api/booking/bookings/");
            request.insert_header(("Idempotency-Key", "one")).set_json(body)
        };
        let first: Reply = stage.send(booking("E-Rick 1")).await;
        done(first, 201);
        witness.refused(booking("E-Rick 2"), 409, "idempotency_conflict").await;
        let before = witness.dumper.dump();
        let again = stage.send(booking("E-Rick 1")).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
        let changes = before.changes(&witness.dumper.dump(), &[]);
        assert!(changes.is_empty(), "a repeated request did something: {changes:?}");
    });
}

#[test]
fn names_that_are_another_s() {
    on_both_with(&[("ALLOWED_HOSTS", "ev.example.in")], async |stage| {
        let body = json!({"identifier": "a@example.in", "otp_type": "email"});
        let request = public("/api/auth/send-otp/", body).insert_header((header::HOST, "other.example"));
        Witness::of(stage).refused(request, 400, "host_not_allowed").await;
    });
}

#[test]
fn too_many_codes_are_refused_before_anything_is_stored() {
    on_stage_of(Engine::Sqlite, &[("RATE_LIMITS", "on")], async |stage| {
        let send = |from: u8| {
            let body = json!({"identifier": "a@example.in", "otp_type": "email"});
            of_client(public("/api/auth/send-otp/", body), &format!("203.0.113.{from}"))
        };
        for from in 0..5 {
            done(stage.send(send(from)).await, 200);
        }
        settle(stage).await;
        let code = code_for(stage, "a@example.in");
        Witness::of(stage).refused(send(5), 429, "throttled").await;
        assert_eq!(code_for(stage, "a@example.in"), code, "the live code stays");
    });
}
