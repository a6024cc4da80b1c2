//! The matcher on a real log: order, months, rivals, crashes, and what a replay finds.

use std::io::Cursor;

use app::{
    App, Error,
    tree::{Step, TreeMatcher, replay, simulate},
};
use binary_tree::Side;
use infra::{
    testing::TestDb,
    tree_events::{self, TreeEvent},
};
use wallet_rules::{calendar::Instant, plan::Plan};

use crate::fixture;

#[path = "tree/order.rs"]
mod order;
#[path = "tree/recovery.rs"]
mod recovery;
#[path = "tree/rules.rs"]
mod rules;
#[path = "tree/vectors.rs"]
mod vectors;

/// An instant in India.
pub fn ist(text: &str) -> Instant {
    Instant::parse_rfc3339(&format!("{text}+05:30")).expect("an instant")
}

/// A platform whose clock stands at `now`, under a plan of the test's own.
pub async fn platform_at(test: &TestDb, now: &str, change: impl FnOnce(&mut Plan)) -> App {
    let app = fixture::beside(test);
    app.clock.set(ist(now));
    let mut plan = Plan::default_plan();
    change(&mut plan);
    app::setup::seed_plan(&app, plan).await.expect("the plan is stored");
    app
}

/// Accounts with these keys; nothing is asked of the tree.
pub fn insert_users(test: &TestDb, ids: impl IntoIterator<Item = i64>) {
    let rows: Vec<String> = ids
        .into_iter()
        .map(|id| {
            format!(
                "({id}, 'member{id}@example.in', 'member{id}@example.in', '', '', '', '', '', '', '', 'India', \
                 'user', 0, 0, 1, 0, 'CODE{id}', '2025-01-01 00:00:00', '2025-01-01 00:00:00')"
            )
        })
        .collect();
    test.sql(&format!(
        "INSERT INTO users (id, username, email, first_name, last_name, address_line1, address_line2, city,
           state, pincode, country, role, is_superuser, is_distributor, is_active, is_active_buyer,
           referral_code, date_joined, updated_at) VALUES {}",
        rows.join(", ")
    ))
    .expect("accounts");
}

/// Appends events in this order, in one transaction.
pub async fn append(app: &App, events: Vec<(TreeEvent, Instant)>) {
    app.db
        .write(move |tx| {
            for &(event, at) in &events {
                tree_events::append(tx, event, at, "test")?;
            }
            Ok::<_, Error>(())
        })
        .await
        .expect("events");
}

pub fn join(member: i64, sponsor: impl Into<Option<i64>>, side: impl Into<Option<Side>>) -> TreeEvent {
    TreeEvent::Join { member, sponsor: sponsor.into(), side: side.into() }
}

pub fn qualify(member: i64) -> TreeEvent {
    TreeEvent::Qualify { member }
}

/// Steps until nothing is left to do; gives how many steps wrote something.
pub async fn settle(matcher: &mut TreeMatcher) -> usize {
    let mut steps = 0;
    loop {
        match matcher.step().await.expect("a step") {
            Step::Advanced { .. } => steps += 1,
            Step::Idle => return steps,
            Step::Standby => panic!("another matcher has the seat"),
        }
    }
}

/// What a replay of the log finds.
pub async fn differences(app: &App) -> Vec<String> {
    app.db.snapshot(replay).await.expect("a replay")
}

/// The stored pairs as the simulation prints them.
pub async fn stored_pairs(app: &App) -> String {
    let pairs = app.db.read(|reader| Ok::<_, Error>(infra::pairs::after(reader, 0, 1_000_000)?));
    let mut text = String::new();
    for pair in pairs.await.expect("the pairs") {
        let number = pair.pair_number.map_or("null".to_owned(), |number| number.to_string());
        let status = if pair.pair_number.is_some() { "formed" } else { "flushed" };
        let at = pair.matched_at.to_string().replace(".000000", "");
        text += &format!(
            "{{\"member\": {}, \"pair\": {number}, \"left\": {}, \"right\": {}, \"at\": \"{at}\", \"status\": \
             \"{status}\", \"active_buyer\": {}, \"gross\": \"{}\", \"emi\": \"{}\", \"reserve\": \"{}\", \"net\": \
             \"{}\"}}\n",
            pair.user_id,
            pair.left_user_id,
            pair.right_user_id,
            pair.active_buyer,
            pair.earning_amount,
            pair.emi_deducted,
            pair.reserve_deducted,
            pair.net_amount,
        );
    }
    text
}

/// The pairs that the simulation forms of a file of events.
pub fn simulated(events: &str) -> String {
    let mut pairs = Vec::new();
    simulate(Cursor::new(events), &mut pairs, None::<Vec<u8>>).expect("the events are right");
    String::from_utf8(pairs).expect("text")
}

/// Every event's kind, instant and refusal in the log's order.
pub fn log(test: &TestDb) -> Vec<String> {
    test.texts(
        "SELECT CONCAT(kind, ' ', COALESCE(member_id, month, plan_version), ' ', COALESCE(refused, 'ok')) AS value
         FROM tree_events WHERE seq IS NOT NULL ORDER BY seq",
    )
}
