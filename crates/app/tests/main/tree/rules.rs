//! The worked example of the rules, and a month's beginning that takes more than one step.

use app::tree::{Step, TreeMatcher, refresh};
use binary_tree::Side;
use infra::{testing::TestDb, tree_events::TreeEvent};
use wallet_rules::plan::{Plan, PlanVersion};

use super::{append, differences, insert_users, ist, join, platform_at, qualify, settle, stored_pairs};

infra::on_both!(twelve_left_and_fifteen_right, a_month_begins_in_slices);

async fn twelve_left_and_fifteen_right(test: &TestDb) {
    let app = platform_at(test, "2027-01-05T10:00:00", |_| {}).await;
    let (left, right) = (2..=13, 14..=28);
    insert_users(test, 1..=28);
    let now = app.clock.now();
    let mut events =
        vec![(join(1, None, None), now), (join(2, 1, Side::Left), now), (join(14, 1, Side::Right), now)];
    events.extend(left.clone().skip(1).map(|member| (join(member, 2, None), now)));
    events.extend(right.clone().skip(1).map(|member| (join(member, 14, None), now)));
    events.extend(left.chain(right).map(|member| (qualify(member), now)));
    append(&app, events).await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    let formed = || test.number("SELECT COUNT(*) AS value FROM pairs WHERE user_id = 1");
    assert_eq!(formed(), 10);
    app.clock.set(ist("2027-01-31T23:59:59.999999"));
    assert_eq!(settle(&mut matcher).await, 0);
    app.clock.set(ist("2027-02-01T00:00:00"));
    settle(&mut matcher).await;
    assert_eq!(formed(), 12);
    let last = test.texts(
        "SELECT CONCAT(pair_number, ' ', left_user_id, ' ', right_user_id, ' ', emi_deducted, ' ', net_amount, ' ',
           pair_year, ' ', pair_month, ' ', status) AS value FROM pairs WHERE user_id = 1 AND pair_number > 10
         ORDER BY id",
    );
    assert_eq!(last, ["11 12 24 10000 40000 2027 2 matched", "12 13 25 10000 40000 2027 2 matched"]);
    let stored = stored_pairs(&app).await;
    let february =
        stored.lines().filter(|pair| pair.contains(r#""at": "2027-02-01T00:00:00+05:30""#)).count();
    assert_eq!(february, 2, "{stored}");
    refresh(&app).await.expect("the trees");
    let legs = app.trees.with(|tree| tree.legs(1)).expect("loaded").expect("a place");
    assert_eq!((legs.left, legs.right - 12), (12, 3));
    let announced = test.number("SELECT COUNT(*) AS value FROM outbox WHERE kind = 'pair_matched'");
    assert_eq!(announced, test.number("SELECT COUNT(*) AS value FROM pairs"));
    assert_eq!(differences(&app).await, Vec::<String>::new());
}

async fn a_month_begins_in_slices(test: &TestDb) {
    let app = platform_at(test, "2027-01-05T10:00:00", |plan| plan.max_binary_pairs_per_month = 1).await;
    let (now, february) = (app.clock.now(), ist("2027-02-01T00:00:00"));
    let mut plan = Plan::default_plan();
    plan.max_binary_pairs_per_month = 1_000;
    let version = PlanVersion { version: 2, effective_from: february, plan };
    let stored = app.db.write(move |tx| Ok::<_, app::Error>(infra::plans::insert(tx, &version, now)?));
    stored.await.expect("a version");
    insert_users(test, 1..=255);
    // a full tree of eight levels: 769 pairs in all, of which January has room for one of each owner's
    let mut events = vec![(TreeEvent::Plan { version: 2 }, february), (join(1, None, None), now)];
    events.extend((2..=255).map(|member| (join(member, 1, None), now)));
    events.extend((1..=255).map(|member| (qualify(member), now)));
    append(&app, events).await;
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    let pairs = || test.number("SELECT COUNT(*) AS value FROM pairs");
    assert_eq!(pairs(), 127);
    app.clock.set(february);
    assert!(matches!(matcher.step().await.expect("a step"), Step::Advanced { .. }));
    let cursor = matcher.cursor().expect("the seat");
    assert!(cursor.part > 0, "{cursor:?}");
    assert!((1..769).contains(&pairs()), "{} pairs", pairs());
    assert_eq!(differences(&app).await, Vec::<String>::new());
    // another process goes on where this one stopped
    matcher.leave().await.expect("the seat is left");
    append(&app, vec![(qualify(1), february)]).await;
    let mut next = TreeMatcher::load(&app).await.expect("the trees");
    assert_eq!(next.cursor(), Some(cursor));
    settle(&mut next).await;
    assert_eq!(pairs(), 769);
    assert_eq!(test.number("SELECT COUNT(DISTINCT matched_at) AS value FROM pairs WHERE pair_month = 2"), 1);
    assert_eq!(differences(&app).await, Vec::<String>::new());
}
