//! A process ends right before and right after each of its commits, and another one goes on: the same final state.
//!
//! The one that ends is a real process: this test binary, started again for its test [`one_life`] with an order in
//! its environment, which aborts at the commit that it is told. The one that goes on is the test itself, with a
//! platform that knows nothing but the database.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use app::{
    App, Call, booking, payout,
    payout::NewPayout,
    tree::{Step, TreeMatcher},
};
use chrono::TimeDelta;
use infra::{
    db::{Address, Db, PoolSizes},
    on_both,
    testing::{
        Engine, TestDb,
        crash::{Moment, abort_at},
    },
};
use serde::{Deserialize, Serialize};
use wallet_rules::{booking::PaymentMethod, calendar::Instant, people::Role};

use crate::fixture::{
    START, admin, approve_kyc, assert_proven, book, call, earn, keyed, member, platform_on, run_tasks, rupees,
};

on_both!(a_crash_at_any_commit_changes_nothing);

/// Commits of one life at least: fewer would mean that they are not counted.
const LEAST_COMMITS: u64 = 25;
/// Between two crashes, so that every lease has run out and every task that was begun is due again.
const REST: TimeDelta = TimeDelta::minutes(1);
/// The environment's name of [`Order`].
const ORDER: &str = "CRASH_POINT";

/// People on whom a life is lived; their tree is their own, so one database serves many of them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Family {
    /// Owner of the pair, who asks for payouts.
    sponsor: i64,
    /// Pays online, and completes the pair.
    left: i64,
    /// Pays by bank transfer.
    right: i64,
    /// Confirms and processes.
    admin: i64,
    /// Of `left`.
    left_booking: i64,
    /// Of `right`.
    right_booking: i64,
}

/// What a process that is to end gets told.
#[derive(Serialize, Deserialize)]
struct Order {
    is_mysql: bool,
    /// The file, or the server's database.
    database: String,
    /// For its messages.
    folder: String,
    now: String,
    family: Family,
    commit: u64,
    before: bool,
}

async fn a_crash_at_any_commit_changes_nothing(test: &TestDb) {
    let mut now = Instant::parse_rfc3339(START).expect("an instant");
    let app = platform_on(test.db.clone(), test.folder(), now);
    app::setup::seed_plan(&app, plan()).await.expect("the plan is stored");
    let undisturbed = found_family(test, &app).await;
    live(&app, &undisturbed).await;
    let expected = state(test, &undisturbed);
    assert_is_the_life(&expected);
    for moment in [Moment::Before, Moment::After] {
        let mut commit = 1;
        loop {
            now = now.plus(REST);
            let app = platform_on(test.db.clone(), test.folder(), now);
            let family = found_family(test, &app).await;
            if !ends_at(test, &Order::of(test, family, now, commit, moment)) {
                break;
            }
            now = now.plus(REST);
            let app = platform_on(open(test.db.address().clone()), test.folder(), now);
            live(&app, &family).await;
            assert_eq!(state(test, &family), expected, "after a crash {moment:?} commit {commit}");
            assert_proven(&app).await;
            // a server's connections can't be closed on a thread of the runtime
            tokio::task::spawn_blocking(move || drop(app)).await.expect("it is closed");
            commit += 1;
        }
        assert!(commit > LEAST_COMMITS, "only {commit} commits are counted {moment:?}");
    }
}

/// Lives undisturbed on a database of its own; or, with an order, ends at a commit of it.
#[test]
fn one_life() {
    #[expect(clippy::disallowed_methods, reason = "the test's own order is no configuration")]
    let order = std::env::var(ORDER);
    let runtime = infra::testing::runtime();
    if let Ok(order) = order {
        let order: Order = serde_json::from_str(&order).expect("an order");
        let now = Instant::parse_rfc3339(&order.now).expect("an instant");
        let app = platform_on(open(order.address()), order.folder.as_ref(), now);
        abort_at(order.commit, if order.before { Moment::Before } else { Moment::After });
        runtime.block_on(live(&app, &order.family));
    } else {
        let test = TestDb::open(Engine::Sqlite);
        runtime.block_on(async {
            let app = platform_on(
                test.db.clone(),
                test.folder(),
                Instant::parse_rfc3339(START).expect("an instant"),
            );
            app::setup::seed_plan(&app, plan()).await.expect("the plan is stored");
            let family = found_family(&test, &app).await;
            live(&app, &family).await;
            assert_is_the_life(&state(&test, &family));
            assert_proven(&app).await;
        });
    }
}

/// A database of which this process knows nothing yet.
fn open(address: Address) -> Db {
    // the machine is shared with other tests
    let sizes = PoolSizes { wait: Duration::from_secs(30), ..PoolSizes::new(2, 2) };
    Db::open(address, sizes).expect("the database opens")
}

/// True when the process aborted at its commit, false when it came to its end.
fn ends_at(test: &TestDb, order: &Order) -> bool {
    let order_text = serde_json::to_string(order).expect("JSON");
    let ended = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crash_points::one_life", "--nocapture"])
        .env(ORDER, order_text)
        .current_dir(test.folder())
        .output()
        .expect("it can be started");
    const SIGABRT: i32 = 6;
    if ended.status.signal() == Some(SIGABRT) {
        return true;
    }
    let told = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success() && told.0.contains("1 passed"), "{}: {told:?}", ended.status);
    false
}

impl Order {
    fn of(test: &TestDb, family: Family, now: Instant, commit: u64, moment: Moment) -> Self {
        let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let database = match test.db.address() {
            Address::Sqlite { path } => text(path),
            Address::Mysql(server) => server.name.clone(),
        };
        let is_mysql = test.engine() == Engine::Mysql;
        let (folder, now, before) = (text(test.folder()), now.to_string(), moment == Moment::Before);
        Self { is_mysql, database, folder, now, family, commit, before }
    }

    fn address(&self) -> Address {
        if self.is_mysql {
            TestDb::on_server(&self.database)
        } else {
            Address::Sqlite { path: PathBuf::from(&self.database) }
        }
    }
}

/// The first pair has an EMI part already, and a share of each goes to the reserve.
fn plan() -> wallet_rules::plan::Plan {
    let mut plan = wallet_rules::plan::Plan::default_plan();
    plan.max_earnings_before_active_buyer = 0;
    plan.reserve_deduction_percentage = "10".parse().expect("a rate");
    plan
}

/// A sponsor with 1000.00 in the wallet and somebody qualified in the left leg; two more who have booked; an admin.
async fn found_family(test: &TestDb, app: &App) -> Family {
    let sponsor = member(test, app, None);
    let admin = admin(test, app);
    earn(test, app, &sponsor, "1000.00").await;
    let (left, right) =
        (member(test, app, Some(sponsor.actor.id)), member(test, app, Some(sponsor.actor.id)));
    approve_kyc(test, app, &sponsor, &admin);
    let (left_booking, right_booking) =
        (book(app, &left, "9000.00").await, book(app, &right, "9000.00").await);
    let mut matcher = TreeMatcher::load(app).await.expect("a seat");
    follow(app, &mut matcher).await;
    matcher.leave().await.expect("the seat is left");
    Family {
        sponsor: sponsor.actor.id,
        left: left.actor.id,
        right: right.actor.id,
        admin: admin.actor.id,
        left_booking: left_booking.id,
        right_booking: right_booking.id,
    }
}

/// What happens: every request with its `Idempotency-Key`, so that it can all be asked for again.
async fn live(app: &App, family: &Family) {
    let caller = |id: i64, role: Role, step: &str| keyed(&call(id, role), "/crash/", step, step);
    let sponsor = |step: &str| caller(family.sponsor, Role::User, step);
    let admin = |step: &str| caller(family.admin, Role::Admin, &format!("{step} of {}", family.sponsor));
    let mut matcher = TreeMatcher::load(app).await.expect("a seat");

    let left = caller(family.left, Role::User, "pay");
    pay(app, &left, family.left_booking, "5000.00", PaymentMethod::Online).await;
    follow(app, &mut matcher).await;
    let mine = book_with_plan(app, &sponsor("book")).await;
    follow(app, &mut matcher).await;
    pay(app, &sponsor("pay"), mine, "500.00", PaymentMethod::Wallet).await;
    let right = caller(family.right, Role::User, "pay");
    let transfer = pay(app, &right, family.right_booking, "1000.00", PaymentMethod::BankTransfer).await;
    let settlement = booking::Settlement { transaction_id: "UTR1".to_owned(), notes: String::new() };
    booking::confirm_payment(app, &admin("confirm"), transfer, settlement).await.expect("it is confirmed");
    follow(app, &mut matcher).await;

    let paid = ask(app, &sponsor("ask"), "600.00").await;
    payout::process_payout(app, &admin("process"), paid).await.expect("it is processed");
    let reference = "UTR2".to_owned();
    payout::complete_payout(app, &admin("complete"), paid, reference).await.expect("it is completed");
    let rejected = ask(app, &sponsor("ask 2"), "50.00").await;
    let reason = "no".to_owned();
    payout::reject_payout(app, &admin("reject"), rejected, reason.clone()).await.expect("it is rejected");
    let cancelled = ask(app, &sponsor("ask 3"), "60.00").await;
    payout::cancel_payout(app, &sponsor("cancel"), cancelled).await.expect("it is cancelled");
    let failed = ask(app, &sponsor("ask 4"), "70.00").await;
    payout::process_payout(app, &admin("process 2"), failed).await.expect("it is processed");
    payout::fail_payout(app, &admin("fail"), failed, reason).await.expect("it fails");
    follow(app, &mut matcher).await;
    matcher.leave().await.expect("the seat is left");
}

async fn pay(app: &App, buyer: &Call, booking: i64, amount: &str, method: PaymentMethod) -> i64 {
    let new = booking::NewPayment { amount: rupees(amount), method };
    booking::make_payment(app, buyer, booking, new).await.expect("a payment").value.id
}

async fn ask(app: &App, payee: &Call, amount: &str) -> i64 {
    // only the large one reaches whole instalments
    let new = NewPayout {
        requested_amount: rupees(amount),
        emi_auto_filled: amount == "600.00",
        ..NewPayout::default()
    };
    payout::request_payout(app, payee, new).await.expect("a payout").value.id
}

async fn book_with_plan(app: &App, buyer: &Call) -> i64 {
    let new = booking::NewBooking {
        vehicle_model: "E-Rick 1".to_owned(),
        vehicle_variant: String::new(),
        booking_amount: rupees("500.00"),
        total_amount: rupees("1700.00"),
        emi_amount: None,
        emi_duration_months: Some(12),
        emi_start_date: None,
    };
    booking::create_booking(app, buyer, new).await.expect("a booking").value.id
}

/// Everything that follows from what is committed.
async fn follow(app: &App, matcher: &mut TreeMatcher) {
    loop {
        run_tasks(app).await;
        match matcher.step().await.expect("a step") {
            Step::Advanced { .. } => {}
            Step::Idle => return,
            Step::Standby => panic!("another matcher has the seat"),
        }
    }
}

/// A family's rows, with its people counted from its sponsor, without keys, instants and order.
fn state(test: &TestDb, family: &Family) -> Vec<String> {
    let first = family.sponsor;
    let mine = format!("BETWEEN {first} AND {}", family.right);
    let who = format!("user_id - {first}");
    let queries = [
        format!("SELECT CONCAT_WS(' ', 'user', id - {first}, is_active_buyer, qualified_at IS NOT NULL) AS value FROM users WHERE id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'account', {who}, kind, balance, last_entry_no) AS value FROM accounts WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'entries', {who}, kind, statement_type, COUNT(*), SUM(amount)) AS value
                   FROM ledger_entries JOIN accounts ON accounts.id = account_id
                  WHERE user_id {mine} GROUP BY user_id, kind, statement_type"),
        format!("SELECT CONCAT_WS(' ', 'wallet', {who}, total_earned, total_withdrawn) AS value FROM wallets WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'booking', {who}, total_amount, total_paid, status) AS value FROM bookings WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'payment', {who}, payment_method, amount, status, referral_bonus) AS value FROM payments WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'payout', {who}, requested_amount, tds_amount, emi_amount, net_amount, status) AS value FROM payouts WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'tax', {who}, total_payout, tds_deducted) AS value FROM tds_register WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'node', {who}, parent_id - {first}, side, formed, active_buyer) AS value FROM nodes WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'pair', {who}, left_user_id - {first}, right_user_id - {first}, pair_number, status,
                        earning_amount, emi_deducted, reserve_deducted, net_amount) AS value FROM pairs WHERE user_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'key', {who}, idem_key) AS value FROM idempotency_keys WHERE user_id {mine} AND user_id <> {}", family.admin),
        format!("SELECT CONCAT_WS(' ', 'event', kind, member_id - {first}, seq IS NULL, refused) AS value FROM tree_events WHERE member_id {mine}"),
        format!("SELECT CONCAT_WS(' ', 'told', {who}, notification_type, COUNT(*)) AS value FROM notifications
                  WHERE user_id {mine} GROUP BY user_id, notification_type"),
        "SELECT CONCAT_WS(' ', 'unfinished', kind, subject_id) AS value FROM outbox WHERE done_at IS NULL".to_owned(),
        format!("SELECT CONCAT_WS(' ', 'task', kind, COUNT(*)) AS value FROM outbox
                  WHERE (kind = 'payment_completed' AND subject_id IN (SELECT id FROM payments WHERE user_id {mine}))
                     OR (kind = 'pair_matched' AND subject_id IN (SELECT id FROM pairs WHERE user_id {mine}))
                     OR (kind = 'emi_autofill' AND subject_id {mine}) GROUP BY kind"),
    ];
    let mut rows = test.texts(&queries.join(" UNION ALL "));
    rows.sort_unstable();
    rows
}

/// That the undisturbed life is the one told here, by rules.md's arithmetic.
fn assert_is_the_life(state: &[String]) {
    for row in [
        // 1000 + 250 + 350 of the pair + 50, less 500 on the booking and 600 paid out
        "account 0 wallet 55000 15",
        "account 0 reserve 5000 1",
        "account 0 emi_reserve 0 2",
        "booking 0 170000 110000 confirmed",
        "pair 0 2 3 1 processed 50000 10000 5000 35000",
        "payment 0 emi_deduction 10000 completed 0",
        "payment 0 wallet 50000 completed 0",
        "payment 3 online 500000 completed 25000",
        "payment 4 bank_transfer 100000 completed 5000",
        "payout 0 60000 3000 50000 7000 completed",
        "payout 0 5000 250 0 4750 rejected",
        "payout 0 6000 300 0 5700 cancelled",
        "payout 0 7000 350 0 6650 failed",
        "wallet 0 180000 60000",
    ] {
        assert!(state.iter().any(|found| found == row), "no {row:?} in {state:#?}");
    }
    assert!(!state.iter().any(|row| row.starts_with("unfinished")), "{state:#?}");
}
