//! KYC, codes, tokens, profiles.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use infra::testing::PNG;
use serde_json::{Value, json};

use super::{Witness, on_both, on_both_with, public};
use crate::{
    nonsense::world::{KYC, World, book, done, log_in, multipart, multipart_type, pay, send_code, settle},
    stage::Person,
};

#[test]
fn kycs_leave_no_row_and_no_file() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (stranger, staff) = (&world.stranger, &world.staff);
        let witness = Witness::of(stage);
        let sent = |who: &Person, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
            let request = who.on(Method::POST, "/api/users/kyc/");
            request
                .insert_header((header::CONTENT_TYPE, multipart_type()))
                .set_payload(multipart(texts, files))
        };
        let with = |field: &str, other: &'static str| -> Vec<(&str, &str)> {
            KYC.iter().map(|(name, text)| (*name, if *name == field { other } else { *text })).collect()
        };
        let documents = [("pan_document", "a.png", PNG), ("aadhaar_front", "b.png", PNG)];
        let same_pan = with("aadhaar_number", "499118665246");
        witness.refused(sent(stranger, &same_pan, &documents), 400, "pan_number").await;
        let same_aadhaar = with("pan_number", "ABCPE9999F");
        witness.refused(sent(stranger, &same_aadhaar, &documents), 400, "aadhaar_number").await;
        let half = [("pan_document", "a.png", PNG), ("aadhaar_front", "b.png", &b"<html>"[..])];
        witness.refused(sent(&world.owner, &KYC, &half), 400, "aadhaar_front").await;
        witness.refused(sent(stranger, &KYC[1..], &documents), 400, "pan_number").await;

        let kyc = &stage.get("/api/users/kyc/", &world.owner).await.json["results"][0]["id"];
        let path = |verb: &str| format!("/api/users/kyc/{kyc}/{verb}/");
        witness.post(&path("approve"), staff, json!({}), 409, "already_reviewed").await;
        witness.post(&path("reject"), staff, json!({"reason": "late"}), 409, "already_reviewed").await;
        witness.post(&path("reject"), staff, json!({"reason": " "}), 400, "reason").await;
        for verb in ["approve", "reject"] {
            let nobodys = format!("/api/users/kyc/999999/{verb}/");
            witness.post(&nobodys, staff, json!({"reason": "none"}), 404, "not_found").await;
            witness.post(&path(verb), &world.owner, json!({"reason": "none"}), 403, "forbidden").await;
        }
        let change = |who: &Person, kyc: &Value, body: &str| {
            let request = who.on(Method::PATCH, &format!("/api/users/kyc/{kyc}/"));
            request.insert_header((header::CONTENT_TYPE, "application/json")).set_payload(body.to_owned())
        };
        for body in [r#"{"city": "Kollam"}"#, r#"{"pincode": 5}"#, "{"] {
            witness.refused(change(stranger, kyc, body), 404, "not_found").await;
            witness.refused(change(staff, kyc, body), 403, "forbidden").await;
        }

        let own = [("pan_number", "ABCPE9999F"), ("aadhaar_number", "499118665246")];
        let own: Vec<(&str, &str)> = own.into_iter().chain(KYC[2..].iter().copied()).collect();
        let own = done(stage.send(sent(staff, &own, &[])).await, 201)["id"].clone();
        for verb in ["approve", "reject"] {
            let path = format!("/api/users/kyc/{own}/{verb}/");
            witness.post(&path, staff, json!({"reason": "none"}), 403, "forbidden").await;
        }
        witness.refused(change(staff, &own, r#"{"pan_number": "ABCPE1234F"}"#), 400, "pan_number").await;
        let numbers = [("aadhaar_number", "234123412346")];
        let taken = staff.on(Method::PATCH, &format!("/api/users/kyc/{own}/"));
        let taken = taken.insert_header((header::CONTENT_TYPE, multipart_type()));
        witness.refused(taken.set_payload(multipart(&numbers, &documents)), 400, "aadhaar_number").await;
    });
}

#[test]
fn documents_stay_where_they_were_verified() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (owner, stranger, staff) = (&world.owner, &world.stranger, &world.staff);
        let id = stage.get("/api/compliance/documents/", owner).await.json["results"][0]["id"].clone();
        let path = format!("/api/compliance/documents/{id}/");
        let verify = format!("{path}verify/");
        let witness = Witness::of(stage);
        let remove = |who: &Person| who.on(Method::DELETE, &path);
        witness.refused(remove(stranger), 404, "not_found").await;
        witness.refused(remove(staff), 403, "forbidden").await;
        witness.post(&verify, owner, json!({}), 403, "forbidden").await;
        done(stage.post(&verify, staff, json!({})).await, 200);
        witness.post(&verify, staff, json!({}), 409, "already_verified").await;
        witness.refused(remove(owner), 409, "already_verified").await;
        let nominee = stage.get("/api/users/nominee/", owner).await.json["results"][0]["id"].clone();
        let nominee = format!("/api/users/nominee/{nominee}/");
        for (who, status, code) in [(stranger, 404, "not_found"), (staff, 403, "forbidden")] {
            witness.refused(who.on(Method::DELETE, &nominee), status, code).await;
            for method in [Method::PUT, Method::PATCH] {
                let request = who.on(method, &nominee).set_json(json!({"full_name": 5}));
                witness.refused(request, status, code).await;
            }
        }
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
        let right = send_code(stage, "free@example.in").await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let body = json!({"email": "free@example.in", "email_otp": wrong, "first_name": "New"});
        let changes = witness.changes(change(body), 400, "email_otp").await;
        let is_a_try = changes.len() == 2 && changes.iter().all(|row| row[2..].starts_with("otps:"));
        assert!(is_a_try, "{changes:?}");
        for (name, taken) in [("email", "other@example.in"), ("mobile", "9000000001")] {
            let code = send_code(stage, taken).await;
            let otp = format!("{name}_otp");
            let body = json!({name: taken, otp: code, "first_name": "New"});
            witness.refused(change(body), 400, name).await;
        }
    });
}

#[test]
fn accounts_that_are_disabled_or_gone() {
    on_both(async |stage| {
        let (member, refresh, _) = log_in(stage, "member@example.in", None).await;
        let code = send_code(stage, "member@example.in").await;
        stage.test.sql(&format!("UPDATE users SET is_active = 0 WHERE id = {}", member.id)).unwrap();
        let witness = Witness::of(stage);
        let log_in = json!({"identifier": "member@example.in", "otp_type": "email", "otp_code": code});
        for request in [
            public("/api/auth/verify-otp/", log_in),
            public("/api/auth/refresh/", json!({"refresh": refresh})),
            member.on(Method::GET, "/api/wallet/my_wallet/"),
            member.on(Method::POST, "/api/auth/logout/"),
        ] {
            witness.refused(request, 401, "user_inactive").await;
        }
        let nobody = Person { id: 999_999, token: stage.token(999_999, 60) };
        witness.refused(nobody.on(Method::POST, "/api/payout/"), 401, "user_not_found").await;
        let none = TestRequest::post().uri("/api/payout/").set_json(json!({"requested_amount": "1.00"}));
        witness.refused(none, 401, "detail").await;
    });
}

#[test]
fn second_factors_that_are_missing_wrong_or_there_already() {
    on_both_with(&[("STAFF_TOTP", "required")], async |stage| {
        let (staff, refresh, _) = log_in(stage, "staff@example.in", None).await;
        let (member, ..) = log_in(stage, "member@example.in", None).await;
        stage.test.sql(&format!("UPDATE users SET role = 'staff' WHERE id = {}", staff.id)).unwrap();
        let witness = Witness::of(stage);
        let get = |path: &str| staff.on(Method::GET, path);
        for path in ["/api/users/kyc/", "/api/wallet/my_wallet/", "/api/users/", "/api/users/me/export/"] {
            witness.refused(get(path), 403, "totp_required").await;
        }
        witness.post("/api/users/kyc/1/approve/", &staff, json!({}), 403, "totp_required").await;
        assert_eq!(stage.get("/api/wallet/my_wallet/", &member).await.status, 200, "members need none");
        assert_eq!(stage.get("/api/users/profile/", &staff).await.status, 200);
        let path = "/api/auth/totp/verify/";
        let code = |code: &str| staff.on(Method::POST, path).set_json(json!({"otp_code": code}));
        witness.refused(code("123456"), 409, "totp_not_enrolled").await;
        witness.refused(member.on(Method::POST, path).set_json(json!({})), 403, "forbidden").await;
        let made = done(stage.post("/api/auth/totp/enroll/", &staff, json!({})).await, 200);
        let step = infra::secrets::totp_step(stage.app.clock.now());
        let right = infra::secrets::totp_code(made["secret"].as_str().unwrap(), step).unwrap();
        let wrong = if right == "000000" { "000001" } else { "000000" };
        witness.refused(code(wrong), 400, "otp_code").await;
        witness.refused(get("/api/users/kyc/"), 403, "totp_required").await;
        done(stage.send(code(&right)).await, 200);
        assert_eq!(stage.get("/api/users/kyc/", &staff).await.status, 200);
        witness.refused(code(&right), 400, "otp_code").await;
        witness.post("/api/auth/totp/enroll/", &staff, json!({}), 409, "totp_enrolled").await;
        // the session has it, with the next pair of tokens too
        let next = done(stage.send(public("/api/auth/refresh/", json!({"refresh": refresh}))).await, 200);
        let next = Person { id: staff.id, token: next["access"].as_str().unwrap().to_owned() };
        assert_eq!(stage.get("/api/users/kyc/", &next).await.status, 200);
        // five tries in ten minutes, whatever RATE_LIMITS says
        witness.refused(code(wrong), 400, "otp_code").await;
        witness.refused(code(wrong), 429, "throttled").await;
        witness.refused(code(&right), 429, "throttled").await;
    });
}

#[test]
fn people_whose_money_is_under_way_stay_who_they_are() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (sponsor, _, referral) = log_in(stage, "sponsor@example.in", None).await;
        let (buyer, ..) = log_in(stage, "buyer@example.in", Some(&referral)).await;
        let booking = book(stage, &buyer, json!({})).await;
        pay(stage, &buyer, booking, "500.00", "online").await;
        pay(stage, &buyer, booking, "10.00", "cash").await;
        settle(stage).await;
        let witness = Witness::of(stage);
        let path = |who: &Person| format!("/api/users/{}/anonymise/", who.id);
        let admin = &world.admin;
        for (who, code) in
            [(&world.owner, "payout_open"), (&buyer, "payment_pending"), (&sponsor, "wallet_not_empty")]
        {
            witness.post(&path(who), admin, json!({}), 409, code).await;
        }
        witness.post(&path(admin), admin, json!({}), 403, "forbidden").await;
        witness.post(&path(&buyer), &world.staff, json!({}), 403, "forbidden").await;
        witness.post("/api/users/999999/anonymise/", admin, json!({}), 404, "not_found").await;
        witness.end().await;
    });
}
