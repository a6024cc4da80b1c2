//! What becomes of messages, whatever they are and whatever happens to their worker.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use infra::{
    broker::{Letter, Outgoing, Publisher, Received, Taken, Trouble, Work},
    config::BrokerConfig,
    testing::broker::{Outsider, config},
};

use crate::{
    proxy::Proxy,
    workers::{Running, until},
};

/// How often a worker's connection is cut, and the tasks that keep it at work meanwhile.
const CUTS: u32 = 5;
const CUT_TASKS: i64 = 5000;

/// Notes what it is asked to do, and does as it is told.
#[derive(Default)]
struct Noting {
    ran: Mutex<Vec<i64>>,
    letters: Mutex<Vec<Letter>>,
    taken: Mutex<Vec<Received>>,
    /// Rows below this panic.
    panics_below: i64,
    /// How long a task takes.
    takes: Duration,
    /// How often the database is away before a message can be stored.
    away: Mutex<u32>,
}

impl Noting {
    fn rows(&self) -> Vec<i64> {
        let mut rows = self.ran.lock().unwrap().clone();
        rows.sort_unstable();
        rows
    }

    fn letters(&self) -> Vec<(String, String)> {
        let letters = self.letters.lock().unwrap();
        letters.iter().map(|letter| (letter.task.clone(), letter.reason.clone())).collect()
    }
}

impl Work for Noting {
    fn take_in<'a>(&'a self, task: &'a Received) -> BoxFuture<'a, Result<Taken, Trouble>> {
        async move {
            let mut away = self.away.lock().unwrap();
            if *away > 0 {
                *away -= 1;
                return Err(Trouble::Away("the database".to_owned()));
            }
            self.taken.lock().unwrap().push(task.clone());
            if task.subject == 13 {
                Err(Trouble::Refused("thirteen".to_owned()))
            } else {
                Ok(Taken::Row(1000))
            }
        }
        .boxed()
    }

    fn run(&self, row: i64) -> BoxFuture<'_, Result<(), String>> {
        async move {
            assert!(row >= self.panics_below, "row {row} panics");
            tokio::time::sleep(self.takes).await;
            self.ran.lock().unwrap().push(row);
            Ok(())
        }
        .boxed()
    }

    fn bury(&self, letter: Letter) -> BoxFuture<'_, Result<(), Trouble>> {
        async move {
            self.letters.lock().unwrap().push(letter);
            Ok(())
        }
        .boxed()
    }
}

fn tasks(rows: std::ops::RangeInclusive<i64>) -> Vec<Outgoing> {
    rows.map(|row| Outgoing { row, kind: "payment_completed".to_owned(), subject: row * 10 }).collect()
}

async fn publish(config: &BrokerConfig, rows: std::ops::RangeInclusive<i64>) -> Publisher {
    let publisher = Publisher::connect(config).await.unwrap();
    let stored = publisher.publish(&tasks(rows)).await.unwrap();
    assert!(stored.iter().all(|stored| *stored), "every message is confirmed");
    publisher
}

/// Runs an async test on a queue of its own.
fn on_queue<F: Future<Output = ()>>(test: impl FnOnce(BrokerConfig) -> F) {
    let config = config();
    infra::testing::runtime().block_on(test(config));
}

#[test]
fn what_is_confirmed_is_run_once_by_one_of_two_workers() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=500).await;
        assert_eq!(publisher.depth(&config.queue).await.unwrap(), 500);
        let work = Arc::new(Noting::default());
        let workers = [(); 2].map(|()| Running::consumer(&config, work.clone()));
        until("all are run", async || work.rows().len() >= 500).await;
        workers.into_iter().for_each(Running::stop);
        assert_eq!(work.rows(), (1..=500).collect::<Vec<_>>());
        assert_eq!(publisher.depth(&config.queue).await.unwrap(), 0);
        assert_eq!(work.letters(), []);
    });
}

#[test]
fn what_can_not_be_run_is_kept_with_its_reason_and_the_next_task_is_run() {
    on_queue(|config| async move {
        let outsider = Outsider::connect(&config).await;
        outsider.send("grow_money", "a", "[[7], {}, {}]", &[]).await;
        outsider.send("wallet_update", "b", "not json", &[]).await;
        outsider.send("wallet_update", "c", "[[], {}, {}]", &[]).await;
        outsider.send("wallet_update", "d", r#"[["7; DROP TABLE"], {}, {}]"#, &[]).await;
        outsider.send("wallet_update", "e", "[[7.5], {}, {}]", &[]).await;
        outsider.send("wallet_update", &"f".repeat(41), "[[7], {}, {}]", &[]).await;
        outsider.send("wallet_update", "g", "[[13], {}, {}]", &[]).await;
        outsider.send_bare(b"\xff\xfe neither headers nor text").await;
        let publisher = publish(&config, 1..=1).await;
        let work = Arc::new(Noting::default());
        let worker = Running::consumer(&config, work.clone());
        until("all are dealt with", async || work.letters().len() >= 8 && work.rows() == [1]).await;
        worker.stop();
        assert_eq!(publisher.depth(&config.queue).await.unwrap(), 0);
        let mut letters = work.letters();
        letters.sort();
        let wallet = |reason: &str| ("wallet_update".to_owned(), reason.to_owned());
        let expected = [
            (String::new(), "it is no task of Celery's second protocol".to_owned()),
            ("grow_money".to_owned(), "there is no task of this name".to_owned()),
            wallet("its body: message body serialization error"),
            wallet("its id is not of 1 to 40 plain letters"),
            wallet("thirteen"),
            wallet("user_id is not a whole number"),
            wallet("user_id is not a whole number"),
            wallet("user_id is not a whole number"),
        ];
        assert_eq!(letters, expected);
    });
}

#[test]
fn a_task_of_somebody_else_is_held_until_it_is_stored_and_then_run() {
    on_queue(|config| async move {
        let outsider = Outsider::connect(&config).await;
        let eta = ("eta", "2031-01-02T03:04:05.000000+00:00");
        outsider.send("wallet_update", "by-name", r#"[[], {"user_id": 7, "more": 1}, {}]"#, &[eta]).await;
        let work = Arc::new(Noting { away: Mutex::new(2), ..Noting::default() });
        let worker = Running::consumer(&config, work.clone());
        until("it is run", async || work.rows() == [1000]).await;
        worker.stop();
        let taken = work.taken.lock().unwrap().clone();
        assert_eq!(taken.len(), 1);
        let (kind, id, subject) = (&taken[0].kind, &taken[0].task_id, taken[0].subject);
        assert_eq!((kind.as_str(), id.as_str(), subject), ("wallet_update", "by-name", 7));
        assert_eq!(taken[0].eta.unwrap().to_rfc3339(), "2031-01-02T03:04:05+00:00");
    });
}

#[test]
fn more_panics_than_a_worker_has_hands_do_not_silence_it() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=30).await;
        let work = Arc::new(Noting { panics_below: 30, ..Noting::default() });
        let worker = Running::consumer(&config, work.clone());
        until("the last is run", async || work.rows() == [30]).await;
        worker.stop();
        assert_eq!(publisher.depth(&config.queue).await.unwrap(), 0);
    });
}

#[test]
fn a_task_that_takes_too_long_is_let_go() {
    on_queue(|config| async move {
        let config = BrokerConfig { time_limit: Duration::from_millis(300), prefetch: 1, ..config };
        let publisher = publish(&config, 1..=2).await;
        let work = Arc::new(Noting { takes: Duration::from_secs(600), ..Noting::default() });
        let worker = Running::consumer(&config, work.clone());
        until("both are taken", async || publisher.depth(&config.queue).await.unwrap() == 0).await;
        worker.stop();
        assert!(work.rows().is_empty());
    });
}

#[test]
fn a_worker_that_is_stopped_finishes_what_it_has_in_hand_and_leaves_the_rest() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=40).await;
        let work = Arc::new(Noting { takes: Duration::from_millis(400), ..Noting::default() });
        let worker = Running::consumer(&config, work.clone());
        until("some are run", async || !work.rows().is_empty()).await;
        worker.stop();
        let first = work.rows();
        let left = publisher.depth(&config.queue).await.unwrap();
        assert_eq!(first.len() + usize::try_from(left).unwrap(), 40, "each is run or left");
        assert!(left > 0);
        let work = Arc::new(Noting { ran: Mutex::new(first), ..Noting::default() });
        let worker = Running::consumer(&config, work.clone());
        until("all are run", async || work.rows().len() >= 40).await;
        worker.stop();
        assert_eq!(work.rows(), (1..=40).collect::<Vec<_>>(), "none is run twice");
    });
}

#[test]
fn a_queue_that_is_deleted_is_made_anew_and_tasks_are_taken_again() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=1).await;
        let work = Arc::new(Noting::default());
        let worker = Running::consumer(&config, work.clone());
        until("the first is run", async || work.rows() == [1]).await;
        Outsider::connect(&config).await.delete_queue().await;
        until("the second is run", async || {
            // a publisher of before says that a queue is gone
            let publisher = Publisher::connect(&config).await.unwrap();
            publisher.publish(&tasks(2..=2)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            work.rows().contains(&2)
        })
        .await;
        worker.stop();
        drop(publisher);
    });
}

#[test]
fn a_worker_that_is_cut_off_at_its_work_has_nothing_in_hand_for_ever() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=CUT_TASKS).await;
        let mut way = Proxy::start(&config.host, config.port);
        let (silence, time_limit) = (Duration::from_secs(2), Duration::from_secs(3600));
        let cut = BrokerConfig { port: way.port(), silence, time_limit, ..config.clone() };
        let work = Arc::new(Noting::default());
        let worker = Running::consumer(&cut, work.clone());
        for _ in 0..CUTS {
            let ran = work.rows().len();
            until("it is in the midst of its work", async || work.rows().len() > ran + 50).await;
            way.kill();
            way.start_again();
        }
        until("all are run", async || publisher.depth(&config.queue).await.unwrap() == 0).await;
        worker.stop();
    });
}

#[test]
fn a_message_that_no_queue_takes_is_not_confirmed() {
    on_queue(|config| async move {
        let publisher = publish(&config, 1..=1).await;
        Outsider::connect(&config).await.delete_queue().await;
        assert_eq!(publisher.publish(&tasks(2..=3)).await.unwrap(), [false, false]);
    });
}

#[test]
fn one_of_two_leads_and_the_other_follows_when_it_is_gone() {
    on_queue(|config| async move {
        let (first, second) =
            (Publisher::connect(&config).await.unwrap(), Publisher::connect(&config).await.unwrap());
        assert!(first.lead().await.unwrap());
        assert!(!second.lead().await.unwrap());
        assert!(!second.lead().await.unwrap(), "asking again does no harm");
        assert_eq!(second.depth(&config.queue).await.unwrap(), 0, "nor to what it asks besides");
        drop(first);
        until("the second leads", async || second.lead().await.unwrap()).await;
    });
}
