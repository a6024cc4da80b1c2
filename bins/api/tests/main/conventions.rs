//! What holds on every route: codes, forms of errors, ids, slashes, pages, origins.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use app::tree::{Step, TreeMatcher};
use infra::testing::Engine;
use serde_json::{Value, json};

use super::stage::{ORIGIN, on_stage, on_stage_of, on_stage_with};

const BOOKINGS: &str = "/api/booking/bookings/";

#[test]
fn unknown_paths_methods_and_types_have_json_errors() {
    on_stage(async |stage| {
        let member = stage.member().await;
        for unknown in [
            "/",
            "/api/nope/",
            "/api/wallet/abc/",
            "/api/wallet/-1/",
            "/api/wallet/1x/",
            "/api/auth/",
            "/api/users/me/",
            "/API/",
        ] {
            let reply = stage.get(unknown, &member).await;
            assert_eq!((reply.status, reply.code()), (404, "not_found"), "{unknown}: {reply:?}");
            assert!(reply.header("content-type").starts_with("application/json"));
        }
        let far = stage.get("/api/wallet/99999999999999999999999999/", &member).await;
        assert_eq!(far.status, 404);

        let put = stage.send(member.on(Method::PUT, BOOKINGS)).await;
        assert_eq!(
            (put.status, put.code(), put.header("allow")),
            (405, "method_not_allowed", "GET, HEAD, POST")
        );
        let delete = stage.send(TestRequest::delete().uri("/api/auth/send-otp/")).await;
        assert_eq!((delete.status, delete.header("allow")), (405, "POST"));

        let typed = stage.post_raw(BOOKINGS, &member, "text/xml", b"<a/>".to_vec()).await;
        assert_eq!((typed.status, typed.code()), (415, "unsupported_media_type"));
        let untyped = stage.send(member.on(Method::POST, BOOKINGS).set_payload("{}")).await;
        assert_eq!(untyped.status, 415);
        let empty = stage.send(member.on(Method::POST, BOOKINGS)).await;
        assert_eq!(empty.wrong_fields(), ["booking_amount", "total_amount", "vehicle_model"]);
    });
}

#[test]
fn bodies_that_can_t_be_read_are_refused_as_a_whole() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        let nested = format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000)).into_bytes();
        let lone = br#"{"vehicle_model": "\ud800"}"#.to_vec();
        let not_utf8 = b"{\"vehicle_model\": \"\xff\"}".to_vec();
        for (name, body) in [
            ("cut", b"{\"a\":".to_vec()),
            ("trailing", b"{} {}".to_vec()),
            ("list", b"[]".to_vec()),
            ("text", b"\"a\"".to_vec()),
            ("null", b"null".to_vec()),
            ("NaN", b"{\"total_amount\": NaN}".to_vec()),
            ("deep list", deep),
            ("deep object", nested),
            ("lone surrogate", lone),
            ("no UTF-8", not_utf8),
        ] {
            let reply = stage.post_raw(BOOKINGS, &member, "application/json", body).await;
            assert_eq!(reply.status, 400, "{name}: {reply:?}");
            assert_eq!(reply.json.as_object().unwrap().keys().collect::<Vec<_>>(), ["detail"], "{name}");
        }
        let kind = "application/json; charset=utf-8";
        let read = stage.post_raw(BOOKINGS, &member, kind, b"{}".to_vec()).await;
        assert_eq!(read.wrong_fields().len(), 3);
    });
}

#[test]
fn bodies_over_the_limit_are_413() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let body = |size: usize| format!("{{\"vehicle_model\": \"{}\"}}", "a".repeat(size)).into_bytes();
        let small = stage.post_raw(BOOKINGS, &member, "application/json", body(1_000_000)).await;
        assert_eq!(small.status, 400);
        let large = stage.post_raw(BOOKINGS, &member, "application/json", body(1 << 20)).await;
        assert_eq!((large.status, large.code()), (413, "too_large"));
        let form =
            stage.post_raw(BOOKINGS, &member, "application/x-www-form-urlencoded", body(2 << 20)).await;
        assert_eq!(form.status, 413);
    });
}

#[test]
fn forms_are_read_like_json() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let body = "vehicle_model=E-Rick+1&vehicle_variant=%E0%B4%9A&booking_amount=500.00&total_amount=1000&status=completed&id=7";
        let kind = "application/x-www-form-urlencoded";
        let reply = stage.post_raw(BOOKINGS, &member, kind, body.as_bytes().to_vec()).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        assert_eq!(
            (&reply.json["vehicle_variant"], &reply.json["status"]),
            (&json!("ച"), &json!("pre_booked"))
        );
    });
}

#[test]
fn read_only_and_unknown_fields_change_nothing() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let body = json!({
            "vehicle_model": "E-Rick 1", "booking_amount": 500, "total_amount": "1000.00", "total_paid": "1000.00",
            "status": "completed", "user": 1, "booking_number": "EV00000000", "emi_paid_count": 9, "bonus": {"a": [1]},
        });
        let booking = stage.post(BOOKINGS, &member, body).await;
        assert_eq!(booking.status, 201, "{booking:?}");
        let shown = |name: &str| booking.json[name].clone();
        assert_eq!((shown("total_paid"), shown("remaining_amount")), (json!("0.00"), json!("1000.00")));
        assert_eq!((shown("user"), shown("status")), (json!(member.id), json!("pre_booked")));
        assert_eq!((shown("emi_amount"), shown("emi_total_count")), (Value::Null, json!(0)));
        let created = shown("created_at");
        let created = created.as_str().unwrap();
        assert!(
            created.len() == "2026-11-22T10:00:00.000000+05:30".len() && created.ends_with("+05:30"),
            "{created}"
        );
    });
}

#[test]
fn every_reply_has_an_id_and_safe_headers() {
    on_stage(async |stage| {
        for path in ["/api/", "/api/nope/", "/api/wallet/", "/health/"] {
            let request = || TestRequest::with_uri(path);
            let echoed = stage.send(request().insert_header(("X-Request-Id", "abc-1"))).await;
            assert_eq!(echoed.header("x-request-id"), "abc-1", "{path}");
            let made = stage.send(request().insert_header(("X-Request-Id", "a b"))).await;
            assert_eq!(made.header("x-request-id").len(), 36, "{path}");
            let (one, two) = (stage.send(request()).await, stage.send(request()).await);
            assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
            assert_eq!(one.header("x-content-type-options"), "nosniff");
        }
    });
}

#[test]
fn a_path_without_its_slash_is_served_without_a_redirect() {
    on_stage(async |stage| {
        let member = stage.member().await;
        for path in ["/api", "/health", "/health/ready", "/api/schema"] {
            let reply = stage.send(TestRequest::with_uri(path)).await;
            assert!(matches!(reply.status, 200 | 503), "{path}: {reply:?}");
        }
        let list = stage.get("/api/booking/bookings?page_size=1&page=1", &member).await;
        assert_eq!((list.status, &list.json["count"]), (200, &json!(0)));
        let body = json!({"identifier": "a@example.in", "otp_type": "email"});
        let post = stage.send(TestRequest::post().uri("/api/auth/send-otp").set_json(body)).await;
        assert_eq!(post.status, 200);
    });
}

#[test]
fn a_get_answers_head() {
    on_stage(async |stage| {
        let head = stage.send(TestRequest::with_uri("/api/").method(Method::HEAD)).await;
        assert_eq!(head.status, 200);
    });
}

#[test]
fn pages_are_cut_and_linked() {
    on_stage(async |stage| {
        let member = stage.member().await;
        for number in 0..5 {
            let body = json!({"vehicle_model": format!("E-Rick {number}"), "booking_amount": "500", "total_amount": "1000"});
            assert_eq!(stage.post(BOOKINGS, &member, body).await.status, 201);
        }
        let request = member.on(Method::GET, "/api/booking/bookings/?status=pre_booked&page_size=2");
        let first = stage.send(request.insert_header((header::HOST, "api.example.in"))).await;
        assert_eq!(
            (first.status, &first.json["count"], &first.json["previous"]),
            (200, &json!(5), &Value::Null)
        );
        assert_eq!(first.json["results"][0]["vehicle_model"], "E-Rick 4", "newest first");
        assert_eq!(
            first.json["next"],
            "http://api.example.in/api/booking/bookings/?status=pre_booked&page_size=2&page=2"
        );

        let last = stage.get("/api/booking/bookings/?page_size=2&page=3", &member).await;
        assert_eq!((last.json["results"].as_array().unwrap().len(), &last.json["next"]), (1, &Value::Null));
        assert_eq!(stage.get("/api/booking/bookings/?page_size=1000", &member).await.status, 200);
        for beyond in
            ["page=2", "page=4&page_size=2", "page=9223372036854775807", "page=99999999999999999999"]
        {
            let reply = stage.get(&format!("{BOOKINGS}?{beyond}"), &member).await;
            assert_eq!((reply.status, reply.code()), (404, "not_found"), "{beyond}");
        }
        for wrong in ["page=0", "page=-1", "page=x", "page_size=0", "page_size=-5", "page_size=1.5", "page="]
        {
            let reply = stage.get(&format!("{BOOKINGS}?{wrong}"), &member).await;
            assert_eq!(reply.wrong_fields(), [wrong.split('=').next().unwrap()], "{wrong}");
        }
        let nobody = stage.get("/api/booking/payments/?page=1", &member).await;
        assert_eq!(
            (nobody.status, &nobody.json["results"]),
            (200, &json!([])),
            "an empty list has a first page"
        );
    });
}

#[test]
fn bad_filters_are_field_errors_and_unknown_ones_ignored() {
    on_stage(async |stage| {
        let member = stage.member().await;
        let bad = stage.get("/api/booking/bookings/?status=sold&page=x", &member).await;
        assert_eq!(bad.wrong_fields(), ["page", "status"]);
        let dates = stage.get("/api/wallet/transactions/?start_date=yesterday&end_date=2026-13-01&user_id=me&transaction_type=GIFT", &member).await;
        assert_eq!(dates.wrong_fields(), ["end_date", "start_date", "transaction_type", "user_id"]);
        let depth = stage.get("/api/binary/nodes/my_tree/?depth=7", &member).await;
        assert_eq!(depth.wrong_fields(), ["depth"]);
        assert_eq!(stage.get("/api/booking/bookings/?colour=red&search=%25_", &member).await.status, 200);
    });
}

#[test]
fn only_known_origins_may_read_replies() {
    on_stage(async |stage| {
        let preflight = |origin: &str| {
            TestRequest::with_uri(BOOKINGS)
                .method(Method::OPTIONS)
                .insert_header((header::ORIGIN, origin))
                .insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, "POST"))
                .insert_header((header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization, idempotency-key"))
        };
        let ours = stage.send(preflight(ORIGIN)).await;
        assert_eq!((ours.status, ours.text.as_str()), (204, ""));
        assert_eq!(ours.header("access-control-allow-origin"), ORIGIN);
        assert_eq!(
            ours.header("access-control-allow-headers"),
            "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
        );
        assert!(ours.header("access-control-allow-methods").contains("PATCH"));
        for foreign in
            ["https://evil.example", "https://app.example.in.evil.example", "null", "http://app.example.in"]
        {
            let reply = stage.send(preflight(foreign)).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (204, ""), "{foreign}");
        }
        let refused =
            stage.send(TestRequest::with_uri(BOOKINGS).insert_header((header::ORIGIN, ORIGIN))).await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, ORIGIN));
        assert_eq!(
            refused.header("access-control-expose-headers"),
            "X-Request-Id, Retry-After, Idempotency-Replayed"
        );
        assert_eq!(refused.header("vary"), "Origin");
        let options = stage.send(TestRequest::with_uri(BOOKINGS).method(Method::OPTIONS)).await;
        assert_eq!(options.status, 405, "no preflight");
    });
}

#[test]
fn the_index_and_the_document_are_served() {
    on_stage(async |stage| {
        let index = stage.send(TestRequest::with_uri("/api/").insert_header((header::HOST, "h:1"))).await;
        assert_eq!(index.json["booking"], "http://h:1/api/booking/");
        let document = stage.send(TestRequest::with_uri("/api/schema/")).await;
        let post = &document.json["paths"]["/api/booking/bookings/{id}/make_payment/"]["post"];
        assert_eq!(post["security"], json!([{"bearer": []}]));
        for status in ["201", "400", "401", "404", "503"] {
            assert!(post["responses"][status].is_object(), "{status}: {post}");
        }
        assert!(document.json["paths"]["/api/auth/send-otp/"]["post"]["security"].is_null());
    });
}

#[test]
fn readiness_names_what_fails() {
    on_stage(async |stage| {
        let ready = async || stage.send(TestRequest::with_uri("/health/ready/")).await;
        let reply = ready().await;
        assert_eq!(reply.json["failing"], json!(["matcher", "tree"]), "neither runs here: {reply:?}");
        assert_eq!((reply.status, reply.code(), reply.header("retry-after")), (503, "not_ready", "1"));

        let mut matcher = TreeMatcher::load(&stage.app).await.unwrap();
        while matcher.step().await.unwrap() != Step::Idle {}
        app::tree::refresh(&stage.app).await.unwrap();
        let reply = ready().await;
        assert_eq!(reply.status, 200, "{reply:?}");

        let body = json!({"identifier": "a@example.in", "otp_type": "email"});
        stage.send(TestRequest::post().uri("/api/auth/send-otp/").set_json(body)).await;
        stage.test.sql("UPDATE outbox SET gave_up_at = created_at, next_at = NULL").unwrap();
        assert_eq!(ready().await.json["failing"], json!(["tasks"]), "one waits for a person");
        stage.test.sql("UPDATE outbox SET gave_up_at = NULL, next_at = created_at").unwrap();
        assert_eq!(ready().await.status, 200, "it has only just become due");
        stage.test.sql("UPDATE outbox SET next_at = '2020-01-01 00:00:00'").unwrap();
        assert_eq!(ready().await.json["failing"], json!(["tasks"]), "nobody runs it");
        assert_eq!(stage.send(TestRequest::with_uri("/health/")).await.status, 200);
    });
}

#[test]
fn readiness_names_the_broker_when_tasks_don_t_get_through_it() {
    let settings = [("RABBITMQ_HOST", "rabbitmq"), ("RABBITMQ_PASSWORD", "unused")];
    on_stage_of(Engine::Mysql, &settings, async |stage| {
        let body = json!({"identifier": "a@example.in", "otp_type": "email"});
        stage.send(TestRequest::post().uri("/api/auth/send-otp/").set_json(body)).await;
        stage.test.sql("UPDATE outbox SET next_at = '2020-01-01 00:00:00'").unwrap();
        let reply = stage.send(TestRequest::with_uri("/health/ready/")).await;
        assert_eq!(reply.json["failing"], json!(["broker", "matcher", "tree"]), "{reply:?}");
    });
}

#[test]
fn a_missing_table_is_our_fault_and_tells_nothing() {
    on_stage(async |stage| {
        let member = stage.member().await;
        stage.test.sql("ALTER TABLE bookings RENAME TO gone").unwrap();
        let request = member.on(Method::GET, BOOKINGS).insert_header(("X-Request-Id", "r-1"));
        let reply = stage.send(request).await;
        assert_eq!((reply.status, reply.code()), (500, "internal"));
        assert_eq!(reply.json["request_id"], "r-1");
        assert!(!reply.text.contains("bookings"), "{reply:?}");
    });
}

#[test]
fn only_known_hosts_are_answered() {
    on_stage_with(&[("ALLOWED_HOSTS", "api.example.in,localhost")], async |stage| {
        let at = async |host: &str, path: &str| {
            stage.send(TestRequest::with_uri(path).insert_header((header::HOST, host))).await
        };
        assert_eq!(at("API.example.in:8000", "/api/").await.status, 200);
        assert_eq!(at("localhost", "/api/").await.status, 200);
        let foreign = at("evil.example", "/api/").await;
        assert_eq!((foreign.status, foreign.code()), (400, "host_not_allowed"));
        assert_eq!(at("10.0.0.7:8000", "/health/").await.status, 200, "a probe comes by address");
    });
}
