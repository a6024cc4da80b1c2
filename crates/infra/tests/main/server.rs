//! What a server does to connections and statements, and what its callers are told.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::Duration,
};

use infra::{
    Error, Result,
    db::{Db, PoolSizes, Tx},
    testing::{Engine, TestDb, number, runtime},
};

use crate::transactions::{COUNT, Stop, add, count};

const CONNECTION_ID: &str = "SELECT CAST(CONNECTION_ID() AS SIGNED) AS value";

/// A transaction that has written a row and whose connection the server has ended; `then` is done next.
fn lose_the_connection(then: fn(&mut Tx) -> Result<()>) -> Result<()> {
    let test = TestDb::open(Engine::Mysql);
    let runtime = runtime();
    runtime.block_on(async {
        let (stop, is_there, go_on) = Stop::new();
        let (tell, told) = mpsc::channel();
        let tell = Mutex::new(tell);
        let db = test.db.clone();
        let writer = tokio::spawn(async move {
            db.write(move |tx| {
                add(tx, 1)?;
                tell.lock().expect("the id").send(number(tx, CONNECTION_ID)?).expect("someone listens");
                stop.here();
                then(tx)
            })
            .await
        });
        is_there.await.expect("the row is written");
        let id = told.recv().expect("the id");
        test.sql(&format!("KILL {id}")).expect("the connection is ended");
        go_on.send(()).expect("the writer waits");
        let outcome = writer.await.expect("the writer ends");
        assert_eq!(count(&test).await, 0);
        for id in 1..=20 {
            test.db.write(move |tx| add(tx, id)).await.expect("the pool works on");
        }
        outcome
    })
}

#[test]
fn a_connection_lost_at_commit_leaves_the_outcome_unknown_on_mysql() {
    let outcome = lose_the_connection(|_| Ok(()));
    assert!(matches!(outcome, Err(Error::Unavailable { outcome_unknown: true, .. })), "{outcome:?}");
}

#[test]
fn a_connection_lost_before_commit_did_nothing_on_mysql() {
    let outcome = lose_the_connection(|tx| number(tx, COUNT).map(|_| ()));
    assert!(matches!(outcome, Err(Error::Unavailable { outcome_unknown: false, .. })), "{outcome:?}");
}

#[test]
fn a_statement_that_the_server_ends_did_nothing_and_is_not_run_again_on_mysql() {
    let test = TestDb::open(Engine::Mysql);
    let runtime = runtime();
    runtime.block_on(async {
        let runs = Arc::new(AtomicU32::new(0));
        let (seen, (tell, told)) = (Arc::clone(&runs), mpsc::channel());
        let (db, tell) = (test.db.clone(), Mutex::new(tell));
        let writer = tokio::spawn(async move {
            db.write(move |tx| {
                seen.fetch_add(1, Ordering::SeqCst);
                add(tx, 1)?;
                tell.lock().expect("the id").send(number(tx, CONNECTION_ID)?).expect("someone listens");
                number(tx, "SELECT SLEEP(600) AS value")
            })
            .await
        });
        let id = told.recv().expect("the id");
        while !writer.is_finished() {
            test.sql(&format!("KILL QUERY {id}")).expect("the statement is ended");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let outcome = writer.await.expect("the writer ends");
        assert!(matches!(outcome, Err(Error::Unavailable { outcome_unknown: false, .. })), "{outcome:?}");
        assert_eq!((runs.load(Ordering::SeqCst), count(&test).await), (1, 0));
    });
}

#[test]
fn connections_that_went_stale_in_the_pool_are_not_noticed_on_mysql() {
    let test = TestDb::open(Engine::Mysql);
    let runtime = runtime();
    runtime.block_on(async {
        let id = test.db.write(|tx| number(tx, CONNECTION_ID)).await.expect("an id");
        test.sql(&format!("KILL {id}")).expect("the connection is ended");
        test.db.write(|tx| add(tx, 1)).await.expect("another connection does it");
        assert_eq!(count(&test).await, 1);
    });
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let test = TestDb::open(Engine::Mysql);
    let infra::db::Address::Mysql(address) = test.db.address().clone() else { panic!("MySQL") };
    // a port that was free a moment ago
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a port")
        .port();
    let nowhere = infra::db::Address::Mysql(infra::db::MysqlAddress { port, ..address });
    let db = Db::open(nowhere, PoolSizes::new(1, 1)).expect("a pool");
    let runtime = runtime();
    let outcome = runtime.block_on(db.write(|_| Ok::<_, Error>(())));
    assert!(matches!(outcome, Err(Error::Unavailable { outcome_unknown: false, .. })), "{outcome:?}");
}
