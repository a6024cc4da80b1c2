//! The proof finds nothing in what the platform did, and each fault that is planted behind its back.

use std::collections::BTreeSet;

use app::{
    App, Call,
    booking::{self, NewBooking},
    payout::{self, NewPayout},
    tree::TreeMatcher,
    verify::verify,
};
use infra::{db::Tx, house, on_both, proof::Check, testing::TestDb};
use wallet_rules::{booking::PaymentMethod, ledger::AccountKind};

use crate::{
    fixture::{admin, approve_kyc, assert_proven, book, earn, member, pay, platform, run_tasks, rupees},
    payout::asking,
    tree::settle,
    wallet::with_seven_pairs,
};

#[path = "verify/faults.rs"]
mod faults;

use faults::{FAULTS, Fault};

on_both!(
    each_planted_fault_is_found,
    what_a_task_still_owes_is_pending,
    it_is_right_beside_a_running_server,
    a_house_balance_needs_no_whole_history
);

/// Checks that the databases' own CHECKs stand before, so that their faults can't be planted.
const GUARDED: [&str; 2] = ["pair_splits", "payout_sums"];

/// Triggers that stand between a fault and the rows.
const TRIGGERS: [&str; 15] = [
    "accounts_frozen_update",
    "bookings_frozen_update",
    "house_checkpoints_no_update",
    "ledger_entries_no_update",
    "ledger_transactions_no_delete",
    "ledger_transactions_no_update",
    "pairs_frozen_update",
    "pairs_no_delete",
    "payments_frozen_update",
    "payout_parts_no_update",
    "payouts_frozen_update",
    "tds_register_no_update",
    "tree_events_frozen_update",
    "tree_events_no_delete",
    "wallets_no_delete",
];

#[test]
fn every_check_has_a_fault_that_it_finds() {
    let planted: BTreeSet<_> = FAULTS.iter().map(|Fault(.., check)| *check).collect();
    let without: Vec<_> = Check::all()
        .map(|check| check.name)
        .filter(|name| !planted.contains(name) && !GUARDED.contains(name))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

/// What the faults are planted in: everything that the platform does, once.
async fn busy(test: &TestDb, app: &App) {
    let (owner, _) = with_seven_pairs(test, app).await;
    let boss = admin(test, app);
    approve_kyc(test, app, &owner, &boss);
    let new = NewBooking {
        vehicle_model: "E-Rick 1".to_owned(),
        vehicle_variant: String::new(),
        booking_amount: rupees("500.00"),
        total_amount: rupees("10500.00"),
        emi_amount: Some(rupees("400.00")),
        emi_duration_months: None,
        emi_start_date: None,
    };
    let made = booking::create_booking(app, &owner, new).await.unwrap().value;
    run_tasks(app).await;
    pay(app, &owner, made.id, "300.00", PaymentMethod::Wallet).await.unwrap();
    let filling = NewPayout { emi_auto_filled: true, ..asking("1000.00") };
    let first = payout::request_payout(app, &owner, filling).await.unwrap().value;
    assert_eq!((first.id, first.emi_amount), (1, rupees("800.00")));
    payout::process_payout(app, &boss, 1).await.unwrap();
    payout::complete_payout(app, &boss, 1, "UTR1".to_owned()).await.unwrap();
    for amount in ["300.00", "200.00", "100.00"] {
        payout::request_payout(app, &owner, asking(amount)).await.unwrap();
    }
    payout::process_payout(app, &boss, 2).await.unwrap();
    payout::fail_payout(app, &boss, 2, "account closed".to_owned()).await.unwrap();
    payout::reject_payout(app, &boss, 3, "wrong bank".to_owned()).await.unwrap();
    app.clock.advance(chrono::TimeDelta::hours(2));
    seal(app).await;
}

async fn seal(app: &App) -> usize {
    let now = app.clock.now();
    let work = move |tx: &mut Tx| {
        let house = AccountKind::ALL.iter().filter(|kind| kind.is_house());
        house
            .map(|kind| house::seal_checkpoint(tx, *kind, now).map(usize::from))
            .sum::<infra::Result<usize>>()
    };
    app.db.write(work).await.expect("a checkpoint")
}

async fn found(app: &App) -> BTreeSet<&'static str> {
    verify(app).await.expect("the proof runs").into_iter().map(|difference| difference.check).collect()
}

async fn each_planted_fault_is_found(test: &TestDb) {
    let app = platform(test).await;
    busy(test, &app).await;
    assert_proven(&app).await;
    for trigger in TRIGGERS {
        test.sql(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    for Fault(fault, repair, check) in FAULTS {
        test.sql(fault).unwrap_or_else(|error| panic!("{fault}: {error}"));
        let differences = found(&app).await;
        assert!(differences.contains(check), "{fault}: {differences:?}");
        test.sql(repair).unwrap_or_else(|error| panic!("{repair}: {error}"));
        let rest = found(&app).await;
        assert!(rest.is_empty(), "after {repair}: {rest:?}");
    }
}

async fn what_a_task_still_owes_is_pending(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = member(test, &app, None);
    let buyer = member(test, &app, Some(sponsor.actor.id));
    let made = book(&app, &buyer, "1000.00").await;
    pay(&app, &buyer, made.id, "1000.00", PaymentMethod::Online).await.unwrap();
    assert_proven(&app).await;
    test.sql("UPDATE outbox SET next_at = NULL, gave_up_at = created_at").unwrap();
    assert_eq!(found(&app).await, BTreeSet::from(["bonuses_are_posted"]));
    test.sql("UPDATE outbox SET next_at = created_at, gave_up_at = NULL").unwrap();
    run_tasks(&app).await;
    assert_proven(&app).await;
    test.sql("DELETE FROM outbox").unwrap();
    assert_proven(&app).await;
}

async fn it_is_right_beside_a_running_server(test: &TestDb) {
    let app = platform(test).await;
    let boss = admin(test, &app);
    let mut members = Vec::new();
    for _ in 0..4 {
        let payee = member(test, &app, members.last().map(|payee: &Call| payee.actor.id));
        earn(test, &app, &payee, "1000.00").await;
        approve_kyc(test, &app, &payee, &boss);
        members.push(payee);
    }
    let mut work = tokio::task::JoinSet::new();
    for payee in members {
        let (app, boss) = (app.clone(), boss.clone());
        work.spawn(async move {
            for round in 0..6 {
                let made = book(&app, &payee, "5000.00").await;
                pay(&app, &payee, made.id, "600.00", PaymentMethod::Online).await.unwrap();
                pay(&app, &payee, made.id, "10.00", PaymentMethod::Wallet).await.unwrap();
                let asked = payout::request_payout(&app, &payee, asking("50.00")).await.unwrap().value;
                if round % 3 == 0 {
                    payout::cancel_payout(&app, &payee, asked.id).await.unwrap();
                    continue;
                }
                payout::process_payout(&app, &boss, asked.id).await.unwrap();
                if round % 3 == 1 {
                    payout::fail_payout(&app, &boss, asked.id, "closed".to_owned()).await.unwrap();
                } else {
                    payout::complete_payout(&app, &boss, asked.id, "UTR1".to_owned()).await.unwrap();
                }
            }
        });
    }
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    let mut looks = 0;
    while !work.is_empty() || looks < 3 {
        assert_proven(&app).await;
        settle(&mut matcher).await;
        run_tasks(&app).await;
        looks += 1;
        while let Some(done) = work.try_join_next() {
            done.expect("every step of it is allowed");
        }
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payouts WHERE status = 'completed'"), 8);
    assert_proven(&app).await;
}

async fn a_house_balance_needs_no_whole_history(test: &TestDb) {
    let app = platform(test).await;
    let owner = member(test, &app, None);
    let balance = async || {
        let balance = |reader: &mut infra::db::Reader| house::balance(reader, AccountKind::Commission);
        app.db.read(balance).await.expect("a balance")
    };
    earn(test, &app, &owner, "30.00").await;
    assert_eq!(balance().await, rupees("-30.00"));
    assert_eq!(seal(&app).await, 0, "nothing is an hour old");
    app.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(seal(&app).await, 2, "commission and the gateway");
    assert_eq!(seal(&app).await, 0, "nothing came since");
    earn(test, &app, &owner, "40.00").await;
    assert_eq!(balance().await, rupees("-70.00"));
    app.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(seal(&app).await, 2);
    assert_eq!(balance().await, rupees("-70.00"));
    assert_eq!(
        test.number("SELECT MIN(balance) AS value FROM house_checkpoints WHERE account_id = 1"),
        -7_000
    );
    assert_proven(&app).await;
}
