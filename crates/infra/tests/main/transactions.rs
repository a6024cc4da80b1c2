//! Where transactions begin and end: what is left behind by each way out of one.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
};

use infra::{
    Error, Result,
    db::{Db, PoolSizes, Reader, Tx},
    testing::{Engine, TestDb, execute, number, runtime},
};
use tokio::sync::oneshot;

use crate::rows;

infra::on_both!(
    a_refusal_undoes_only_itself,
    an_error_rolls_back,
    a_panic_leaves_no_transaction_open,
    contended_work_is_run_again_but_not_for_ever,
    a_contended_read_is_run_again_but_not_for_ever,
    what_the_server_has_rolled_back_leaves_nothing_and_is_run_again,
    a_reader_can_not_write,
    a_transaction_sees_its_own_writes_and_others_see_none,
    a_snapshot_sees_one_moment,
    when_too_many_wait_the_next_is_turned_away,
    letters_of_four_bytes_come_back_whole,
    names_are_compared_by_their_bytes,
);

pub const COUNT: &str = "SELECT count(*) AS value FROM scheduled_runs";

pub fn add(tx: &mut Tx, id: u32) -> Result<usize> {
    execute(tx, &rows::insert("scheduled_runs", &format!("id={id}; period='{id}'")))
}

pub async fn count(test: &TestDb) -> i64 {
    test.db.read(|reader| number(reader, COUNT)).await.expect("a count")
}

async fn an_error_rolls_back(test: &TestDb) {
    for _ in 0..20 {
        let refuse = |tx: &mut Tx| {
            add(tx, 1)?;
            assert_eq!(number(tx, COUNT)?, 1);
            Err::<(), _>(Error::Database("refused".to_owned()))
        };
        let outcome = test.db.write(refuse).await;
        assert!(matches!(&outcome, Err(Error::Database(text)) if text == "refused"), "{outcome:?}");
    }
    // also when the database itself refuses half-way
    let twice = |tx: &mut Tx| Ok::<_, Error>(add(tx, 2)? + add(tx, 2)?);
    test.db.write(twice).await.expect_err("the second is a duplicate");
    assert_eq!(count(test).await, 0);
    assert_eq!(test.db.write(|tx| add(tx, 1)).await.expect("written"), 1);
    assert_eq!(count(test).await, 1);
}

async fn a_panic_leaves_no_transaction_open(test: &TestDb) {
    // more often than there are connections
    for _ in 0..12 {
        let panics = |tx: &mut Tx| -> Result<()> {
            add(tx, 1)?;
            panic!("in the middle of a transaction");
        };
        let outcome = test.db.write(panics).await;
        assert!(matches!(outcome, Err(Error::Database(_))), "{outcome:?}");
        let outcome: Result<()> = test.db.snapshot(|_| panic!("in the middle of a snapshot")).await;
        assert!(matches!(outcome, Err(Error::Database(_))), "{outcome:?}");
    }
    assert_eq!(count(test).await, 0);
    test.db.write(|tx| add(tx, 1)).await.expect("the pool works on");
    assert_eq!(count(test).await, 1);
}

async fn contended_work_is_run_again_but_not_for_ever(test: &TestDb) {
    for (refusals, taken) in [(0, true), (3, true), (7, true), (u32::MAX, false)] {
        let runs = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&runs);
        let outcome = test
            .db
            .write(move |tx| {
                let run = seen.fetch_add(1, Ordering::SeqCst);
                execute(tx, "DELETE FROM scheduled_runs")?;
                add(tx, 1)?;
                if run < refusals { Err(Error::Contended("try again".to_owned())) } else { Ok(()) }
            })
            .await;
        let runs = runs.load(Ordering::SeqCst);
        if taken {
            outcome.expect("taken in the end");
            assert_eq!(runs, refusals + 1);
        } else {
            assert!(matches!(outcome, Err(Error::Contended(_))), "{outcome:?}");
            assert_eq!(runs, 8);
        }
    }
}

async fn a_contended_read_is_run_again_but_not_for_ever(test: &TestDb) {
    for (refusals, of_one_moment) in [(0, false), (7, false), (u32::MAX, false), (7, true), (u32::MAX, true)]
    {
        let runs = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&runs);
        let work = move |reader: &mut Reader| {
            let found = number(reader, COUNT)?;
            let run = seen.fetch_add(1, Ordering::SeqCst);
            if run < refusals { Err(Error::Contended("try again".to_owned())) } else { Ok(found) }
        };
        let outcome = if of_one_moment { test.db.snapshot(work).await } else { test.db.read(work).await };
        let runs = runs.load(Ordering::SeqCst);
        if refusals < 8 {
            assert_eq!((outcome.expect("read in the end"), runs), (0, refusals + 1));
        } else {
            assert!(matches!(outcome, Err(Error::Contended(_))), "{outcome:?}");
            assert_eq!(runs, 8);
        }
    }
}

/// As a node of a cluster does it, at any place, and without a word: nothing that comes before or after it stays.
async fn what_the_server_has_rolled_back_leaves_nothing_and_is_run_again(test: &TestDb) {
    if test.engine() == Engine::Sqlite {
        return;
    }
    for last_place in 0..=2 {
        let runs = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&runs);
        let outcome = test.db.write(move |tx| {
            let is_first = seen.fetch_add(1, Ordering::SeqCst) == 0;
            for place in 0..=2 {
                if is_first && place == last_place {
                    execute(tx, "ROLLBACK")?;
                }
                // another statement each time, and it must not take effect by itself
                let id = if is_first { 100 + place } else { 1 + place };
                if place < 2 {
                    add(tx, 10 * last_place + id)?;
                } else {
                    number(tx, COUNT)?;
                }
            }
            Ok::<_, Error>(())
        });
        outcome.await.expect("it is run again");
        assert_eq!(runs.load(Ordering::SeqCst), 2, "rolled back before statement {last_place}");
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM scheduled_runs WHERE id >= 100"), 0);
    assert_eq!(count(test).await, 6);
}

/// On SQLite, those that wait at the same time share a commit.
async fn a_refusal_undoes_only_itself(test: &TestDb) {
    let mut tries = tokio::task::JoinSet::new();
    // a panic costs a server's connection, and opening the next one takes time
    let panics = test.engine() == Engine::Sqlite;
    for number in 1..=24 {
        let db = test.db.clone();
        tries.spawn(async move {
            db.write(move |tx| {
                add(tx, number)?;
                match number % 3 {
                    0 => Ok(()),
                    1 => Err(Error::Corrupt("refused".to_owned())),
                    _ if panics => panic!("cut off"),
                    _ => Err(Error::Corrupt("refused".to_owned())),
                }
            })
            .await
            .is_ok()
        });
    }
    let taken = tries.join_all().await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 8);
    assert_eq!(count(test).await, 8);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM scheduled_runs WHERE id % 3 = 0"), 8);
}

async fn a_reader_can_not_write(test: &TestDb) {
    let insert = rows::insert("scheduled_runs", "");
    let (first, second) = (insert.clone(), insert);
    let outcome = test.db.read(move |reader| execute(reader, &first)).await;
    assert!(matches!(outcome, Err(Error::Database(_))), "{outcome:?}");
    let outcome = test.db.snapshot(move |reader| execute(reader, &second)).await;
    assert!(matches!(outcome, Err(Error::Database(_))), "{outcome:?}");
    assert_eq!(count(test).await, 0);
}

/// A place in a closure that may run again, where it stops once: it says so and waits to be told to go on.
pub struct Stop {
    reached: Mutex<Option<oneshot::Sender<()>>>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Stop {
    pub fn new() -> (Self, oneshot::Receiver<()>, mpsc::Sender<()>) {
        let (reached, is_there) = oneshot::channel();
        let (go, go_on) = mpsc::channel();
        (Self { reached: Mutex::new(Some(reached)), go_on: Mutex::new(go_on) }, is_there, go)
    }

    pub fn here(&self) {
        if let Some(reached) = self.reached.lock().expect("the stop").take() {
            reached.send(()).expect("someone looks");
            self.go_on.lock().expect("the stop").recv().expect("someone says so");
        }
    }
}

async fn a_transaction_sees_its_own_writes_and_others_see_none(test: &TestDb) {
    let (stop, is_there, go_on) = Stop::new();
    let db = test.db.clone();
    let writer = tokio::spawn(async move {
        db.write(move |tx| {
            add(tx, 1)?;
            stop.here();
            number(tx, COUNT)
        })
        .await
    });
    is_there.await.expect("the row is written");
    assert_eq!(count(test).await, 0, "not committed yet");
    go_on.send(()).expect("the writer waits");
    assert_eq!(writer.await.expect("the writer ends").expect("committed"), 1);
    assert_eq!(count(test).await, 1);
}

async fn a_snapshot_sees_one_moment(test: &TestDb) {
    let (stop, is_there, go_on) = Stop::new();
    let db = test.db.clone();
    let reader = tokio::spawn(async move {
        db.snapshot(move |reader| {
            let before = number(reader, COUNT)?;
            stop.here();
            Ok::<_, Error>((before, number(reader, COUNT)?))
        })
        .await
    });
    is_there.await.expect("the first count");
    test.db.write(|tx| add(tx, 1)).await.expect("a reader holds no writer up");
    assert_eq!(count(test).await, 1);
    go_on.send(()).expect("the reader waits");
    assert_eq!(reader.await.expect("the reader ends").expect("read"), (0, 0));
    assert_eq!(test.db.snapshot(|reader| number(reader, COUNT)).await.expect("read"), 1);
}

async fn when_too_many_wait_the_next_is_turned_away(test: &TestDb) {
    let db = Db::open(test.db.address().clone(), PoolSizes::new(8, 8)).expect("pools");
    let writers = if test.engine() == Engine::Sqlite { 1 } else { 8 };
    let mut holders = Vec::new();
    for _ in 0..writers {
        let (stop, is_there, go_on) = Stop::new();
        let db = db.clone();
        let holder = tokio::spawn(async move {
            db.write(move |_| {
                stop.here();
                Ok::<_, Error>(())
            })
            .await
        });
        is_there.await.expect("it holds a connection");
        holders.push((holder, go_on));
    }
    // those who go away while they wait leave their places to others
    for _ in 0..2 {
        let mut waiting = Vec::new();
        for place in 0..1024 {
            let mut write = Box::pin(db.write(|_| Ok::<_, Error>(())));
            assert!(poll_once(write.as_mut()).is_none(), "place {place} is in the queue");
            waiting.push(write);
        }
        let outcome = poll_once(pin!(db.write(|_| Ok::<_, Error>(()))));
        assert!(
            matches!(outcome, Some(Err(Error::Unavailable { outcome_unknown: false, .. }))),
            "{outcome:?}"
        );
    }
    // nobody waits for ever
    let outcome = db.write(|_| Ok::<_, Error>(())).await;
    assert!(matches!(outcome, Err(Error::Unavailable { outcome_unknown: false, .. })), "{outcome:?}");
    for (holder, go_on) in holders {
        go_on.send(()).expect("it waits");
        holder.await.expect("it ends").expect("it commits");
    }
    db.write(|tx| add(tx, 1)).await.expect("there is room again");
    // a server's connections are closed where that may block
    tokio::task::spawn_blocking(move || drop(db)).await.expect("closed");
}

fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

async fn letters_of_four_bytes_come_back_whole(test: &TestDb) {
    let name = "🛵 ₹ é \u{10FFFF} 𝒳";
    test.sql(&rows::insert("users", &format!("first_name='{name}'"))).expect("stored");
    assert_eq!(test.texts("SELECT first_name AS value FROM users"), [name]);
    let length = i64::try_from(name.chars().count()).expect("a length");
    let stored = match test.engine() {
        Engine::Sqlite => "SELECT length(first_name) AS value FROM users",
        Engine::Mysql => "SELECT char_length(first_name) AS value FROM users",
    };
    assert_eq!(test.number(stored), length);
}

async fn names_are_compared_by_their_bytes(test: &TestDb) {
    for (id, name) in ["José@X", "jose@x", "Jose@x", "josé@X", "jose\u{301}@X"].iter().enumerate() {
        let row =
            format!("id={}; username='{name}'; email='{name}'; mobile=NULL; referral_code='{id}'", id + 1);
        test.sql(&rows::insert("users", &row)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = format!("SELECT count(*) AS value FROM users WHERE username = '{name}'");
        assert_eq!(test.number(&found), 1, "{name}");
    }
    let again = rows::insert("users", "id=99; username='x'; email='jose@x'; mobile=NULL; referral_code='99'");
    let outcome = test.sql(&again);
    assert!(matches!(outcome, Err(Error::Duplicate(infra::Unique::UsersEmail))), "{outcome:?}");
}

/// SQLite has one writer, so two can't lock each other out there.
#[test]
fn two_who_lock_two_rows_in_opposite_order_both_succeed_on_mysql() {
    let test = TestDb::open(Engine::Mysql);
    let runtime = runtime();
    runtime.block_on(async {
        rows::seed_members(&test, 2);
        let met = Arc::new(Barrier::new(2));
        let runs = Arc::new(AtomicU32::new(0));
        let lock_both = |first: u32, second: u32| {
            let (db, met, runs) = (test.db.clone(), Arc::clone(&met), Arc::clone(&runs));
            let meet_once = Mutex::new(Some(met));
            tokio::spawn(async move {
                db.write(move |tx| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    let lock = |id| format!("UPDATE users SET lock_no = lock_no + 1 WHERE id = {id}");
                    execute(tx, &lock(first))?;
                    if let Some(met) = meet_once.lock().expect("the meeting").take() {
                        met.wait();
                    }
                    execute(tx, &lock(second))
                })
                .await
            })
        };
        let (one, other) = (lock_both(1, 2), lock_both(2, 1));
        for outcome in [one.await, other.await] {
            assert_eq!(outcome.expect("it ends").expect("it succeeds"), 1);
        }
        assert!(runs.load(Ordering::SeqCst) >= 3, "one of them was run again");
        assert_eq!(
            test.texts("SELECT concat(id, ':', lock_no) AS value FROM users ORDER BY id"),
            ["1:2", "2:2"]
        );
    });
}

/// `.cargo/config.toml` says how; another way costs more than half of the rate.
#[test]
fn sqlite_is_built_for_prepared_statements_and_connections_that_share_nothing() {
    let options =
        TestDb::open(Engine::Sqlite).texts("SELECT compile_options AS value FROM pragma_compile_options");
    for wanted in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0", "THREADSAFE=2"] {
        assert!(options.iter().any(|option| option == wanted), "{wanted} is not in {options:?}");
    }
    assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
}
