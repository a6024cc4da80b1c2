//! What comes before what in the log.

use app::tree::{TreeMatcher, refused_events};
use binary_tree::Side;
use chrono::TimeDelta;
use infra::{testing::TestDb, tree_events::TreeEvent};
use wallet_rules::plan::{Plan, PlanVersion};

use super::{append, differences, insert_users, ist, join, log, platform_at, qualify, settle};

infra::on_both!(
    an_event_waits_for_what_it_builds_on,
    the_future_waits,
    what_the_engine_refuses_is_listed,
    a_plan_comes_before_its_month,
    months_begin_by_themselves,
    an_instant_is_never_earlier_than_the_last,
);

async fn an_event_waits_for_what_it_builds_on(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=3);
    let now = app.clock.now();
    // by their keys everything is the wrong way round
    append(
        &app,
        vec![
            (qualify(3), now),
            (TreeEvent::ActiveBuyer { member: 2, active: true }, now),
            (join(3, 2, Side::Right), now),
            (join(2, 1, None), now),
            (join(1, None, None), now),
        ],
    )
    .await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    let month = ist("2026-11-01T00:00:00").month().index();
    assert_eq!(
        log(test),
        [
            "plan 1 ok".to_owned(),
            format!("month {month} ok"),
            "join 1 ok".to_owned(),
            "join 2 ok".to_owned(),
            "active_buyer 2 ok".to_owned(),
            "join 3 ok".to_owned(),
            "qualify 3 ok".to_owned()
        ]
    );
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM nodes WHERE active_buyer = 1 AND user_id = 2"), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM nodes WHERE qualified_seq = 7 AND user_id = 3"), 1);
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn the_future_waits(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=2);
    let now = app.clock.now();
    append(
        &app,
        vec![
            (join(1, None, None), now),
            (qualify(1), now.plus(TimeDelta::seconds(301))),
            // keeps its order after the member's event that waits
            (TreeEvent::ActiveBuyer { member: 1, active: true }, now),
            (join(2, 1, None), now.plus(TimeDelta::seconds(300))),
        ],
    )
    .await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    assert_eq!(log(test).split_off(2), ["join 1 ok", "join 2 ok"]);
    app.clock.advance(TimeDelta::seconds(1));
    settle(&mut matcher).await;
    assert_eq!(log(test).split_off(4), ["qualify 1 ok", "active_buyer 1 ok"]);
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn what_the_engine_refuses_is_listed(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=3);
    let now = app.clock.now();
    let month = now.month().index();
    append(
        &app,
        vec![
            (join(1, None, None), now),
            (join(1, None, None), now),
            (qualify(2), now),
            (join(3, 3, None), now),
            (TreeEvent::Month { month }, now),
        ],
    )
    .await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    assert_eq!(
        log(test).split_off(2),
        [
            "join 1 ok".to_owned(),
            "join 1 already_placed".to_owned(),
            "qualify 2 unknown_member".to_owned(),
            "join 3 own_sponsor".to_owned(),
            format!("month {month} the_matcher_begins_months"),
        ]
    );
    let page = app::Page { number: 1, size: 20 };
    let listed = refused_events(&app, page).await.expect("the list");
    assert_eq!((listed.count, listed.results[0].refused.as_deref()), (4, Some("the_matcher_begins_months")));
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn a_plan_comes_before_its_month(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |plan| plan.max_binary_pairs_per_month = 1).await;
    insert_users(test, 1..=5);
    let (now, december) = (app.clock.now(), ist("2026-12-01T00:00:00"));
    let mut plan = Plan::default_plan();
    plan.binary_pair_earning = "600.00".parse().expect("an amount");
    let version = PlanVersion { version: 2, effective_from: december, plan };
    app.db
        .write(move |tx| Ok::<_, app::Error>(infra::plans::insert(tx, &version, now)?))
        .await
        .expect("a version");
    // known long before, and so with an earlier key than what happens in November
    append(&app, vec![(TreeEvent::Plan { version: 2 }, december)]).await;
    append(
        &app,
        vec![
            (join(1, None, None), now),
            (join(2, 1, Side::Left), now),
            (join(3, 1, Side::Right), now),
            (join(4, 2, Side::Left), now),
            (join(5, 3, Side::Left), now),
            (qualify(2), now),
            (qualify(3), now),
            (qualify(4), now),
            (qualify(5), ist("2026-12-01T00:00:00")),
        ],
    )
    .await;
    // the matcher was away for the turn of the month
    app.clock.set(ist("2026-12-02T09:00:00"));
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    let (first, second) = (now.month().index(), december.month().index());
    assert_eq!(log(test)[..2], ["plan 1 ok".to_owned(), format!("month {first} ok")]);
    let end = ["plan 2 ok".to_owned(), format!("month {second} ok"), "qualify 5 ok".to_owned()];
    assert_eq!(log(test)[10..], end);
    let earned = test.texts(
        "SELECT CONCAT(earning_amount, ' ', plan_version, ' ', pair_month) AS value FROM pairs ORDER BY id",
    );
    assert_eq!(earned, ["50000 1 11", "60000 2 12"]);
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn months_begin_by_themselves(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, [1]);
    append(&app, vec![(join(1, None, None), app.clock.now())]).await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    app.clock.set(ist("2026-11-30T23:59:59.999999"));
    assert_eq!(settle(&mut matcher).await, 0);
    app.clock.set(ist("2027-02-01T00:00:00"));
    settle(&mut matcher).await;
    let begun =
        test.texts("SELECT CONCAT(month, '') AS value FROM tree_events WHERE kind = 'month' ORDER BY seq");
    let november = ist("2026-11-01T00:00:00").month().index();
    assert_eq!(begun, (0..4).map(|later| (november + later).to_string()).collect::<Vec<_>>());
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn an_instant_is_never_earlier_than_the_last(test: &TestDb) {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=3);
    let now = app.clock.now();
    append(&app, vec![(join(1, None, None), now), (join(2, 1, Side::Left), now), (join(3, 1, None), now)])
        .await;
    append(&app, vec![(qualify(2), now), (qualify(3), ist("2026-10-31T12:00:00"))]).await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    let pair =
        app.db.read(|reader| Ok::<_, app::Error>(infra::pairs::find(reader, 1)?)).await.expect("a read");
    let pair = pair.expect("a pair");
    assert_eq!((pair.matched_at, pair.pair_month), (now, 11));
    assert_eq!(differences(&app).await, Vec::<String>::new());
}
