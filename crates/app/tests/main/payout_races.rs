//! Many at once ask for, process and end payouts: one of them does.

use app::payout;
use infra::{on_both, testing::TestDb};

use crate::{
    fixture::{ACCOUNT, admin, assert_proven, balances, beside, code_of, keyed, platform, rupees},
    payout::{asking, payee, request},
};

on_both!(
    one_of_32_gets_the_whole_wallet,
    two_admins_process_one_payout_once,
    completing_and_failing_at_once_takes_one,
    a_key_sent_16_times_makes_one_payout,
);

async fn one_of_32_gets_the_whole_wallet(test: &TestDb) {
    let app = platform(test).await;
    let (payee, _) = payee(test, &app, "700.00").await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..32 {
        // half of them through another process
        let app = if n % 2 == 0 { app.clone() } else { beside(test) };
        let payee = payee.clone();
        tries.spawn(async move { request(&app, &payee, "700.00").await });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code_of(refused), "insufficient_balance");
    }
    let held = balances(&app, &payee).await;
    assert_eq!((held.wallet, held.on_hold), (rupees("0.00"), rupees("700.00")));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payouts"), 1);
    assert_proven(&app).await;
}

async fn two_admins_process_one_payout_once(test: &TestDb) {
    let app = platform(test).await;
    let (payee, first) = payee(test, &app, "1000.00").await;
    let second = admin(test, &app);
    let made = request(&app, &payee, "1000.00").await.unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..12 {
        let (app, admin) = (app.clone(), if n % 2 == 0 { first.clone() } else { second.clone() });
        tries.spawn(async move { payout::process_payout(&app, &admin, made.id).await });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code_of(refused), "invalid_state");
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tds_register"), 1);
    assert_eq!(balances(&app, &payee).await.on_hold, rupees("950.00"));
    assert_proven(&app).await;
}

async fn completing_and_failing_at_once_takes_one(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "1000.00").await;
    let made = request(&app, &payee, "1000.00").await.unwrap();
    payout::process_payout(&app, &admin, made.id).await.unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..12 {
        let (app, admin) = (app.clone(), admin.clone());
        tries.spawn(async move {
            if n % 2 == 0 {
                payout::complete_payout(&app, &admin, made.id, "UTR1".to_owned()).await
            } else {
                payout::fail_payout(&app, &admin, made.id, "account closed".to_owned()).await
            }
        });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code_of(refused), "invalid_state");
    }
    let completed = test.number("SELECT COUNT(*) AS value FROM payouts WHERE status = 'completed'");
    let withdrawn = test.number("SELECT total_withdrawn AS value FROM wallets WHERE user_id = 1");
    assert_eq!(withdrawn, completed * 100_000);
    assert_eq!(balances(&app, &payee).await.wallet.get(), (1 - completed) * 100_000);
    assert_proven(&app).await;
}

async fn a_key_sent_16_times_makes_one_payout(test: &TestDb) {
    let app = platform(test).await;
    let (payee, _) = payee(test, &app, "1000.00").await;
    let keyed = keyed(&payee, "/api/payout/", "once", "body");
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (app, keyed) = (app.clone(), keyed.clone());
        tries.spawn(async move { payout::request_payout(&app, &keyed, asking("10.00")).await });
    }
    let outcomes: Vec<_> = tries.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|done| !done.replayed).count(), 1);
    for done in &outcomes {
        assert_eq!(done.value, outcomes[0].value);
        assert_eq!(done.value.account_number, ACCOUNT);
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payouts"), 1);
    let clear = format!("SELECT COUNT(*) AS value FROM idempotency_keys WHERE reply LIKE '%{ACCOUNT}%'");
    assert_eq!(test.number(&clear), 0, "no account number is kept in clear text");
}
