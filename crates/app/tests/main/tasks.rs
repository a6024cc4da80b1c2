//! What follows from a commit: each effect once, failures visible.

use infra::{on_both, testing::TestDb};
use wallet_rules::booking::{BookingStatus, PaymentMethod};

use crate::fixture::{balances, book, member, pay, platform, platform_with, run_tasks, rupees};

on_both!(
    a_pair_is_posted_once_from_its_stored_split,
    an_emi_part_pays_the_oldest_open_bookings_first,
    a_reserve_that_waits_pays_the_next_booking,
    the_reserve_share_of_a_pair_stays_the_members,
    a_task_without_a_cause_moves_nothing,
    a_failing_task_is_counted_listed_given_up_and_revived,
    a_task_runs_once_when_16_run_it_at_once,
    a_wallet_that_differs_from_its_entries_fails_its_recheck,
);

/// A matched pair of `owner`, as the matcher stores it, and its task.
fn matched_pair(test: &TestDb, owner: i64, number: i64, (gross, emi, reserve): (i64, i64, i64)) -> i64 {
    let (left, right) = (number * 2 + 100, number * 2 + 101);
    for id in [left, right] {
        test.sql(&format!(
            "INSERT INTO users (id, username, first_name, last_name, address_line1, address_line2, city, state,
               pincode, country, role, is_superuser, is_distributor, is_active, is_active_buyer, referral_code,
               date_joined, updated_at)
             VALUES ({id}, 'u{id}', '', '', '', '', '', '', '', 'India', 'user', 0, 0, 1, 0, 'R{id}',
               '2026-11-01 00:00:00', '2026-11-01 00:00:00')"
        ))
        .unwrap();
    }
    let net = gross - emi - reserve;
    test.sql(&format!(
        "INSERT INTO pairs (id, user_id, left_user_id, right_user_id, pair_number, status, pair_amount,
           earning_amount, emi_deducted, reserve_deducted, net_amount, active_buyer, plan_version, seq, pair_month,
           pair_year, matched_at, created_at)
         VALUES ({number}, {owner}, {left}, {right}, {number}, 'matched', 100000, {gross}, {emi}, {reserve}, {net},
           0, 1, {number}, 11, 2026, '2026-11-20 00:00:00', '2026-11-20 00:00:00');
         INSERT INTO outbox (kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by, created_at)
         VALUES ('pair_matched', 'pair_matched:{number}', {number}, '', 0, '2026-11-20 00:00:00', '', 'test',
           '2026-11-20 00:00:00')"
    ))
    .unwrap();
    test.number(&format!("SELECT id AS value FROM outbox WHERE task_key = 'pair_matched:{number}'"))
}

async fn a_pair_is_posted_once_from_its_stored_split(test: &TestDb) {
    let app = platform(test).await;
    let owner = member(test, &app, None);
    let task = matched_pair(test, owner.actor.id, 6, (50_000, 10_000, 0));
    assert_eq!(app::tasks::run(&app, task).await.unwrap(), app::tasks::Ran::Done);
    assert_eq!(app::tasks::run(&app, task).await.unwrap(), app::tasks::Ran::NotDue);
    // a task of the same pair that comes again finds the pair processed
    test.sql("UPDATE outbox SET done_at = NULL, next_at = '2026-11-20 00:00:00'").unwrap();
    app::tasks::run(&app, task).await.unwrap();
    let held = balances(&app, &owner).await;
    assert_eq!((held.wallet, held.emi_reserve), (rupees("400.00"), rupees("100.00")));
    assert_eq!(test.number("SELECT total_earned AS value FROM wallets"), 50_000);
    let rows = "SELECT COUNT(*) AS value FROM ledger_entries WHERE statement_type";
    assert_eq!(test.number(&format!("{rows} = 'BINARY_PAIR'")), 1);
    assert_eq!(test.number(&format!("{rows} = 'EMI_DEDUCTION'")), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM pairs WHERE status = 'processed'"), 1);
}

async fn an_emi_part_pays_the_oldest_open_bookings_first(test: &TestDb) {
    let app = platform(test).await;
    let owner = member(test, &app, None);
    let (first, second) = (book(&app, &owner, "560.00").await, book(&app, &owner, "530.00").await);
    pay(&app, &owner, first.id, "500.00", PaymentMethod::Online).await.unwrap();
    pay(&app, &owner, second.id, "500.00", PaymentMethod::Online).await.unwrap();
    let task = matched_pair(test, owner.actor.id, 7, (50_000, 10_000, 0));
    app::tasks::run(&app, task).await.unwrap();
    // 60.00 remained on the first, 30.00 on the second, and 10.00 waits
    let of = |id: i64| app::booking::view_booking(&app, &owner, id);
    let (first, second) = (of(first.id).await.unwrap(), of(second.id).await.unwrap());
    assert_eq!((first.status, first.total_paid), (BookingStatus::Completed, rupees("560.00")));
    assert_eq!((second.status, second.total_paid), (BookingStatus::Completed, rupees("530.00")));
    let held = balances(&app, &owner).await;
    assert_eq!((held.wallet, held.emi_reserve), (rupees("400.00"), rupees("10.00")));
    let deducted =
        "SELECT COUNT(*) AS value FROM payments WHERE payment_method = 'emi_deduction' AND pair_id = 7";
    assert_eq!(test.number(deducted), 2);
}

async fn a_reserve_that_waits_pays_the_next_booking(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = member(test, &app, None);
    let owner = member(test, &app, Some(sponsor.actor.id));
    let task = matched_pair(test, owner.actor.id, 8, (50_000, 10_000, 0));
    app::tasks::run(&app, task).await.unwrap();
    let small = book(&app, &owner, "500.00").await;
    run_tasks(&app).await;
    let seen = app::booking::view_booking(&app, &owner, small.id).await.unwrap();
    assert_eq!((seen.total_paid, seen.status), (rupees("100.00"), BookingStatus::PreBooked));
    assert_eq!(balances(&app, &owner).await.emi_reserve, rupees("0.00"));
    // the rest confirms it and earns the sponsor 5 % of that payment alone
    pay(&app, &owner, small.id, "400.00", PaymentMethod::Wallet).await.unwrap();
    run_tasks(&app).await;
    assert_eq!(balances(&app, &sponsor).await.wallet, rupees("20.00"));
}

async fn the_reserve_share_of_a_pair_stays_the_members(test: &TestDb) {
    let app = platform_with(test, |plan| plan.reserve_deduction_percentage = "10".parse().unwrap()).await;
    let owner = member(test, &app, None);
    let task = matched_pair(test, owner.actor.id, 1, (50_000, 0, 5_000));
    app::tasks::run(&app, task).await.unwrap();
    let held = balances(&app, &owner).await;
    assert_eq!((held.wallet, held.reserve), (rupees("450.00"), rupees("50.00")));
}

async fn a_task_without_a_cause_moves_nothing(test: &TestDb) {
    let app = platform(test).await;
    let member = member(test, &app, None);
    for kind in ["payment_completed", "pair_matched", "emi_autofill", "wallet_update"] {
        for subject in [member.actor.id, 999, -1] {
            test.sql(&format!(
                "INSERT INTO outbox (kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by,
                   created_at)
                 VALUES ('{kind}', '{kind}:{subject}:forged', {subject}, '', 0, '2026-11-20 00:00:00', '', 'somebody',
                   '2026-11-20 00:00:00')"
            ))
            .unwrap();
        }
    }
    run_tasks(&app).await;
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM ledger_transactions"), 0);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM outbox WHERE done_at IS NULL"), 0);
}

async fn a_failing_task_is_counted_listed_given_up_and_revived(test: &TestDb) {
    let app = platform(test).await;
    test.sql(
        "INSERT INTO outbox (id, kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by, created_at)
         VALUES (7, 'no_such_task', 'x', 1, '', 0, '2026-11-20 00:00:00', '', 'test', '2026-11-20 00:00:00')",
    )
    .unwrap();
    for tried in 1..=i64::from(infra::outbox::MAX_ATTEMPTS) {
        assert!(app::tasks::run(&app, 7).await.is_err());
        assert_eq!(test.number("SELECT attempts AS value FROM outbox"), tried);
        // not due again before its back-off is over
        assert_eq!(app::tasks::run(&app, 7).await.unwrap(), app::tasks::Ran::NotDue);
        app.clock.advance(chrono::TimeDelta::hours(1));
    }
    let listed = app::tasks::list(&app).await.unwrap();
    assert!(listed[0].gave_up_at.is_some());
    assert!(listed[0].last_error.contains("no_such_task"));
    assert!(app::tasks::retry(&app, 7).await.is_err());
    assert_eq!(test.number("SELECT attempts AS value FROM outbox WHERE gave_up_at IS NULL"), 1);
}

async fn a_task_runs_once_when_16_run_it_at_once(test: &TestDb) {
    let app = platform(test).await;
    let owner = member(test, &app, None);
    let task = matched_pair(test, owner.actor.id, 9, (50_000, 0, 0));
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let app = app.clone();
        tries.spawn(async move { app::tasks::run(&app, task).await.unwrap() });
    }
    let done = tries.join_all().await.into_iter().filter(|ran| *ran == app::tasks::Ran::Done).count();
    assert_eq!(done, 1);
    assert_eq!(balances(&app, &owner).await.wallet, rupees("500.00"));
}

async fn a_wallet_that_differs_from_its_entries_fails_its_recheck(test: &TestDb) {
    let app = platform(test).await;
    let owner = member(test, &app, None);
    test.sql("UPDATE accounts SET balance = 1, last_entry_no = 1 WHERE kind = 'wallet'").unwrap();
    test.sql(&format!(
        "INSERT INTO outbox (id, kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by, created_at)
         VALUES (7, 'wallet_update', 'x', {}, '', 0, '2026-11-20 00:00:00', '', 'test', '2026-11-20 00:00:00')",
        owner.actor.id
    ))
    .unwrap();
    let error = app::tasks::run(&app, 7).await.unwrap_err().to_string();
    assert!(error.contains("0.01") && error.contains("0.00"), "{error}");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM outbox WHERE done_at IS NULL"), 1);
}
