//! Rivals and crashes: each event is applied once, whoever dies where.

use app::{
    App,
    tree::{Step, TreeMatcher, matcher},
};
use binary_tree::Side;
use chrono::TimeDelta;
use infra::{
    nodes::{self, NodeChange},
    testing::TestDb,
    tree_events::{self, Sequencing, TreeEvent},
};
use tokio::sync::watch;

use super::{append, differences, insert_users, join, platform_at, qualify, settle, simulated, stored_pairs};
use crate::fixture;

infra::on_both!(
    only_one_of_two_commits,
    a_crash_between_any_two_parts_of_a_step_changes_nothing,
    a_step_that_finds_rows_gone_writes_nothing,
    the_loop_follows_its_wakers,
    a_replay_finds_what_was_tampered_with,
);

const SMALL: &str = r#"{"op": "join", "member": 1, "sponsor": null, "side": null}
{"op": "join", "member": 2, "sponsor": 1, "side": "left"}
{"op": "join", "member": 3, "sponsor": 1, "side": "right"}
{"op": "join", "member": 4, "sponsor": 2, "side": "left"}
{"op": "join", "member": 5, "sponsor": 2, "side": "right"}
{"op": "qualify", "member": 4, "at": "2026-11-22T10:00:00+05:30"}
{"op": "active_buyer", "member": 1, "active": true, "at": "2026-11-22T10:00:00+05:30"}
{"op": "qualify", "member": 5, "at": "2026-11-22T10:00:00+05:30"}
{"op": "qualify", "member": 3, "at": "2026-11-22T10:00:00+05:30"}
"#;

/// The events of [`SMALL`] in the log.
async fn small(test: &TestDb) -> App {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=5);
    let now = app.clock.now();
    let events = [
        join(1, None, None),
        join(2, 1, Side::Left),
        join(3, 1, Side::Right),
        join(4, 2, Side::Left),
        join(5, 2, Side::Right),
        qualify(4),
        TreeEvent::ActiveBuyer { member: 1, active: true },
        qualify(5),
        qualify(3),
    ];
    append(&app, events.into_iter().map(|event| (event, now)).collect()).await;
    app
}

async fn only_one_of_two_commits(test: &TestDb) {
    let app = small(test).await;
    let mut first = TreeMatcher::load(&app).await.expect("the trees");
    let mut second = TreeMatcher::load(&app).await.expect("a seat that is taken is no error");
    assert_eq!((first.cursor().map(|cursor| cursor.seq), second.cursor()), (Some(0), None));
    assert_eq!(second.step().await.expect("a step"), Step::Standby);
    // the first one sleeps past its lease, knowing nothing of the second
    app.clock.advance(TimeDelta::seconds(16));
    assert!(matches!(second.step().await.expect("a step"), Step::Advanced { .. }));
    assert_eq!(first.step().await.expect("a step"), Step::Standby);
    assert_eq!(first.step().await.expect("a step"), Step::Standby);
    settle(&mut second).await;
    assert_eq!(stored_pairs(&app).await, simulated(SMALL));
    assert_eq!(differences(&app).await, Vec::<String>::new());
    // a seat that is left is free at once
    second.leave().await.expect("the seat is left");
    assert_eq!(first.step().await.expect("a step"), Step::Idle);
}

async fn a_crash_between_any_two_parts_of_a_step_changes_nothing(test: &TestDb) {
    let app = small(test).await;
    let mut parts = 0;
    loop {
        parts += 1;
        let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
        matcher.cut_off_after(Some(parts));
        if matcher.step().await.is_ok() {
            break;
        }
        let left = test.number(
            "SELECT (SELECT COUNT(*) FROM nodes) + (SELECT COUNT(*) FROM pairs) + (SELECT COUNT(*) FROM outbox)
               + (SELECT COUNT(*) FROM tree_events WHERE seq IS NOT NULL) + (SELECT seq + part FROM matcher) AS value",
        );
        assert_eq!(left, 0, "after {parts} parts");
        // the process is gone without a word: the next one waits for its lease to run out
        app.clock.advance(TimeDelta::seconds(16));
    }
    // the cursor, the month, the other events, the places, their changes, the pairs, their tasks; then nothing was cut
    // off
    assert_eq!(parts, 7 + 1);
    assert_eq!(stored_pairs(&app).await, simulated(SMALL));
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn a_step_that_finds_rows_gone_writes_nothing(test: &TestDb) {
    let app = small(test).await;
    let now = app.clock.now();
    let place =
        |id, seq| Sequencing { id, seq, effective_at: now, refused: (id == 2).then_some("unknown_member") };
    let sequence = |places: Vec<Sequencing>| app.db.write(move |tx| tree_events::sequence(tx, &places));
    sequence(vec![place(3, 1), place(2, 2)]).await.expect("they wait");
    let again = sequence(vec![place(4, 3), place(3, 4), place(5, 5)]).await;
    assert!(matches!(again, Err(infra::Error::Corrupt(_))), "{again:?}");
    let told = "SELECT CONCAT(id, ' ', seq, ' ', COALESCE(refused, 'ok')) AS value FROM tree_events
                WHERE seq IS NOT NULL ORDER BY seq";
    assert_eq!(test.texts(told), ["3 1 ok", "2 2 unknown_member"]);

    let change = NodeChange {
        user_id: 5,
        qualified_seq: None,
        active_buyer: true,
        formed: 1,
        flushed: 0,
        month: 1,
        formed_in_month: 1,
        updated_at: now,
    };
    let changed = app.db.write(move |tx| nodes::update(tx, &[change])).await;
    assert!(matches!(changed, Err(infra::Error::Corrupt(_))), "{changed:?}");
}

async fn the_loop_follows_its_wakers(test: &TestDb) {
    let app = small(test).await;
    let (stop, stopped) = watch::channel(false);
    let rival = fixture::beside(test);
    let work = [&app, &rival].map(|app| {
        let matcher = tokio::spawn(matcher::run(app.clone(), stopped.clone()));
        let follower = tokio::spawn(app::tree::follow(app.clone(), stopped.clone()));
        [matcher, follower]
    });
    for app in [&app, &rival] {
        while app.trees.seq().is_none_or(|seq| seq < 11) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let legs = app.trees.with(|tree| tree.legs(1)).expect("loaded").expect("a place");
        assert_eq!((legs.left, legs.right), (2, 1));
        let health = app::tree::matcher_health(app).await.expect("the health");
        assert!(health.is_ready() && health.loaded && health.waiting == 0, "{health:?}");
    }
    stop.send_replace(true);
    for task in work.into_iter().flatten() {
        task.await.expect("no panic");
    }
    assert_eq!(stored_pairs(&app).await, simulated(SMALL));
}

async fn a_replay_finds_what_was_tampered_with(test: &TestDb) {
    let app = small(test).await;
    settle(&mut TreeMatcher::load(&app).await.expect("the trees")).await;
    assert_eq!(differences(&app).await, Vec::<String>::new());
    for trigger in ["pairs_frozen_update", "nodes_frozen_update", "tree_events_frozen_update"] {
        test.sql(&format!("DROP TRIGGER {trigger}")).expect("the guard is lifted");
    }
    let cases = [
        ("UPDATE pairs SET earning_amount = 60000, net_amount = 60000 WHERE id = 1", "pair 1 is "),
        ("UPDATE nodes SET formed = formed + 1 WHERE user_id = 2", "the place of member 2 "),
        ("UPDATE tree_events SET effective_at = '2026-11-23 00:00:00' WHERE seq = 5", "the event at 5 "),
    ];
    for (number, (tampering, expected)) in cases.into_iter().enumerate() {
        test.sql(tampering).expect("it is tampered with");
        let found = differences(&app).await;
        assert_eq!(found.len(), number + 1, "{found:?}");
        assert!(found.iter().any(|difference| difference.starts_with(expected)), "{found:?}");
    }
}
