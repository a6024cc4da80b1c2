//! The vectors through the real log, on both databases.

use std::path::PathBuf;

use app::tree::TreeMatcher;
use infra::{testing::TestDb, tree_events::TreeEvent};
use serde_json::Value;
use wallet_rules::plan::{Plan, PlanKey};

use super::{append, differences, insert_users, platform_at, settle, stored_pairs};

infra::on_both!(a_reserve_and_a_cap_of_three, beyond_the_cap_is_flushed);

async fn a_reserve_and_a_cap_of_three(test: &TestDb) {
    run(test, 4).await;
}

async fn beyond_the_cap_is_flushed(test: &TestDb) {
    run(test, 5).await;
}

fn vector(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../binary-tree/tests/vectors").join(name);
    std::fs::read_to_string(path).expect("a vector")
}

fn plan_of(first: &Value) -> Plan {
    let most = first["max_pairs_per_month"].to_string();
    Plan::try_new([
        (PlanKey::MaxBinaryPairsPerMonth, most.as_str()),
        (PlanKey::PairsBeyondCap, first["beyond_cap"].as_str().expect("a text")),
        (PlanKey::ReserveDeductionPercentage, first["reserve_percentage"].as_str().expect("a text")),
    ])
    .expect("a plan")
}

async fn run(test: &TestDb, number: u32) {
    let text = vector(&format!("matching-{number}.events.jsonl"));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    let plan = plan_of(&lines[0]);
    let app = platform_at(test, "2025-11-01T00:00:00", |default| *default = plan).await;
    insert_users(
        test,
        lines.iter().filter(|line| line["op"] == "join").map(|line| id(&line["member"]).unwrap()),
    );
    let mut at = app.clock.now();
    let mut events = Vec::new();
    for line in &lines[1..] {
        if let Some(text) = line["at"].as_str() {
            at = text.parse().expect("an instant");
        }
        let member = id(&line["member"]).unwrap_or_default();
        let event = match line["op"].as_str().expect("a text") {
            "join" => {
                let side = line["side"].as_str().map(|side| side.parse().expect("a side"));
                TreeEvent::Join { member, sponsor: id(&line["sponsor"]), side }
            }
            "qualify" => TreeEvent::Qualify { member },
            "active_buyer" => TreeEvent::ActiveBuyer { member, active: line["active"] == true },
            _ => continue,
        };
        events.push((event, at));
    }
    append(&app, events).await;
    app.clock.set(at);
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    assert!(stored_pairs(&app).await == vector(&format!("matching-{number}.pairs.jsonl")), "vector {number}");
    assert_eq!(differences(&app).await, Vec::<String>::new());
    compare_nodes(test, &app, number).await;
}

async fn compare_nodes(test: &TestDb, app: &app::App, number: u32) {
    app::tree::refresh(app).await.expect("the trees");
    let stored: Vec<String> = test.texts(
        "SELECT CONCAT(user_id, ' ', COALESCE(parent_id, 'null'), ' ', COALESCE(side, 'null'), ' ', formed, ' ',
           formed + flushed) AS value FROM nodes ORDER BY joined_seq",
    );
    let text = vector(&format!("matching-{number}.nodes.jsonl"));
    let mut rows = Vec::new();
    for line in text.lines() {
        let node: Value = serde_json::from_str(line).expect("a line");
        let member = id(&node["member"]).unwrap();
        let side = node["side"].as_str().unwrap_or("null");
        rows.push(format!("{member} {} {side} {} {}", node["parent"], node["formed"], node["used"]));
        let legs = app.trees.with(|tree| tree.legs(member)).expect("loaded").expect("a place");
        assert_eq!((legs.left, legs.right), (count(&node["left"]), count(&node["right"])), "member {member}");
    }
    assert_eq!(stored, rows);
}

fn id(value: &Value) -> Option<i64> {
    value.as_i64()
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}
