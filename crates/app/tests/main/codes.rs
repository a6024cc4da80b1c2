//! One-time codes, in the database and in Redis alike.

use app::{Error, auth};
use chrono::TimeDelta;
use infra::{
    on_both_and_redis,
    testing::{TestDb, redis::says},
};

use crate::{
    fixture::{beside, code_of, platform},
    people::{answer, at_once, call_with, caller, code_for, login, messages, not, verify},
};

on_both_and_redis!(
    a_code_of_another_process_is_as_good,
    an_unknown_referral_code_uses_up_nothing,
    a_wrong_code_counts_and_the_fifth_ends_it,
    a_code_is_over_after_ten_minutes_or_with_the_next,
    codes_and_identifiers_are_nowhere_in_clear,
    one_code_used_ten_times_at_once_logs_in_once,
    one_identifier_signing_up_from_two_sides_is_one_account,
    many_codes_asked_for_at_once_leave_one,
);

/// The tries of every code that is kept, the fewest first.
pub async fn tries(test: &TestDb) -> Vec<i64> {
    let Some(redis) = &test.redis else {
        let tries = test.texts("SELECT CAST(tries AS CHAR) AS value FROM otps ORDER BY tries");
        return tries.iter().map(|tries| tries.parse().expect("a number")).collect();
    };
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM otps"), 0, "it is in Redis alone");
    let mut all = Vec::new();
    for key in says::<Vec<String>>(redis, &["KEYS", "ev:otp:*"]).await {
        all.push(says(redis, &["HGET", &key, "tries"]).await);
    }
    all.sort_unstable();
    all
}

async fn a_code_of_another_process_is_as_good(test: &TestDb) {
    let (app, other) = (platform(test).await, beside(test));
    let otp = code_for(test, &app, "asha@example.in").await;
    assert_eq!(code_of(verify(&other, "asha@example.in", not(&otp)).await), "otp_code");
    assert_eq!(tries(test).await, [1]);
    verify(&other, "asha@example.in", &otp).await.expect("a login");
    assert_eq!(code_of(verify(&app, "asha@example.in", &otp).await), "otp_code");
}

async fn an_unknown_referral_code_uses_up_nothing(test: &TestDb) {
    let app = platform(test).await;
    let admin = auth::create_superuser(&app, "admin@example.in", None).await.expect("an admin");
    let admin_code =
        format!("SELECT COUNT(*) AS value FROM users WHERE id = {} AND sponsor_id IS NULL", admin.id);
    assert_eq!(test.number(&admin_code), 1);
    let otp = code_for(test, &app, "new@example.in").await;
    for _ in 0..7 {
        let mut input = answer("new@example.in", &otp);
        input.referral_code = Some("NOBODYS1".to_owned());
        assert_eq!(code_of(auth::verify_otp(&app, "test", input).await), "referral_code");
    }
    // guessing behind an unknown referral code is counted like any guess
    let mut input = answer("new@example.in", not(&otp));
    input.referral_code = Some("NOBODYS1".to_owned());
    assert_eq!(code_of(auth::verify_otp(&app, "test", input).await), "otp_code");
    assert_eq!(tries(test).await, [1]);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM users"), 1);
    verify(&app, "new@example.in", &otp).await.expect("the code is still good");
    // below an account without a place nobody could ever be placed
    let otp = code_for(test, &app, "under@example.in").await;
    let mut input = answer("under@example.in", &otp);
    let admin_call = caller(test, &app, "admin@example.in").await;
    let profile = app::users::view_profile(&app, &admin_call).await.expect("a profile");
    input.referral_code = Some(profile.referral_code);
    assert_eq!(code_of(auth::verify_otp(&app, "test", input).await), "referral_code");
}

async fn a_wrong_code_counts_and_the_fifth_ends_it(test: &TestDb) {
    let app = platform(test).await;
    let otp = code_for(test, &app, "asha@example.in").await;
    for _ in 0..5 {
        assert_eq!(code_of(verify(&app, "asha@example.in", not(&otp)).await), "otp_code");
    }
    assert_eq!(tries(test).await, [5]);
    assert_eq!(code_of(verify(&app, "asha@example.in", &otp).await), "otp_code");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM users"), 0);
    // an identifier that no code was sent to gets the same answer
    assert_eq!(code_of(verify(&app, "nobody@example.in", "123456").await), "otp_code");
    assert_eq!(code_of(verify(&app, "asha@example.in", "").await), "otp_code");
    login(test, &app, "asha@example.in").await;
}

async fn a_code_is_over_after_ten_minutes_or_with_the_next(test: &TestDb) {
    let app = platform(test).await;
    let first = code_for(test, &app, "asha@example.in").await;
    app.clock.advance(TimeDelta::minutes(9));
    let second = code_for(test, &app, "asha@example.in").await;
    if first != second {
        assert_eq!(code_of(verify(&app, "asha@example.in", &first).await), "otp_code");
    }
    assert_eq!(tries(test).await.len(), 1);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(code_of(verify(&app, "asha@example.in", &second).await), "otp_code");
    let third = code_for(test, &app, "asha@example.in").await;
    app.clock.advance(TimeDelta::milliseconds(599_999));
    verify(&app, "asha@example.in", &third).await.expect("a login");
    assert_eq!(code_of(verify(&app, "asha@example.in", &third).await), "otp_code");
}

async fn codes_and_identifiers_are_nowhere_in_clear(test: &TestDb) {
    let app = platform(test).await;
    let otp = code_for(test, &app, "asha@example.in").await;
    let count = |table: &str, column: &str, text: &str| {
        test.number(&format!("SELECT COUNT(*) AS value FROM {table} WHERE {column} LIKE '%{text}%'"))
    };
    assert_eq!(count("otps", "code_hash", &otp), 0);
    assert_eq!(count("outbox", "payload", "asha"), 0);
    assert_eq!(count("outbox", "payload", "one-time"), 0);
    assert_eq!(count("outbox", "last_error", &otp), 0);
    assert_eq!(messages(test).len(), 1);
    let Some(redis) = &test.redis else { return };
    let keys: Vec<String> = says(redis, &["KEYS", "*"]).await;
    let [key] = &keys[..] else { panic!("{keys:?}") };
    let hash: String = says(redis, &["HGET", key, "hash"]).await;
    assert!(!key.contains("asha") && hash.len() == 64 && !hash.contains(&otp), "{key} {hash}");
    let left_s: i64 = says(redis, &["TTL", key]).await;
    assert!((1..=600).contains(&left_s), "{left_s}");
}

async fn one_code_used_ten_times_at_once_logs_in_once(test: &TestDb) {
    let app = platform(test).await;
    let otp = code_for(test, &app, "asha@example.in").await;
    let outcomes = at_once(10, |_| {
        let (app, otp) = (app.clone(), otp.clone());
        async move { verify(&app, "asha@example.in", &otp).await }
    })
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 9));
    for refusal in lost {
        assert_eq!(code_of(refusal), "otp_code");
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM sessions"), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM users"), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'join'"), 1);
}

async fn one_identifier_signing_up_from_two_sides_is_one_account(test: &TestDb) {
    let app = platform(test).await;
    // one asks again and again, the other answers: whatever the order, there is one account
    for round in 0..4 {
        let identifier = format!("90000002{round:02}");
        let otp = code_for(test, &app, &identifier).await;
        let outcomes = at_once(4, |n| {
            let (app, otp, identifier) = (app.clone(), otp.clone(), identifier.clone());
            async move {
                if n % 2 == 0 {
                    verify(&app, &identifier, &otp).await.map(|_| ())
                } else {
                    auth::send_otp(&app, "test", &identifier, crate::people::kind_of(&identifier))
                        .await
                        .map(|_| ())
                }
            }
        })
        .await;
        for (n, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(()) => {}
                Err(Error::Invalid(fields)) if n % 2 == 0 => assert!(fields.contains_key("otp_code")),
                Err(other) => panic!("{other}"),
            }
        }
        crate::fixture::run_tasks(&app).await;
        login(test, &app, &identifier).await;
        let accounts = format!("SELECT COUNT(*) AS value FROM users WHERE mobile = '{identifier}'");
        assert_eq!(test.number(&accounts), 1);
    }
}

async fn many_codes_asked_for_at_once_leave_one(test: &TestDb) {
    let app = platform(test).await;
    let outcomes = at_once(8, |_| {
        let app = app.clone();
        async move { auth::send_otp(&app, "test", "9000000301", crate::people::kind_of("9")).await }
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(tries(test).await.len(), 1);
    crate::fixture::run_tasks(&app).await;
    assert_eq!(messages(test).len(), 8);
}

#[test]
fn an_emptied_redis_asks_for_another_code_and_ends_no_session() {
    let test = TestDb::with_redis();
    let runtime = infra::testing::runtime();
    runtime.block_on(async {
        let app = platform(&test).await;
        let before = login(&test, &app, "asha@example.in").await;
        let otp = code_for(&test, &app, "asha@example.in").await;
        says::<()>(test.redis.as_ref().expect("a Redis"), &["FLUSHDB"]).await;
        assert_eq!(code_of(verify(&app, "asha@example.in", &otp).await), "otp_code");
        call_with(&app, &before.tokens.access).await.expect("the session goes on");
        auth::refresh(&app, &before.tokens.refresh).await.expect("and is renewed");
        login(&test, &app, "asha@example.in").await;
    });
    drop(runtime);
}

#[test]
fn a_code_in_redis_is_given_back_by_a_login_that_is_refused() {
    let test = TestDb::with_redis();
    let runtime = infra::testing::runtime();
    runtime.block_on(async {
        let app = platform(&test).await;
        login(&test, &app, "asha@example.in").await;
        let otp = code_for(&test, &app, "asha@example.in").await;
        test.sql("UPDATE users SET is_active = 0").expect("disabled");
        let refused = verify(&app, "asha@example.in", &otp).await;
        assert!(matches!(refused, Err(Error::Unauthorized(_))), "{refused:?}");
        assert_eq!(tries(&test).await, [0]);
        test.sql("UPDATE users SET is_active = 1").expect("enabled");
        verify(&app, "asha@example.in", &otp).await.expect("the code is still good");
    });
    drop(runtime);
}
