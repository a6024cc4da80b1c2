//! Whatever staff and admins do leaves a row that stands for ever, and what is refused leaves none.

use std::net::{Ipv4Addr, SocketAddr};

use actix_web::{http::Method, test::TestRequest};
use api::permissions::{TABLE, Who};
use infra::{
    secrets::{totp_code, totp_step},
    testing::Engine,
};
use serde_json::{Value, json};

use crate::{
    nonsense::world::{World, ask_for_payout, book, done, log_in, pay},
    stage::{Person, Stage, on_stage_of},
};

/// What a call needs to be a right one.
pub struct Case<'a> {
    pub by: &'a Person,
    pub path: String,
    pub body: Value,
    action: &'static str,
    row_type: &'static str,
    /// On whom; none: on the account that it makes.
    on: Option<i64>,
}

/// What is said of a person with this number.
pub fn person(number: u32) -> Value {
    json!({
        "first_name": "Meera", "email": format!("made{number}@example.in"),
        "mobile": format!("98765432{number}"), "gender": "female", "date_of_birth": "1990-01-31",
        "address_line1": "1 MG Road", "city": "Kochi", "state": "Kerala", "pincode": "682001",
    })
}

/// A row that is waiting for this route, and a right body.
pub async fn case<'a>(stage: &Stage, world: &'a World, path: &str) -> Case<'a> {
    let (owner, staff, admin) = (&world.owner, &world.staff, &world.admin);
    let payment = async || {
        let booking = book(stage, owner, json!({})).await;
        pay(stage, owner, booking, "1.00", "bank_transfer").await
    };
    let payout = async |processed: bool| {
        let id = ask_for_payout(stage, owner).await;
        if processed {
            done(stage.post(&format!("/api/payout/{id}/process/"), admin, json!({})).await, 200);
        }
        id
    };
    let kyc = async || {
        let id = stage.get("/api/users/kyc/", owner).await.json["results"][0]["id"].as_i64().unwrap();
        let change = owner.on(Method::PATCH, &format!("/api/users/kyc/{id}/"));
        let lines = stage.test.number("SELECT COUNT(*) AS value FROM audit");
        done(stage.send(change.set_json(json!({"address_line2": lines.to_string()}))).await, 200);
        id
    };
    let (by, id, body, action, row_type) = match path {
        "/api/auth/create-admin/" => (admin, 0, person(10), "admin_create", "user"),
        "/api/auth/create-staff/" => (admin, 0, person(11), "staff_create", "user"),
        "/api/users/kyc/{id}/approve/" => (staff, kyc().await, json!({}), "kyc_approve", "kyc"),
        "/api/users/kyc/{id}/reject/" => {
            (staff, kyc().await, json!({"reason": "unreadable"}), "kyc_reject", "kyc")
        }
        "/api/booking/payments/{id}/confirm/" => {
            (admin, payment().await, json!({}), "payment_confirm", "payment")
        }
        "/api/booking/payments/{id}/fail/" => (admin, payment().await, json!({}), "payment_fail", "payment"),
        "/api/payout/{id}/process/" => (admin, payout(false).await, json!({}), "payout_process", "payout"),
        "/api/payout/{id}/complete/" => {
            (admin, payout(true).await, json!({"transaction_id": "UTR1"}), "payout_complete", "payout")
        }
        "/api/payout/{id}/reject/" => {
            (admin, payout(false).await, json!({"reason": "no"}), "payout_reject", "payout")
        }
        "/api/payout/{id}/fail/" => {
            (admin, payout(true).await, json!({"reason": "no"}), "payout_fail", "payout")
        }
        "/api/compliance/documents/{id}/verify/" => {
            let documents = stage.get("/api/compliance/documents/", owner).await;
            let id = documents.json["results"][0]["id"].as_i64().unwrap();
            (staff, id, json!({}), "document_verify", "document")
        }
        "/api/auth/totp/enroll/" => (staff, 0, json!({}), "totp_enroll", "user"),
        "/api/auth/totp/verify/" => {
            let made = done(stage.post("/api/auth/totp/enroll/", admin, json!({})).await, 200);
            let step = totp_step(stage.app.clock.now());
            let code = totp_code(made["secret"].as_str().unwrap(), step).unwrap();
            (admin, 0, json!({"otp_code": code}), "totp_verify", "user")
        }
        "/api/users/{id}/anonymise/" => {
            let (leaver, ..) = log_in(stage, "soon-gone@example.in", None).await;
            (admin, leaver.id, json!({}), "user_anonymise", "user")
        }
        other => panic!("{other}: say here how it is called rightly, and what it writes into the audit"),
    };
    let on = match path {
        "/api/users/{id}/anonymise/" => Some(id),
        _ if path.contains("totp") => Some(by.id),
        _ => path.contains("{id}").then_some(owner.id),
    };
    Case { by, path: path.replace("{id}", &id.to_string()), body, action, row_type, on }
}

fn rows(stage: &Stage) -> i64 {
    stage.test.number("SELECT COUNT(*) AS value FROM audit")
}

fn from(request: TestRequest, address: [u8; 4], id: &str) -> TestRequest {
    let peer = SocketAddr::from((Ipv4Addr::from(address), 4711));
    request.peer_addr(peer).insert_header(("X-Request-Id", id.to_owned()))
}

#[test]
fn every_action_of_staff_and_admins_leaves_a_row() {
    for engine in [Engine::Sqlite, Engine::Mysql] {
        on_stage_of(engine, &[], async |stage| {
            let world = World::build(stage).await;
            let by_staff = |who: Who| matches!(who, Who::Staff | Who::Admin | Who::Superuser);
            // the account must stay that of an approved payee, so what takes that away comes first
            let mut routes: Vec<&str> = TABLE
                .iter()
                .filter(|(method, _, who)| *method != "GET" && by_staff(*who))
                .map(|row| row.1)
                .collect();
            routes.sort_by_key(|path| !path.ends_with("/kyc/{id}/reject/"));
            assert!(routes.len() >= 10, "{routes:?}");
            for (number, path) in routes.into_iter().enumerate() {
                let case = case(stage, &world, path).await;
                let before = rows(stage);
                let id = format!("call-{number}");
                let request = || {
                    let request = from(case.by.on(Method::POST, &case.path), [203, 0, 113, 9], &id);
                    request.insert_header(("Idempotency-Key", id.clone())).set_json(&case.body)
                };
                let reply = stage.send(request()).await;
                assert!(matches!(reply.status, 200 | 201), "{path}: {reply:?}");
                assert_eq!(rows(stage), before + 1, "{path} leaves one row");
                let newest = done(stage.get("/api/audit/", &world.admin).await, 200)["results"][0].clone();
                let subject = case.on.unwrap_or_else(|| reply.json["user"]["id"].as_i64().unwrap());
                assert_eq!(newest["actor"], case.by.id, "{path}");
                assert_eq!(
                    (&newest["action"], &newest["row_type"], &newest["subject"], &newest["request_id"]),
                    (&json!(case.action), &json!(case.row_type), &json!(subject), &json!(id)),
                    "{path}"
                );
                assert_eq!(newest["client_address"], "203.0.113.9");
                assert!(newest["before"].is_object() && newest["after"].is_object(), "{newest}");
                if path == "/api/auth/totp/enroll/" {
                    // a secret that is not confirmed may be asked for anew
                    continue;
                }
                // once more: refused or replayed, and nothing is written
                stage.send(request()).await;
                assert_eq!(rows(stage), before + 1, "{path} again");
            }
            let told = "SELECT COUNT(*) AS value FROM audit WHERE state_after LIKE '%Meera%'
                        OR state_after LIKE '%@%' OR state_after LIKE '%9876543%'";
            assert_eq!(stage.test.number(told), 0, "nobody is described in rows that stand for ever");
        });
    }
}

#[test]
fn another_s_booking_and_the_filters() {
    on_stage_of(Engine::Sqlite, &[], async |stage| {
        let (member, admin) = (stage.member().await, stage.admin().await);
        let made = rows(stage);
        let (one, other) = (book(stage, &member, json!({})).await, book(stage, &member, json!({})).await);
        let cancel = |who: &Person, booking: i64| {
            from(
                who.on(Method::POST, &format!("/api/booking/bookings/{booking}/cancel/")),
                [127, 0, 0, 1],
                "c",
            )
        };
        done(stage.send(cancel(&member, one)).await, 200);
        assert_eq!(rows(stage), made, "one's own is nobody's business");
        let forwarded = cancel(&admin, other).insert_header(("X-Forwarded-For", "9.9.9.9, 2001:db8::1"));
        done(stage.send(forwarded).await, 200);
        let list = async |query: &str| {
            let reply = stage.get(&format!("/api/audit/?{query}"), &admin).await;
            done(reply, 200)["results"].as_array().unwrap().clone()
        };
        let all = list("action=booking_cancel").await;
        assert_eq!(all.len(), 1);
        assert_eq!((&all[0]["row_id"], &all[0]["subject"]), (&json!(other), &json!(member.id)));
        assert_eq!(
            (&all[0]["before"], &all[0]["after"]),
            (&json!({"status": "pre_booked"}), &json!({"status": "cancelled"}))
        );
        assert_eq!(all[0]["client_address"], "2001:db8::1", "what the proxy itself has added");
        let (actor, subject) = (admin.id, member.id);
        assert_eq!(list(&format!("actor={actor}")).await.len(), 1);
        assert_eq!(list(&format!("actor={subject}")).await.len(), 0);
        assert!(list(&format!("subject={subject}")).await.contains(&all[0]));
        let today = &all[0]["created_at"].as_str().unwrap()[..10];
        assert!(list(&format!("start_date={today}&end_date={today}")).await.contains(&all[0]));
        assert_eq!(list("end_date=2020-01-01").await.len(), 0);
        let odd = stage.get("/api/audit/?action=nothing", &admin).await;
        assert_eq!(odd.wrong_fields(), ["action"]);
        // from an address that is no proxy's, a header is anybody's word
        let third = book(stage, &member, json!({})).await;
        let claimed = from(
            admin.on(Method::POST, &format!("/api/booking/bookings/{third}/cancel/")),
            [203, 0, 113, 7],
            "d",
        );
        done(stage.send(claimed.insert_header(("X-Forwarded-For", "9.9.9.9"))).await, 200);
        assert_eq!(list("action=booking_cancel").await[0]["client_address"], "203.0.113.7");
    });
}
