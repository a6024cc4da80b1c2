//! What people write beside a decision comes back whole from both databases.

use infra::testing::{Engine, PNG};
use serde_json::{Value, json};

use super::{
    values::FOUR_BYTES,
    world::{World, ask_for_payout, book, done, multipart, multipart_type, pay},
};
use crate::stage::on_stage_of;

#[test]
fn remarks_and_references_come_back_whole() {
    for engine in [Engine::Sqlite, Engine::Mysql] {
        on_stage_of(engine, &[], async |stage| {
            let world = World::build(stage).await;
            let (owner, admin) = (&world.owner, &world.admin);
            let decide = async |path: String, names: &[&str]| {
                let body: serde_json::Map<String, Value> =
                    names.iter().map(|name| ((*name).to_owned(), json!(FOUR_BYTES))).collect();
                done(stage.post(&path, admin, Value::Object(body)).await, 200)
            };
            let booking = book(stage, owner, json!({})).await;
            for verb in ["confirm", "fail"] {
                let payment = pay(stage, owner, booking, "1.00", "bank_transfer").await;
                let names = ["transaction_id", "notes"];
                decide(format!("/api/booking/payments/{payment}/{verb}/"), &names).await;
                let shown = done(stage.get(&format!("/api/booking/payments/{payment}/"), owner).await, 200);
                assert_eq!(
                    (&shown["transaction_id"], &shown["notes"]),
                    (&json!(FOUR_BYTES), &json!(FOUR_BYTES))
                );
            }
            for (verb, sent, shown) in [
                ("reject", "reason", "rejection_reason"),
                ("complete", "transaction_id", "transaction_id"),
                ("fail", "reason", "rejection_reason"),
            ] {
                let path = format!("/api/payout/{}/", ask_for_payout(stage, owner).await);
                if verb != "reject" {
                    decide(format!("{path}process/"), &[]).await;
                }
                decide(format!("{path}{verb}/"), &[sent]).await;
                let payout = done(stage.get(&path, owner).await, 200);
                assert_eq!(payout[shown], FOUR_BYTES, "{verb}: {payout}");
            }
            let texts = [("document_type", "other"), ("title", FOUR_BYTES), ("description", FOUR_BYTES)];
            let sent = owner.on(actix_web::http::Method::POST, "/api/compliance/documents/");
            let sent = sent.insert_header(("Content-Type", multipart_type()));
            let sent = stage.send(sent.set_payload(multipart(&texts, &[("file", "a.png", PNG)]))).await;
            let shown = format!("/api/compliance/documents/{}/", done(sent, 201)["id"]);
            let shown = done(stage.get(&shown, owner).await, 200);
            assert_eq!((&shown["title"], &shown["description"]), (&json!(FOUR_BYTES), &json!(FOUR_BYTES)));
            let kyc = stage.get("/api/users/kyc/", owner).await.json["results"][0]["id"].clone();
            let path = format!("/api/users/kyc/{kyc}/");
            let change =
                owner.on(actix_web::http::Method::PATCH, &path).set_json(json!({"city": FOUR_BYTES}));
            done(stage.send(change).await, 200);
            decide(format!("{path}reject/"), &["reason"]).await;
            let shown = done(stage.get(&path, owner).await, 200);
            assert_eq!(
                (&shown["rejection_reason"], &shown["city"]),
                (&json!(FOUR_BYTES), &json!(FOUR_BYTES))
            );
        });
    }
}
