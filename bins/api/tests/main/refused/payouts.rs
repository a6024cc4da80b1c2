//! Payouts.

use actix_web::http::Method;
use serde_json::json;

use super::{Witness, on_both, on_both_with};
use crate::{
    nonsense::world::{World, ask_for_payout, book, done, log_in, pay, settle, submit_kyc},
    stage::{Person, Stage},
};

fn step(payout: i64, verb: &str) -> String {
    format!("/api/payout/{payout}/{verb}/")
}

async fn change_kyc(stage: &Stage, who: &Person) {
    let kyc = &stage.get("/api/users/kyc/", who).await.json["results"][0]["id"];
    let change = who.on(Method::PATCH, &format!("/api/users/kyc/{kyc}/"));
    done(stage.send(change.set_json(json!({"city": "Kollam"}))).await, 200);
}

#[test]
fn payouts() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let (owner, admin) = (&world.owner, &world.admin);
        let witness = Witness::of(stage);
        let told = json!({"transaction_id": "UTR1", "reason": "a reason"});

        for (body, code) in [
            (json!({"requested_amount": "99999.00"}), "insufficient_balance"),
            (json!({"requested_amount": "0.99"}), "below_minimum"),
            (json!({"requested_amount": "1.00", "bank_name": "Another"}), "bank_name"),
            (json!({"requested_amount": "1.00", "account_number": "999999999"}), "account_number"),
            (json!({"requested_amount": "1.00", "ifsc_code": "HDFC0000001"}), "ifsc_code"),
            (json!({"requested_amount": "1.00", "account_holder_name": "Another"}), "account_holder_name"),
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
            witness.post(&step(999_999, verb), admin, told.clone(), 404, "not_found").await;
        }
        // an admin sees it, and takes nobody's back either
        for who in [&world.stranger, &world.staff, admin] {
            witness.post(&step(pending, "cancel"), who, json!({}), 404, "not_found").await;
        }
        for (verb, field) in [("complete", "transaction_id"), ("reject", "reason"), ("fail", "reason")] {
            witness.post(&step(pending, verb), admin, json!({field: "  "}), 400, field).await;
        }
        done(stage.post(&step(pending, "process"), admin, json!({})).await, 200);
        witness.post(&step(pending, "cancel"), owner, json!({}), 409, "invalid_state").await;
        for verb in ["process", "reject"] {
            witness.post(&step(pending, verb), admin, told.clone(), 409, "invalid_state").await;
        }
        done(stage.post(&step(pending, "fail"), admin, told.clone()).await, 200);
        for verb in ["process", "complete", "fail", "reject"] {
            witness.post(&step(pending, verb), admin, told.clone(), 409, "invalid_state").await;
        }

        change_kyc(stage, owner).await;
        witness.post(&step(stale, "process"), admin, json!({}), 409, "payout_stale").await;
        witness.post("/api/payout/", owner, body, 400, "kyc_required").await;

        stage.test.sql(&format!("UPDATE users SET role = 'admin' WHERE id = {}", owner.id)).unwrap();
        for verb in ["process", "complete", "fail", "reject"] {
            witness.post(&step(stale, verb), owner, told.clone(), 403, "forbidden").await;
        }
        witness.end().await;
    });
}

#[test]
fn instalments_that_no_longer_fit() {
    on_both(async |stage| {
        let world = World::build(stage).await;
        let owner = &world.owner;
        let today = stage.app.clock.now().ist_date().to_string();
        let plan = json!({"total_amount": "1000.00", "emi_duration_months": 5, "emi_start_date": today});
        let booking = book(stage, owner, plan).await;
        pay(stage, owner, booking, "500.00", "online").await;
        let body = json!({"requested_amount": "200.00", "emi_auto_filled": true});
        let payout = done(stage.post("/api/payout/", owner, body).await, 201);
        assert_eq!(payout["emi_amount"], "100.00");
        pay(stage, owner, booking, "500.00", "online").await;
        let witness = Witness::of(stage);
        let path = step(payout["id"].as_i64().unwrap(), "process");
        witness.post(&path, &world.admin, json!({}), 409, "payout_stale").await;
        witness.end().await;
    });
}

#[test]
fn a_second_payout_under_a_ceiling_of_the_year() {
    on_both_with(&[("TDS_CEILING_PERIOD", "financial_year")], async |stage| {
        let (sponsor, _, code) = log_in(stage, "sponsor@example.in", None).await;
        let (member, ..) = log_in(stage, "member@example.in", Some(&code)).await;
        let booking = book(stage, &member, json!({})).await;
        pay(stage, &member, booking, "5000.00", "online").await;
        settle(stage).await;
        let kyc = submit_kyc(stage, &sponsor).await["id"].clone();
        let approve = format!("/api/users/kyc/{kyc}/approve/");
        done(stage.post(&approve, &stage.staff().await, json!({})).await, 200);
        ask_for_payout(stage, &sponsor).await;
        let witness = Witness::of(stage);
        let body = json!({"requested_amount": "1.00"});
        witness.post("/api/payout/", &sponsor, body, 400, "payout_open").await;
        witness.end().await;
    });
}
