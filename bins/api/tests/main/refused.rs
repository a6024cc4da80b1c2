//! Refused is refused: after each refusal of a rule, on both databases, every row and every file is what it was,
//! but for the traces that the rules ask for. What is wrong with requests themselves is `nonsense`'s.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use infra::testing::{Dumper, Engine};
use serde_json::{Value, json};

use crate::{
    nonsense::{
        walk::stored_files,
        world::{
            KYC, World, ask_for_payout, book, code_for, done, log_in, multipart, multipart_type, pay,
            send_code, settle,
        },
    },
    stage::{Person, Reply, Stage, on_stage_of},
};

/// Watches the rows and the files.
struct Witness<'a> {
    stage: &'a Stage,
    dumper: Dumper,
}

impl<'a> Witness<'a> {
    fn of(stage: &'a Stage) -> Self {
        Self { stage, dumper: stage.test.dumper() }
    }

    /// Sends a request that has to be refused so, and gives what it changed.
    async fn changes(&self, request: TestRequest, status: u16, code: &str) -> Vec<String> {
        let (before, files) = (self.dumper.dump(), stored_files(self.stage));
        let reply = self.stage.send(request).await;
        let is_so = reply.status == status && (reply.code() == code || reply.json[code].is_array());
        assert!(is_so, "expected {status} {code}: {} {}", reply.status, reply.text);
        assert_eq!(stored_files(self.stage), files, "{}", reply.text);
        before.changes(&self.dumper.dump(), &[])
    }

    /// Sends a request that has to be refused so and to change nothing.
    async fn refused(&self, request: TestRequest, status: u16, code: &str) {
        let changes = self.changes(request, status, code).await;
        assert!(changes.is_empty(), "{status} {code} changed:\n{}", changes.join("\n"));
    }

    async fn post(&self, path: &str, who: &Person, body: Value, status: u16, code: &str) {
        self.refused(who.on(Method::POST, path).set_json(&body), status, code).await;
        // an idempotency key is kept for what took effect, and this did not
        let keyed = who.on(Method::POST, path).insert_header(("Idempotency-Key", "refused"));
        self.refused(keyed.set_json(&body), status, code).await;
    }
}

fn on_both(work: impl AsyncFn(&Stage)) {
    for engine in [Engine::Sqlite, Engine::Mysql] {
        on_stage_of(engine, &[], async |stage| work(stage).await);
    }
}

fn public(path: &str, body: Value) -> TestRequest {
    TestRequest::post().uri(path).set_json(body)
}

#[test]
fn bookings_and_payments() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (owner, admin) = (&world.owner, &world.admin);
        let witness = Witness::of(stage);
        let pay_path = |booking: i64| format!("/api/booking/bookings/{booking}/make_payment/");
        let cancel = |booking: i64| format!("/api/booking/bookings/{booking}/cancel/");
        let payment = |id: i64, verb: &str| format!("/api/booking/payments/{id}/{verb}/");

        let new = json!({"vehicle_model": "E", "booking_amount": "499.99", "total_amount": "1000.00"});
        witness.post("/api/booking/bookings/", owner, new, 400, "booking_amount").await;
        let plan = json!({"vehicle_model": "E", "booking_amount": "500.00", "total_amount": "1500.00",
            "emi_duration_months": 60});
        witness.post("/api/booking/bookings/", owner, plan, 400, "emi_duration_months").await;

        let booking = book(stage, owner, json!({})).await;
        for (amount, method, code) in [
            ("100000.01", "online", "exceeds_remaining"),
            ("99999.00", "wallet", "insufficient_balance"),
            ("0.99", "online", "amount"),
            ("1.00", "emi_deduction", "payment_method"),
        ] {
            let body = json!({"amount": amount, "payment_method": method});
            witness.post(&pay_path(booking), owner, body, 400, code).await;
        }
        let first = pay(stage, owner, booking, "100000.00", "cash").await;
        let second = pay(stage, owner, booking, "1.00", "bank_transfer").await;
        let third = pay(stage, owner, booking, "1.00", "bank_transfer").await;
        done(stage.post(&payment(third, "fail"), admin, json!({})).await, 200);
        for verb in ["confirm", "fail"] {
            witness.post(&payment(third, verb), admin, json!({}), 409, "invalid_state").await;
            witness.post(&payment(second, verb), owner, json!({}), 403, "forbidden").await;
            witness.post(&payment(second, verb), &world.staff, json!({}), 403, "forbidden").await;
        }
        done(stage.post(&payment(first, "confirm"), admin, json!({})).await, 200);
        witness.post(&payment(second, "confirm"), admin, json!({}), 409, "exceeds_remaining").await;
        witness.post(&cancel(booking), owner, json!({}), 409, "has_payments").await;
        witness.post(&pay_path(booking), owner, json!({"amount": "1.00"}), 400, "booking_closed").await;
        witness.post(&cancel(booking), &world.stranger, json!({}), 404, "not_found").await;

        let own = book(stage, admin, json!({})).await;
        let own_payment = pay(stage, admin, own, "1.00", "cash").await;
        witness.post(&payment(own_payment, "confirm"), admin, json!({}), 403, "forbidden").await;
        let verified = app::verify::verify(&stage.app).await.unwrap();
        assert!(verified.is_empty(), "{verified:?}");
    });
}

#[test]
fn payouts() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (owner, admin) = (&world.owner, &world.admin);
        let witness = Witness::of(stage);
        let step = |payout: i64, verb: &str| format!("/api/payout/{payout}/{verb}/");
        let told = json!({"transaction_id": "UTR1", "reason": "a reason"});

        for (body, code) in [
            (json!({"requested_amount": "99999.00"}), "insufficient_balance"),
            (json!({"requested_amount": "0.99"}), "below_minimum"),
            (json!({"requested_amount": "1.00", "account_number": "999999999"}), "account_number"),
            (json!({"requested_amount": "1.00", "ifsc_code": "HDFC0000001"}), "ifsc_code"),
        ] {
            witness.post("/api/payout/", owner, body, 400, code).await;
        }
        let body = json!({"requested_amount": "1.00"});
        witness.post("/api/payout/", &world.stranger, body.clone(), 400, "kyc_required").await;

        let (pending, stale) = (ask_for_payout(stage, owner).await, ask_for_payout(stage, owner).await);
        for verb in ["complete", "fail"] {
            witness.post(&step(pending, verb), admin, told.clone(), 409, "invalid_state").await;
        }
        for verb in ["process", "complete", "fail", "reject"] {
            witness.post(&step(pending, verb), owner, told.clone(), 403, "forbidden").await;
            witness.post(&step(pending, verb), &world.staff, told.clone(), 403, "forbidden").await;
        }
        witness.post(&step(pending, "cancel"), &world.stranger, json!({}), 404, "not_found").await;
        done(stage.post(&step(pending, "process"), admin, json!({})).await, 200);
        witness.post(&step(pending, "cancel"), owner, json!({}), 409, "invalid_state").await;
        for verb in ["process", "reject"] {
            witness.post(&step(pending, verb), admin, told.clone(), 409, "invalid_state").await;
        }
        done(stage.post(&step(pending, "fail"), admin, told.clone()).await, 200);
        for verb in ["process", "complete", "fail", "reject"] {
            witness.post(&step(pending, verb), admin, told.clone(), 409, "invalid_state").await;
        }

        let kyc = &stage.get("/api/users/kyc/", owner).await.json["results"][0]["id"];
        let change =
            owner.on(Method::PATCH, &format!("/api/users/kyc/{kyc}/")).set_json(json!({"city": "Kollam"}));
        done(stage.send(change).await, 200);
        witness.post(&step(stale, "process"), admin, json!({}), 409, "payout_stale").await;
        witness.post("/api/payout/", owner, body, 400, "kyc_required").await;
        let verified = app::verify::verify(&stage.app).await.unwrap();
        assert!(verified.is_empty(), "{verified:?}");
    });
}

#[test]
fn kycs_leave_no_row_and_no_file() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (stranger, staff) = (&world.stranger, &world.staff);
        let witness = Witness::of(stage);
        let png: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";
        let sent = |who: &Person, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
            let request = who.on(Method::POST, "/api/users/kyc/");
            request
                .insert_header((header::CONTENT_TYPE, multipart_type()))
                .set_payload(multipart(texts, files))
        };
        let with = |field: &str, other: &'static str| -> Vec<(&str, &str)> {
            KYC.iter().map(|(name, text)| (*name, if *name == field { other } else { *text })).collect()
        };
        let documents = [("pan_document", "a.png", png), ("aadhaar_front", "b.png", png)];
        let same_pan = with("aadhaar_number", "499118665246");
        witness.refused(sent(stranger, &same_pan, &documents), 400, "pan_number").await;
        let same_aadhaar = with("pan_number", "ABCPE9999F");
        witness.refused(sent(stranger, &same_aadhaar, &documents), 400, "aadhaar_number").await;
        let half = [("pan_document", "a.png", png), ("aadhaar_front", "b.png", &b"<html>"[..])];
        witness.refused(sent(&world.owner, &KYC, &half), 400, "aadhaar_front").await;
        witness.refused(sent(stranger, &KYC[1..], &documents), 400, "pan_number").await;

        let kyc = &stage.get("/api/users/kyc/", &world.owner).await.json["results"][0]["id"];
        let path = |verb: &str| format!("/api/users/kyc/{kyc}/{verb}/");
        witness.post(&path("approve"), staff, json!({}), 409, "already_reviewed").await;
        witness.post(&path("reject"), staff, json!({"reason": "late"}), 409, "already_reviewed").await;
        witness.post(&path("approve"), &world.owner, json!({}), 403, "forbidden").await;
        let one = stranger.on(Method::PATCH, &format!("/api/users/kyc/{kyc}/"));
        witness.refused(one.set_json(json!({"city": "Kollam"})), 404, "not_found").await;

        let own = [("pan_number", "ABCPE9999F"), ("aadhaar_number", "499118665246")];
        let own: Vec<(&str, &str)> = own.into_iter().chain(KYC[2..].iter().copied()).collect();
        let own = done(stage.send(sent(staff, &own, &[])).await, 201)["id"].clone();
        witness.post(&format!("/api/users/kyc/{own}/approve/"), staff, json!({}), 403, "forbidden").await;
    });
}

#[test]
fn a_wrong_code_leaves_a_try_and_nothing_else() {
    on_both(async |stage| {
        let witness = Witness::of(stage);
        let verify = |code: &str, more: Value| {
            let mut body = json!({"identifier": "new@example.in", "otp_type": "email", "otp_code": code});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            public("/api/auth/verify-otp/", body)
        };
        witness.refused(verify("123456", json!({})), 400, "otp_code").await;
        let right = send_code(stage, "new@example.in").await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        // a field error uses up nothing, whether the code is right or not
        witness.refused(verify(&right, json!({"referral_code": "NOBODY"})), 400, "referral_code").await;
        witness.refused(verify(wrong, json!({"side": "middle"})), 400, "side").await;
        for tries in 1..=5 {
            let changes = witness.changes(verify(wrong, json!({})), 400, "otp_code").await;
            let [lost, got] = &changes[..] else { panic!("{changes:?}") };
            let counted = |row: &str, tries: i32| {
                row[1..].starts_with(" otps:")
                    && [format!("tries={tries} "), format!("tries='{tries}' ")]
                        .iter()
                        .any(|text| row.contains(text))
            };
            assert!(counted(lost, tries - 1) && counted(got, tries), "{changes:?}");
        }
        witness.refused(verify(&right, json!({})), 400, "otp_code").await;
        witness.refused(verify(wrong, json!({})), 400, "otp_code").await;
    });
}

#[test]
fn a_token_used_again_ends_its_session_and_nothing_else() {
    on_both(async |stage| {
        let (member, first, _) = log_in(stage, "member@example.in", None).await;
        let (other, ..) = log_in(stage, "other@example.in", None).await;
        let witness = Witness::of(stage);
        let refresh = |token: &str| public("/api/auth/refresh/", json!({"refresh": token}));
        for bad in ["garbage", "a.b.c", member.token.as_str()] {
            witness.refused(refresh(bad), 401, "token_not_valid").await;
        }
        let second = done(stage.send(refresh(&first)).await, 200);
        let changes = witness.changes(refresh(&first), 401, "token_not_valid").await;
        let [lost, got] = &changes[..] else { panic!("{changes:?}") };
        assert!(lost.starts_with("- sessions:") && got.starts_with("+ sessions:"), "{changes:?}");
        witness.refused(refresh(second["refresh"].as_str().unwrap()), 401, "token_not_valid").await;
        witness.refused(refresh(&first), 401, "token_not_valid").await;
        let profile = member.on(Method::GET, "/api/users/profile/");
        witness.refused(profile, 401, "token_not_valid").await;
        assert_eq!(stage.get("/api/users/profile/", &other).await.status, 200, "another's goes on");
    });
}

#[test]
fn profiles_keep_what_is_another_s() {
    on_both(async |stage| {
        let (member, ..) = log_in(stage, "member@example.in", None).await;
        log_in(stage, "other@example.in", None).await;
        log_in(stage, "9000000001", None).await;
        let witness = Witness::of(stage);
        let change = |body: Value| member.on(Method::PATCH, "/api/users/update_profile/").set_json(body);
        witness
            .refused(change(json!({"email": "free@example.in", "first_name": "New"})), 400, "email_otp")
            .await;
        witness.refused(change(json!({"first_name": "New", "pincode": "1"})), 400, "pincode").await;
        for (name, taken) in [("email", "other@example.in"), ("mobile", "9000000001")] {
            let code = send_code(stage, taken).await;
            let otp = format!("{name}_otp");
            let body = json!({name: taken, otp: code, "first_name": "New"});
            let changes = witness.changes(change(body), 400, name).await;
            assert!(changes.iter().all(|row| row[2..].starts_with("otps:")), "{changes:?}");
        }
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
fn too_many_codes_are_refused_before_anything_is_stored() {
    on_stage_of(Engine::Sqlite, &[("RATE_LIMITS", "on")], async |stage| {
        let send =
            || public("/api/auth/send-otp/", json!({"identifier": "a@example.in", "otp_type": "email"}));
        for _ in 0..5 {
            done(stage.send(send()).await, 200);
        }
        settle(stage).await;
        let code = code_for(stage, "a@example.in");
        Witness::of(stage).refused(send(), 429, "throttled").await;
        assert_eq!(code_for(stage, "a@example.in"), code, "the live code stays");
    });
}
