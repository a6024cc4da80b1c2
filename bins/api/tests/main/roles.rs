//! Every route against every role.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use api::{permissions::Who, routes};
use serde_json::json;

use super::stage::{Person, Stage, on_stage};

/// A path of the route whose row, if it names one, is nobody's.
fn address(path: &str) -> String {
    path.replace("{id}", "999999").replace("{token}", "1.2.3")
}

async fn status(stage: &Stage, method: &Method, path: &str, who: Option<&Person>) -> u16 {
    let request = match who {
        Some(person) => person.on(method.clone(), path),
        None => TestRequest::with_uri(path).method(method.clone()),
    };
    stage.send(request.set_json(json!({}))).await.status
}

#[test]
fn the_table_of_permissions_holds_on_every_route() {
    on_stage(async |stage| {
        let (member, staff, admin) = (stage.member().await, stage.staff().await, stage.admin().await);
        for endpoint in routes::all() {
            // would end the sessions of those who walk on
            if endpoint.path.starts_with("/api/auth/logout") {
                continue;
            }
            let (method, path) = (endpoint.http_method(), address(&endpoint.path));
            let mut seen = Vec::new();
            for who in [None, Some(&member), Some(&staff), Some(&admin)] {
                seen.push(status(stage, &method, &path, who).await);
            }
            let kept_out: Vec<bool> = seen.iter().map(|status| matches!(status, 401 | 403)).collect();
            // these come from no address at all
            let expected = match endpoint.who() {
                Who::Monitor => [true, true, true, true],
                Who::Anyone => [false, false, false, false],
                Who::Member => [true, false, false, false],
                Who::Staff => [true, true, false, false],
                Who::Admin | Who::Superuser => [true, true, true, false],
            };
            assert_eq!(kept_out, expected, "{method} {path}: {seen:?}");
            assert!(
                seen.iter()
                    .all(|status| *status < 500 || path.ends_with("/ready/") || path.contains("binary")),
                "{method} {path}: {seen:?}"
            );
            if expected[0] && endpoint.who().wants_token() {
                assert_eq!(seen[0], 401, "{method} {path}");
            }
            if expected[1] {
                assert_eq!(seen[1], 403, "{method} {path}");
            }
        }
    });
}

#[test]
fn each_fault_of_a_token_has_its_form() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let with = |value: String| {
            TestRequest::with_uri("/api/wallet/my_wallet/").insert_header((header::AUTHORIZATION, value))
        };
        for none in [
            TestRequest::with_uri("/api/wallet/my_wallet/"),
            with("Basic abc".to_owned()),
            with("Bearer".to_owned()),
            with("Bearer ".to_owned()),
        ] {
            let reply = stage.send(none).await;
            assert_eq!((reply.status, reply.json.as_object().unwrap().len()), (401, 1), "{reply:?}");
            assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"api\"");
        }
        let expired = stage.token(member.id, -1);
        let long = "a".repeat(10_000);
        for bad in ["garbage", "a.b.c", &expired, &long] {
            let reply = stage.send(with(format!("Bearer {bad}"))).await;
            assert_eq!((reply.status, reply.code()), (401, "token_not_valid"), "{bad}");
            let message = &reply.json["messages"][0];
            assert_eq!(
                (&message["token_class"], &message["token_type"]),
                (&json!("AccessToken"), &json!("access"))
            );
            assert!(message["message"].is_string() && reply.json["detail"].is_string());
        }
        let gone = stage.send(with(format!("Bearer {}", stage.token(999_999, 60)))).await;
        assert_eq!((gone.status, gone.code()), (401, "user_not_found"));
        stage.test.sql(&format!("UPDATE users SET is_active = 0 WHERE id = {}", member.id)).unwrap();
        let disabled = stage.get("/api/wallet/my_wallet/", &member).await;
        assert_eq!((disabled.status, disabled.code()), (401, "user_inactive"));
        let bare = stage
            .send(
                TestRequest::with_uri("/api/wallet/my_wallet/")
                    .insert_header((header::AUTHORIZATION, format!("bearer {}", stage.member().await.token))),
            )
            .await;
        assert_eq!(bare.status, 200, "the scheme's case does not matter: {bare:?}");
    });
}

#[test]
fn every_bad_refresh_token_is_401() {
    on_stage(async |stage| {
        let member = stage.member().await;
        for bad in ["garbage", "a.b.c", &member.token] {
            let request = TestRequest::post().uri("/api/auth/refresh/").set_json(json!({"refresh": bad}));
            let reply = stage.send(request).await;
            assert_eq!((reply.status, reply.code()), (401, "token_not_valid"), "{bad}");
            assert_eq!(reply.json["messages"][0]["token_class"], "RefreshToken");
        }
        let none = TestRequest::post().uri("/api/auth/refresh/").set_json(json!({}));
        assert_eq!(stage.send(none).await.wrong_fields(), ["refresh"]);
    });
}

#[test]
fn public_routes_ignore_credentials() {
    on_stage(async |stage| {
        let request = TestRequest::post()
            .uri("/api/auth/send-otp/")
            .insert_header((header::AUTHORIZATION, "Bearer garbage"))
            .set_json(json!({"identifier": "a@example.in", "otp_type": "email"}));
        assert_eq!(stage.send(request).await.status, 200);
    });
}

#[test]
fn ownership_comes_before_input_and_role_before_both() {
    on_stage(async |stage| {
        let (owner, other, admin) = (stage.member().await, stage.member().await, stage.admin().await);
        let new = json!({"vehicle_model": "E-Rick 1", "booking_amount": "500", "total_amount": "1000"});
        let booking = stage.post("/api/booking/bookings/", &owner, new).await;
        assert_eq!(booking.status, 201, "{booking:?}");
        let pay = format!("/api/booking/bookings/{}/make_payment/", booking.json["id"]);
        let payment = stage.post(&pay, &owner, json!({"amount": "500", "payment_method": "cash"})).await;
        assert_eq!(payment.status, 201, "{payment:?}");
        let confirm = format!("/api/booking/payments/{}/confirm/", payment.json["id"]);

        assert_eq!(stage.post_raw(&pay, &other, "application/json", b"{".to_vec()).await.status, 404);
        assert_eq!(stage.post(&pay, &other, json!({"amount": "NaN"})).await.status, 404);
        assert_eq!(stage.post(&pay, &other, json!({"amount": "1"})).await.status, 404);
        let odd_key = other.on(Method::POST, &pay).insert_header(("Idempotency-Key", "é"));
        assert_eq!(stage.send(odd_key.set_json(json!({"amount": "1"}))).await.status, 404);
        assert_eq!(stage.post_raw(&confirm, &owner, "text/plain", b"x".to_vec()).await.status, 403);
        assert_eq!(stage.post_raw(&confirm, &admin, "text/plain", b"x".to_vec()).await.status, 415);
        assert_eq!(stage.post(&confirm, &admin, json!({"notes": 5})).await.wrong_fields(), ["notes"]);
        assert_eq!(stage.post(&confirm, &admin, json!({})).await.status, 200);
        let again = stage.post(&confirm, &admin, json!({})).await;
        assert_eq!(again.status, 409, "{again:?}");
        assert_eq!(stage.post(&confirm, &admin, json!({"notes": 5})).await.status, 400, "input before state");
    });
}
