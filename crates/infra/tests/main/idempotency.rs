//! A request that is sent again takes effect once.

use chrono::TimeDelta;
use infra::{
    Error, Result,
    db::Tx,
    idempotency::{self, RequestKey, Seen},
    testing::TestDb,
};
use wallet_rules::calendar::Instant;

use crate::{races, rows};

infra::on_both!(
    a_request_is_replayed_and_another_body_is_told_apart,
    a_reply_is_kept_whole_or_the_request_is_refused,
    what_was_rolled_back_was_never_seen,
    of_16_at_once_with_one_key_one_is_the_first,
    old_keys_are_forgotten,
);

fn now() -> Instant {
    Instant::parse_rfc3339("2026-01-31T10:00:00Z").expect("an instant")
}

fn request(user_id: i64, path: &str, key: &str, body: &str) -> RequestKey {
    RequestKey { user_id, path: path.to_owned(), key: key.to_owned(), body_hash: body.to_owned() }
}

/// As a use-case does it: begin, and keep the reply when it is ours to do.
fn once(tx: &mut Tx, request: &RequestKey, reply: &str) -> Result<Seen> {
    let seen = idempotency::begin(tx, request, now())?;
    if seen == Seen::Never {
        idempotency::keep(tx, request, reply)?;
    }
    Ok(seen)
}

async fn send(test: &TestDb, request: RequestKey, reply: &'static str) -> Seen {
    test.db.write(move |tx| once(tx, &request, reply)).await.expect("it is written")
}

async fn a_request_is_replayed_and_another_body_is_told_apart(test: &TestDb) {
    rows::seed_members(test, 2);
    assert_eq!(send(test, request(1, "/a", "k", "h"), "{\"to\":\"🛵\"}").await, Seen::Never);
    for _ in 0..2 {
        let seen = send(test, request(1, "/a", "k", "h"), "another").await;
        assert_eq!(seen, Seen::Before("{\"to\":\"🛵\"}".to_owned()));
    }
    assert_eq!(send(test, request(1, "/a", "k", "other"), "").await, Seen::Otherwise);
    // another member's, another path's and another key's are other requests; so is another case
    for other in [request(2, "/a", "k", "h"), request(1, "/b", "k", "h"), request(1, "/a", "K", "h")] {
        assert_eq!(send(test, other, "").await, Seen::Never);
    }
}

async fn a_reply_is_kept_whole_or_the_request_is_refused(test: &TestDb) {
    rows::seed_members(test, 1);
    let long = "x".repeat(100_000);
    let kept = long.clone();
    let outcome = test.db.write(move |tx| once(tx, &request(1, "/a", "k", "h"), &kept)).await;
    match outcome {
        Ok(_) => assert_eq!(send(test, request(1, "/a", "k", "h"), "").await, Seen::Before(long)),
        Err(_) => assert_eq!(test.number("SELECT count(*) AS value FROM idempotency_keys"), 0),
    }
}

async fn what_was_rolled_back_was_never_seen(test: &TestDb) {
    rows::seed_members(test, 1);
    let refused = |tx: &mut Tx| {
        once(tx, &request(1, "/a", "k", "h"), "lost")?;
        Err::<(), _>(Error::Database("refused".to_owned()))
    };
    test.db.write(refused).await.expect_err("it is refused");
    assert_eq!(send(test, request(1, "/a", "k", "another"), "kept").await, Seen::Never);
    assert_eq!(send(test, request(1, "/a", "k", "another"), "").await, Seen::Before("kept".to_owned()));
}

async fn of_16_at_once_with_one_key_one_is_the_first(test: &TestDb) {
    rows::seed_members(test, 1);
    let outcomes = races::at_once(16, |number| {
        let reply = format!("reply {number}");
        races::write(test.db.clone(), move |tx| once(tx, &request(1, "/a", "k", "h"), &reply))
    })
    .await;
    let outcomes: Vec<Seen> = outcomes.into_iter().map(|outcome| outcome.expect("an outcome")).collect();
    let firsts = outcomes.iter().filter(|seen| **seen == Seen::Never).count();
    assert_eq!(firsts, 1, "{outcomes:?}");
    let Seen::Before(kept) = send(test, request(1, "/a", "k", "h"), "").await else { panic!("not kept") };
    let replayed = outcomes.iter().filter(|seen| **seen == Seen::Before(kept.clone())).count();
    assert_eq!(replayed, 15, "{outcomes:?}");
}

async fn old_keys_are_forgotten(test: &TestDb) {
    rows::seed_members(test, 1);
    send(test, request(1, "/a", "k", "h"), "kept").await;
    let purge = |before: Instant| test.db.write(move |tx| idempotency::purge(tx, before));
    assert_eq!(purge(now()).await.expect("purged"), 0);
    assert_eq!(send(test, request(1, "/a", "k", "h"), "").await, Seen::Before("kept".to_owned()));
    assert_eq!(purge(now().plus(TimeDelta::microseconds(1))).await.expect("purged"), 1);
    assert_eq!(send(test, request(1, "/a", "k", "h"), "").await, Seen::Never);
}
