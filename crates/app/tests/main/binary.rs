//! What members and admins see of trees, pairs and earnings.

use app::{
    App, Call, Error, Page,
    binary::{self, CheckedPairs},
    tree::{TreeMatcher, refresh},
};
use binary_tree::Side;
use infra::testing::TestDb;
use wallet_rules::{earning::PairStatus, people::Role};

use crate::{
    fixture,
    tree::{append, insert_users, join, platform_at, qualify, settle},
};

infra::on_both!(
    a_tree_is_shown_as_deep_as_it_is_asked_for,
    places_are_the_members_own,
    pairs_are_news_once,
    why_no_pair_formed,
    a_pair_is_explained,
);

const FIRST: Page = Page { number: 1, size: 20 };

fn member(id: i64) -> Call {
    fixture::call(id, Role::User)
}

/// 1 above 2 and 3, 2 above 4 and 5; these have qualified: `qualified`.
async fn tree(test: &TestDb, qualified: &[i64]) -> App {
    let app = platform_at(test, "2026-11-22T10:00:00", |_| {}).await;
    insert_users(test, 1..=6);
    test.sql("UPDATE users SET email = NULL, username = '9012345601' WHERE id = 3").expect("a mobile");
    let now = app.clock.now();
    let joins = [
        join(1, None, None),
        join(2, 1, Side::Left),
        join(3, 1, Side::Right),
        join(4, 2, Side::Left),
        join(5, 2, Side::Right),
    ];
    let events = joins.into_iter().chain(qualified.iter().map(|&member| qualify(member)));
    append(&app, events.map(|event| (event, now)).collect()).await;
    follow(&app).await;
    app
}

async fn follow(app: &App) {
    let mut matcher = TreeMatcher::load(app).await.expect("the trees");
    settle(&mut matcher).await;
    matcher.leave().await.expect("the seat is left");
    refresh(app).await.expect("the trees");
}

async fn a_tree_is_shown_as_deep_as_it_is_asked_for(test: &TestDb) {
    let app = tree(test, &[4, 3]).await;
    let mine = binary::view_my_tree(&app, &member(1), None).await.expect("my tree");
    assert_eq!((mine.node.id, mine.node.level, mine.node.position, mine.children.len()), (1, 0, Some(0), 0));
    assert_eq!((mine.node.left_count, mine.node.right_count), (1, 1));
    let mine = binary::view_my_tree(&app, &member(1), Some(2)).await.expect("my tree");
    let below: Vec<i64> = mine.children.iter().map(|child| child.node.id).collect();
    assert_eq!(below, [2, 3]);
    let left = &mine.children[0];
    assert_eq!(left.children.iter().map(|child| child.node.id).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(
        (left.node.side.as_deref(), left.node.parent, left.node.left_count),
        (Some("left"), Some(1), 1)
    );
    assert_eq!(left.node.user_email, "m***@example.in");
    assert_eq!(left.node.parent_username, "m***@example.in");
    assert_eq!(mine.node.user_email, "member1@example.in");
    let json = serde_json::to_value(&mine).expect("JSON");
    assert_eq!(json["children"][1]["user_email"], "");
    let wrong = binary::view_my_tree(&app, &member(1), Some(7)).await;
    assert_eq!(fixture::code_of(wrong), "depth");
    let nowhere = binary::view_my_tree(&app, &member(6), None).await;
    assert!(matches!(nowhere, Err(Error::NotFoundBecause(_))), "{nowhere:?}");
    // another process that has not loaded the trees yet
    let loading = binary::view_my_tree(&fixture::beside(test), &member(1), None).await;
    assert!(matches!(loading, Err(Error::Unavailable(_))), "{loading:?}");
    // a joining that nobody takes up is waited for, but not for ever
    append(&app, vec![(join(6, 1, None), app.clock.now())]).await;
    let waited = binary::view_my_tree(&app, &member(6), None).await;
    assert!(matches!(waited, Err(Error::NotFoundBecause(_))), "{waited:?}");
    let newcomer = member(6);
    let (waited, ()) = tokio::join!(binary::view_my_tree(&app, &newcomer, None), follow(&app));
    assert_eq!(waited.expect("my place").node.parent, Some(3));
}

async fn places_are_the_members_own(test: &TestDb) {
    let app = tree(test, &[4, 3]).await;
    let listed = binary::list_nodes(&app, &member(2), FIRST).await.expect("the list");
    assert_eq!((listed.count, listed.results[0].id), (1, 2));
    assert!(matches!(binary::view_node(&app, &member(2), 1).await, Err(Error::NotFound)));
    assert_eq!(
        binary::view_node(&app, &member(2), 2).await.expect("my node").parent_username,
        "m***@example.in"
    );
    let admin = fixture::call(6, Role::Admin);
    let listed = binary::list_nodes(&app, &admin, FIRST).await.expect("the list");
    let ids: Vec<i64> = listed.results.iter().map(|node| node.id).collect();
    assert_eq!((listed.count, ids), (5, vec![5, 4, 3, 2, 1]));
    assert_eq!(listed.results[0].parent_username, "member2@example.in");
    assert_eq!(listed.results[4].left_count, 1);
    let beyond = binary::list_nodes(&app, &admin, Page { number: 2, size: 20 }).await;
    assert!(matches!(beyond, Err(Error::NotFound)));
}

async fn pairs_are_news_once(test: &TestDb) {
    let app = tree(test, &[4, 3, 5]).await;
    let CheckedPairs::Formed(pair) = binary::check_pairs(&app, &member(1)).await.expect("an answer") else {
        panic!("a pair has formed");
    };
    assert_eq!((pair.pair_number, pair.status), (Some(1), PairStatus::Matched));
    assert_eq!((pair.left_user, pair.left_user_email.as_str()), (4, "m***@example.in"));
    assert_eq!((pair.right_user, pair.right_user_email.as_str()), (3, "90******01"));
    assert_eq!(pair.user_email, "member1@example.in");
    let again = binary::check_pairs(&app, &member(1)).await.expect("an answer");
    assert!(matches!(again, CheckedPairs::Nothing(_)), "{again:?}");
    let admin = fixture::call(6, Role::Admin);
    let all = binary::list_pairs(&app, &admin, FIRST).await.expect("the list");
    assert_eq!((all.count, all.results[0].user, all.results[1].user), (2, 2, 1));
    assert_eq!(all.results[1].right_user_email, "9012345601");
    let mine = binary::list_pairs(&app, &member(1), FIRST).await.expect("the list");
    assert_eq!(mine.results, [*pair]);
    assert!(matches!(binary::view_pair(&app, &member(1), 2).await, Err(Error::NotFound)));
    let earnings = binary::list_earnings(&app, &member(1), FIRST).await.expect("the list");
    let earning = binary::view_earning(&app, &member(1), 1).await.expect("an earning");
    assert_eq!(earnings.results, std::slice::from_ref(&earning));
    assert_eq!((earning.pair_id, earning.amount.to_string().as_str(), earning.pair_number), (1, "500.00", 1));
    assert_eq!(binary::view_pair(&app, &member(1), 1).await.expect("a pair").pair_year, 2026);
}

async fn why_no_pair_formed(test: &TestDb) {
    let app = tree(test, &[4]).await;
    let mut cases =
        vec![(1, "nothing on the right; 1 wait on the left"), (4, "nobody waits"), (6, "no place")];
    for (user, expected) in cases.drain(..) {
        let CheckedPairs::Nothing(why) = binary::check_pairs(&app, &member(user)).await.expect("an answer")
        else {
            panic!("no pair has formed");
        };
        assert!(why.contains(expected), "{why}");
    }
    // at the limit, with more that waits
    test.sql("DROP TRIGGER nodes_frozen_update").expect("the guard is lifted");
    append(&app, vec![(qualify(3), app.clock.now())]).await;
    follow(&app).await;
    assert!(matches!(binary::check_pairs(&app, &member(1)).await, Ok(CheckedPairs::Formed(_))));
    test.sql("UPDATE nodes SET formed = 0, formed_in_month = 10 WHERE user_id = 1").expect("a full month");
    let CheckedPairs::Nothing(why) = binary::check_pairs(&app, &member(1)).await.expect("an answer") else {
        panic!("no pair has formed");
    };
    assert!(why.contains("limit of 10 pairs is reached until 2026-12-01"), "{why}");
}

async fn a_pair_is_explained(test: &TestDb) {
    let app = tree(test, &[4, 3]).await;
    let why = binary::explain_pair(&app, &member(1), 1).await.expect("a reason");
    let text = why.sentences.join("\n");
    assert!(text.contains("m***@example.in of the left leg with 90******01 of the right leg"), "{text}");
    assert!(text.contains("2026-11-22T10:00:00.000000+05:30, when 90******01 qualified"), "{text}");
    assert!(text.contains("one of the first 5 pairs"), "{text}");
    assert_eq!(why.facts["net"], "500.00");
    assert!(matches!(binary::explain_pair(&app, &member(2), 1).await, Err(Error::NotFound)));
}
