//! The database is the truth: what happens to messages changes nothing.

use std::time::Duration;

use app::{App, Call};
use infra::{
    broker::Publisher,
    config::BrokerConfig,
    testing::{
        Engine, TestDb,
        broker::{Outsider, config},
    },
};
use wallet_rules::booking::PaymentMethod;

use crate::{
    fixture::{balances, book, member, pay, platform, rupees},
    workers::{Running, until},
};

/// Payments whose bonus is posted by a task, and the pair that they make.
const PAYMENTS: i64 = 20;

/// What a test begins with.
pub struct Scene<'a> {
    test: &'a TestDb,
    app: App,
    sponsor: Call,
    config: BrokerConfig,
}

/// A sponsor, two whom they brought in, and their payments, with nothing yet of what follows from them.
pub async fn scene(test: &TestDb, config: BrokerConfig) -> Scene<'_> {
    let app = platform(test).await;
    let sponsor = member(test, &app, None);
    for _ in 0..2 {
        let buyer = member(test, &app, Some(sponsor.actor.id));
        let booking = book(&app, &buyer, "20000.00").await;
        for _ in 0..PAYMENTS / 2 {
            pay(&app, &buyer, booking.id, "500.00", PaymentMethod::Online).await.unwrap();
        }
    }
    let mut matcher = app::tree::TreeMatcher::load(&app).await.unwrap();
    while matches!(matcher.step().await.unwrap(), app::tree::Step::Advanced { .. }) {}
    Scene { test, app, sponsor, config }
}

impl Scene<'_> {
    pub fn count(&self, what: &str) -> i64 {
        self.test.number(&format!("SELECT COUNT(*) AS value FROM {what}"))
    }

    pub fn open_rows(&self) -> i64 {
        self.count("outbox WHERE done_at IS NULL")
    }

    /// Each effect is there once: 5 % of each payment, and the pair's 500.00.
    pub async fn all_is_done_once(&self) {
        until("every task is done", async || self.open_rows() == 0).await;
        assert_eq!(self.count("outbox WHERE gave_up_at IS NOT NULL"), 0);
        assert_eq!(self.count("ledger_transactions WHERE tx_key LIKE 'referral:%'"), PAYMENTS);
        assert_eq!(self.count("pairs WHERE status = 'processed'"), 1);
        assert_eq!(self.count("ledger_transactions WHERE tx_key LIKE 'pair:%'"), 1);
        assert_eq!(balances(&self.app, &self.sponsor).await.wallet, rupees("1000.00"));
        assert_eq!(app::verify::verify(&self.app).await.unwrap().len(), 0, "verify finds nothing");
    }

    /// The messages of all rows.
    fn messages(&self) -> Vec<(i64, String, i64)> {
        let text = "SELECT CONCAT(id, ' ', kind, ' ', subject_id) AS value FROM outbox ORDER BY id";
        let split = |row: String| {
            let words: Vec<_> = row.split(' ').map(str::to_owned).collect();
            (words[0].parse().unwrap(), words[1].clone(), words[2].parse().unwrap())
        };
        self.test.texts(text).into_iter().map(split).collect()
    }

    /// Sends the messages of all rows, the last one first.
    async fn send_all_backwards(&self, outsider: &Outsider) {
        for (row, kind, subject) in self.messages().into_iter().rev() {
            outsider.send(&kind, &format!("outbox-{row}"), &format!("[[{subject}], {{}}, {{}}]"), &[]).await;
        }
    }

    async fn queue_is_empty(&self) {
        let publisher = Publisher::connect(&self.config).await.unwrap();
        until("the queue is empty", async || publisher.depth(&self.config.queue).await.unwrap() == 0).await;
    }
}

/// Runs a test on a database and a queue of its own.
pub fn on_mysql(test: impl AsyncFnOnce(&TestDb, BrokerConfig)) {
    let (database, config) = (TestDb::open(Engine::Mysql), config());
    let runtime = infra::testing::runtime();
    runtime.block_on(test(&database, config));
    // a connection to the server can't be closed inside async code
    drop(runtime);
    drop(database);
}

#[test]
fn messages_that_are_lost_are_sent_again() {
    on_mysql(async |test, config| {
        let config = BrokerConfig { resend_after: Duration::from_secs(2), ..config };
        let scene = scene(test, config.clone()).await;
        let due = scene.open_rows();
        let relay = Running::relay(&scene.app, &config);
        let outsider = Outsider::connect(&config).await;
        let publisher = Publisher::connect(&config).await.unwrap();
        until("all are sent", async || i64::from(publisher.depth(&config.queue).await.unwrap()) == due).await;
        assert_eq!(i64::from(outsider.purge().await), due);
        assert_eq!(scene.open_rows(), due, "the rows wait still");
        let worker = Running::worker(&scene.app, &config);
        scene.all_is_done_once().await;
        relay.stop();
        worker.stop();
    });
}

#[test]
fn messages_that_are_doubled_late_or_out_of_order_change_nothing() {
    on_mysql(async |test, config| {
        let scene = scene(test, config.clone()).await;
        let outsider = Outsider::connect(&config).await;
        for _ in 0..3 {
            scene.send_all_backwards(&outsider).await;
        }
        let workers = [(); 2].map(|()| Running::worker(&scene.app, &config));
        scene.all_is_done_once().await;
        scene.queue_is_empty().await;
        scene.send_all_backwards(&outsider).await;
        outsider.send("payment_completed", "late", "[[1], {}, {}]", &[]).await;
        scene.queue_is_empty().await;
        workers.into_iter().for_each(Running::stop);
        assert_eq!(scene.count("outbox WHERE caused_by = 'celery late' AND done_at IS NOT NULL"), 1);
        scene.all_is_done_once().await;
        assert_eq!(scene.count("dead_letters"), 0);
    });
}

#[test]
fn a_message_that_names_nothing_in_the_database_moves_no_money_and_is_kept() {
    on_mysql(async |test, config| {
        let scene = scene(test, config.clone()).await;
        let outsider = Outsider::connect(&config).await;
        let worker = Running::worker(&scene.app, &config);
        for (kind, number) in ["payment_completed", "pair_matched", "emi_autofill", "mail"].iter().zip(0..) {
            outsider.send(kind, &format!("id-{number}"), "[[987654], {}, {}]", &[]).await;
        }
        // a row that never was is one that is done long ago, or a lie: nothing comes of either
        outsider.send("payment_completed", "outbox-987654", "[[1], {}, {}]", &[]).await;
        until("four are kept", async || scene.count("dead_letters") == 4).await;
        scene.queue_is_empty().await;
        worker.stop();
        let reasons = "SELECT CONCAT(task, ': ', reason) AS value FROM dead_letters ORDER BY task";
        let expected = [
            "emi_autofill: there is no user 987654",
            "mail: there is no announced task of this name about 987654",
            "pair_matched: there is no pair 987654",
            "payment_completed: there is no payment 987654",
        ];
        assert_eq!(scene.test.texts(reasons), expected);
        let letters = app::tasks::letters(&scene.app).await.unwrap();
        assert_eq!(letters.len(), 4);
        assert!(app::tasks::forget_letter(&scene.app, letters[0].id).await.unwrap());
        assert!(!app::tasks::forget_letter(&scene.app, letters[0].id).await.unwrap());
        assert_eq!(scene.count("ledger_transactions WHERE tx_key LIKE 'referral:%'"), 0);
        assert_eq!(balances(&scene.app, &scene.sponsor).await.wallet, rupees("0.00"));
    });
}

#[test]
fn nothing_is_sent_while_the_queue_holds_more_than_its_bound() {
    on_mysql(async |test, config| {
        let config = BrokerConfig { resend_after: Duration::from_millis(1), ..config };
        let scene = scene(test, config.clone()).await;
        let due = scene.open_rows();
        let relay = Running::relay(&scene.app, &config);
        let publisher = Publisher::connect(&config).await.unwrap();
        // nobody takes them, so each is sent again and again, up to the bound and one round beyond
        until("the bound is reached", async || publisher.depth(&config.queue).await.unwrap() >= 1000).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let depth = i64::from(publisher.depth(&config.queue).await.unwrap());
        assert!(depth < 1000 + due, "{depth} messages for {due} rows");
        let worker = Running::worker(&scene.app, &config);
        scene.all_is_done_once().await;
        relay.stop();
        worker.stop();
    });
}

#[test]
fn only_what_moves_no_money_and_carries_no_secret_may_go_elsewhere() {
    let routed = |kind: &str| {
        let routes = [(kind.to_owned(), "python".to_owned())].into();
        app::tasks::check_routes(&BrokerConfig { routes, ..config() })
    };
    assert!(routed("wallet_update").is_ok());
    for kind in ["payment_completed", "pair_matched", "emi_autofill", "mail", "sms", "grow_money"] {
        assert_eq!(routed(kind).unwrap_err().variable, "TASK_ROUTES", "{kind}");
    }
}
