//! Tasks: counted before they are tried, tried again ever later, and never lost.

use chrono::TimeDelta;
use infra::{
    Error, Result, Unique,
    db::Tx,
    outbox::{self, MAX_ATTEMPTS, NewTask, Task},
    testing::TestDb,
};
use wallet_rules::calendar::Instant;

use crate::races;

infra::on_both!(
    a_claim_counts_the_try_and_puts_off_the_next,
    a_failing_task_is_given_up_and_can_be_revived,
    a_task_that_kills_its_process_is_given_up_too,
    a_task_is_done_once,
    a_task_is_announced_once,
    of_16_who_claim_a_task_one_gets_it,
);

fn now() -> Instant {
    Instant::parse_rfc3339("2026-01-31T10:00:00Z").expect("an instant")
}

fn after(seconds: i64) -> Instant {
    now().plus(TimeDelta::seconds(seconds))
}

async fn write<T: Send + 'static>(test: &TestDb, work: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> T {
    test.db.write(work).await.expect("it is written")
}

async fn announce(test: &TestDb, key: &'static str) -> i64 {
    let payload = "{\"to\":\"🛵\"}".to_owned();
    write(test, move |tx| {
        let new = NewTask {
            kind: "mail",
            task_key: key.to_owned(),
            subject_id: 4,
            payload: payload.clone(),
            caused_by: "test",
        };
        outbox::announce(tx, &new, now())
    })
    .await;
    test.number(&format!("SELECT id AS value FROM outbox WHERE task_key = '{key}'"))
}

async fn claim(test: &TestDb, id: i64, at: Instant) -> Option<Task> {
    write(test, move |tx| outbox::claim(tx, id, at)).await
}

async fn find(test: &TestDb, id: i64) -> Task {
    test.db.read(move |reader| outbox::find(reader, id)).await.expect("it is read").expect("the task")
}

async fn due(test: &TestDb, at: Instant) -> Vec<i64> {
    test.db.read(move |reader| outbox::due(reader, at, 10)).await.expect("it is read")
}

#[test]
fn the_wait_doubles_up_to_ten_minutes() {
    let waits: Vec<i64> = (1..=13).map(|attempts| outbox::backoff_after(attempts).num_seconds()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
    assert_eq!(outbox::backoff_after(u32::MAX).num_seconds(), 600);
}

async fn a_claim_counts_the_try_and_puts_off_the_next(test: &TestDb) {
    let id = announce(test, "mail:1").await;
    assert!(due(test, after(-1)).await.is_empty());
    assert_eq!(due(test, now()).await, [id]);
    assert!(claim(test, id, after(-1)).await.is_none(), "not due yet");

    let first = claim(test, id, now()).await.expect("due");
    assert_eq!((first.attempts, first.next_at), (1, Some(after(1))));
    assert_eq!(first.payload, "{\"to\":\"🛵\"}");
    assert!(due(test, now()).await.is_empty());
    assert!(claim(test, id, now()).await.is_none(), "claimed already");

    let second = claim(test, id, after(1)).await.expect("due again");
    assert_eq!((second.attempts, second.next_at), (2, Some(after(3))));
    assert!(claim(test, id + 1, now()).await.is_none(), "there is none");
}

async fn a_failing_task_is_given_up_and_can_be_revived(test: &TestDb) {
    let id = announce(test, "mail:1").await;
    let mut at = now();
    for attempt in 1..=MAX_ATTEMPTS {
        let task = claim(test, id, at).await.unwrap_or_else(|| panic!("attempt {attempt} is due"));
        assert_eq!(task.attempts, attempt);
        let text = format!("{attempt} {}", "🛵".repeat(600));
        write(test, move |tx| outbox::record_failure(tx, id, &text, at)).await;
        let failed = find(test, id).await;
        assert_eq!(failed.last_error.chars().count(), 500);
        assert!(failed.last_error.starts_with(&format!("{attempt} 🛵")));
        assert_eq!(failed.gave_up_at.is_some(), attempt == MAX_ATTEMPTS, "attempt {attempt}");
        assert_eq!(failed.next_at.is_none(), attempt == MAX_ATTEMPTS, "attempt {attempt}");
        at = at.plus(outbox::backoff_after(attempt));
    }
    assert!(claim(test, id, after(1_000_000)).await.is_none());
    assert!(!write(test, move |tx| outbox::finish(tx, id, now())).await, "given up");
    assert_eq!(test.number("SELECT count(*) AS value FROM outbox WHERE gave_up_at IS NOT NULL"), 1);

    assert!(write(test, move |tx| outbox::revive(tx, id, at)).await);
    assert_eq!(due(test, at).await, [id]);
    assert_eq!(claim(test, id, at).await.expect("due").attempts, 1);
}

async fn a_task_that_kills_its_process_is_given_up_too(test: &TestDb) {
    let id = announce(test, "mail:1").await;
    let mut at = now();
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(claim(test, id, at).await.expect("due").attempts, attempt);
        at = at.plus(outbox::backoff_after(attempt));
    }
    let last = at.plus(TimeDelta::milliseconds(-1));
    assert!(claim(test, id, last).await.is_none());
    assert_eq!(find(test, id).await.gave_up_at, None, "the last try may still come to its end");

    assert!(claim(test, id, at).await.is_none());
    let task = find(test, id).await;
    assert_eq!((task.attempts, task.next_at, task.gave_up_at), (MAX_ATTEMPTS, None, Some(at)));
    assert_eq!(task.last_error, "no try came to its end");
    assert!(write(test, move |tx| outbox::revive(tx, id, at)).await);
}

async fn a_task_is_done_once(test: &TestDb) {
    let id = announce(test, "mail:1").await;
    claim(test, id, now()).await.expect("due");
    assert!(write(test, move |tx| outbox::finish(tx, id, after(1))).await);
    assert!(!write(test, move |tx| outbox::finish(tx, id, after(2))).await, "done already");
    write(test, move |tx| outbox::record_failure(tx, id, "too late", after(2))).await;
    let task = find(test, id).await;
    assert_eq!((task.done_at, task.next_at, task.gave_up_at), (Some(after(1)), None, None));
    assert_eq!(task.last_error, "");
    assert!(claim(test, id, after(1_000_000)).await.is_none());
    assert!(!write(test, move |tx| outbox::revive(tx, id, now())).await, "it is done");
}

async fn a_task_is_announced_once(test: &TestDb) {
    announce(test, "mail:1").await;
    let again = |tx: &mut Tx| {
        let new = NewTask {
            kind: "mail",
            task_key: "mail:1".to_owned(),
            subject_id: 4,
            payload: String::new(),
            caused_by: "test",
        };
        outbox::announce(tx, &new, now())
    };
    let outcome = test.db.write(again).await;
    assert!(matches!(outcome, Err(Error::Duplicate(Unique::OutboxKey))), "{outcome:?}");
}

async fn of_16_who_claim_a_task_one_gets_it(test: &TestDb) {
    let id = announce(test, "mail:1").await;
    let claims = races::at_once(16, |_| {
        races::write(test.db.clone(), move |tx| Ok(outbox::claim(tx, id, now())?.is_some()))
    })
    .await;
    let claims: Vec<bool> = claims.into_iter().map(|claim| claim.expect("claimed or not")).collect();
    assert_eq!(claims.iter().filter(|claimed| **claimed).count(), 1, "{claims:?}");
    assert_eq!(find(test, id).await.attempts, 1);
}
