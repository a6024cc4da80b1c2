//! The key that seals is changed, beside a platform that goes on.

use app::{App, Page, sealing::reseal_columns, users};
use infra::{on_both, secrets::Keys, testing::TestDb};
use wallet_rules::people::Role;

use crate::fixture::{admin, approve_kyc, assert_proven, beside_with, call, earn, keys, member, platform};

on_both!(
    every_text_moves_to_the_new_key_but_what_the_books_have_frozen,
    what_is_left_is_done_by_the_next_run
);

/// What a platform has that seals with `first`.
fn sealing(first: &str, others: &[&str]) -> Keys {
    let others: Vec<_> = others.iter().map(|other| (*other).into()).collect();
    keys().sealing_with(Some(&first.into()), &others).expect("they derive")
}

/// How many rows of each column were sealed anew, and how many others are left.
async fn reseal(app: &App) -> Vec<(String, usize, i64)> {
    let all = reseal_columns(app).await.expect("sealed anew");
    let told =
        all.into_iter().map(|one| (format!("{}.{}", one.column.table, one.column.name), one.rows, one.left));
    told.filter(|one| (one.1, one.2) != (0, 0)).collect()
}

fn numbers(of: &[(&str, usize, i64)]) -> Vec<(String, usize, i64)> {
    of.iter().map(|one| (one.0.to_owned(), one.1, one.2)).collect()
}

/// What a member reads of their own numbers.
async fn reads(app: &App, one: &app::Call) -> app::Result<(String, String)> {
    let kyc = users::list_kycs(app, one, Page { number: 1, size: 1 }).await?.results.remove(0);
    Ok((kyc.pan_number, kyc.account_number))
}

async fn every_text_moves_to_the_new_key_but_what_the_books_have_frozen(test: &TestDb) {
    let first = platform(test).await;
    let (one, root) = (member(test, &first, None), admin(test, &first));
    approve_kyc(test, &first, &one, &root);
    earn(test, &first, &one, "500.00").await;
    app::auth::enroll_totp(&first, &root).await.expect("a second factor");
    let before = crate::payout::request(&first, &one, "100.00").await.expect("a payout").id;
    let seen = reads(&first, &one).await.expect("their own");
    let paid_to = async |app: &App, id: i64| {
        app::payout::view_payout(app, &one, id).await.map(|payout| payout.account_number)
    };

    // known everywhere before anybody seals with it
    let prepared = keys().sealing_with(None, &["key a".into()]).expect("they derive");
    let prepared = beside_with(test, prepared);
    let a = beside_with(test, sealing("key a", &[]));
    assert_eq!(reseal(&prepared).await, [], "it seals as the first does");
    let expected = [
        ("kycs.pan_sealed", 1, 0),
        ("kycs.account_sealed", 1, 0),
        ("second_factors.secret_sealed", 1, 0),
        ("payouts.pan_sealed", 0, 1),
        ("payouts.account_sealed", 0, 1),
    ];
    assert_eq!(reseal(&a).await, numbers(&expected));
    let after = crate::payout::request(&a, &one, "100.00").await.expect("a payout").id;
    for app in [&prepared, &a] {
        assert_eq!(reads(app, &one).await.expect("their own"), seen);
        assert_eq!(paid_to(app, before).await.expect("it opens"), seen.1);
        assert_eq!(paid_to(app, after).await.expect("it opens"), seen.1);
    }
    paid_to(&first, after).await.expect_err("a key that it does not know");

    // from one to the next, the one before still being there
    app::payout::process_payout(&a, &root, after).await.expect("processed");
    let b = beside_with(test, sealing("key b", &["key a"]));
    let expected = [
        ("kycs.pan_sealed", 1, 0),
        ("kycs.account_sealed", 1, 0),
        ("second_factors.secret_sealed", 1, 0),
        ("payouts.pan_sealed", 0, 2),
        ("payouts.account_sealed", 0, 2),
        ("tds_register.pan_sealed", 0, 1),
    ];
    assert_eq!(reseal(&b).await, numbers(&expected));
    let alone = beside_with(test, sealing("key b", &[]));
    assert_eq!(reads(&alone, &one).await.expect("their own"), seen);
    paid_to(&alone, after).await.expect_err("it needs the key of its day");
    assert_eq!(paid_to(&b, after).await.expect("it opens"), seen.1);
    assert_proven(&b).await;
}

async fn what_is_left_is_done_by_the_next_run(test: &TestDb) {
    let first = platform(test).await;
    let root = admin(test, &first);
    let members = [(); 3].map(|()| member(test, &first, None));
    for one in &members {
        approve_kyc(test, &first, one, &root);
    }
    // a run that can't go on at the second
    let id = members[1].actor.id;
    let kept =
        test.texts(&format!("SELECT account_sealed AS value FROM kycs WHERE user_id = {id}")).remove(0);
    let put =
        |text: &str| test.sql(&format!("UPDATE kycs SET account_sealed = '{text}' WHERE user_id = {id}"));
    put("ffffffff.00").expect("a text of a lost key");
    let a = beside_with(test, sealing("key a", &[]));
    reseal_columns(&a).await.expect_err("its key is not there");
    put(&kept).expect("as it was");
    assert_eq!(reseal(&a).await, numbers(&[("kycs.account_sealed", 3, 0)]), "the column before was done");
    assert_eq!(reseal(&a).await, []);
    let seen = reads(&a, &call(id, Role::User)).await.expect("their own");
    assert!(seen.0.ends_with("234F"), "{seen:?}");
}
