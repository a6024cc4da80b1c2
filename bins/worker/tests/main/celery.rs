//! The real Celery on the other side: as a producer, as a worker, and as those who look on.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::LazyLock,
};

use app::App;
use infra::{
    config::BrokerConfig,
    testing::{TestDb, broker::url},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    fixture::{balances, book, member, platform, rupees},
    truth::on_mysql,
    workers::{Running, until},
};

/// The version whose protocol is spoken.
const CELERY: &str = "celery==5.5.3";
const SCRIPT: &str = "outsider.py";

/// Python with Celery, in a folder that goes with the test run.
static PYTHON: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let run = |command: &mut Command| {
        let output = command.output().expect("python3 is there");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {said} (on Debian: python3-venv)");
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(folder.path()));
    let python = folder.path().join("bin/python");
    run(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        CELERY,
    ]));
    (folder, python)
});

/// A program of somebody else, which ends with the test.
struct Outsider(Child);

impl Outsider {
    fn start(config: &BrokerConfig, folder: &Path, arguments: &[&str]) -> Self {
        let child = Command::new(&PYTHON.1)
            .arg("-B")
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/celery"))
            .env("BROKER_URL", url(config))
            .env("QUEUE", &config.queue)
            .env("OWN_QUEUE", own_queue(config))
            .env("NOTES", notes(folder))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Sends tasks, and gives the ids that Celery made for them.
    fn send(config: &BrokerConfig, folder: &Path, tasks: &[Value]) -> Vec<String> {
        let mut sender = Self::start(config, folder, &[SCRIPT, "send"]);
        let mut stdin = sender.0.stdin.take().unwrap();
        for task in tasks {
            writeln!(stdin, "{task}").unwrap();
        }
        drop(stdin);
        let ids: Vec<_> = sender.lines().map(Result::unwrap).collect();
        assert!(sender.0.wait().unwrap().success());
        assert_eq!(ids.len(), tasks.len());
        ids
    }

    fn lines(&mut self) -> std::io::Lines<BufReader<ChildStdout>> {
        BufReader::new(self.0.stdout.take().unwrap()).lines()
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        // it may have ended
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn own_queue(config: &BrokerConfig) -> String {
    format!("{}-python", config.queue)
}

fn notes(folder: &Path) -> PathBuf {
    folder.join("notes")
}

/// A member whose EMI reserve holds ₹100.00, and a booking that it was not yet applied to.
async fn reserve_and_booking(test: &TestDb, app: &App) -> app::Call {
    let owner = member(test, app, None);
    let [left, right] = [(); 2].map(|()| member(test, app, Some(owner.actor.id)).actor.id);
    let id = owner.actor.id;
    test.sql(&format!(
        "INSERT INTO pairs (id, user_id, left_user_id, right_user_id, pair_number, status, pair_amount,
           earning_amount, emi_deducted, reserve_deducted, net_amount, active_buyer, plan_version, seq, pair_month,
           pair_year, matched_at, created_at)
         VALUES (1, {id}, {left}, {right}, 1, 'matched', 100000, 50000, 10000, 0, 40000, 0, 1, 1, 11, 2026,
           '2026-11-20 00:00:00', '2026-11-20 00:00:00');
         INSERT INTO outbox (kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by, created_at)
         VALUES ('pair_matched', 'pair_matched:1', 1, '', 0, '2026-11-20 00:00:00', '', 'test',
           '2026-11-20 00:00:00')"
    ))
    .unwrap();
    crate::fixture::run_tasks(app).await;
    book(app, &owner, "5000.00").await;
    // what a booking announces would do it without anybody else
    test.sql("DELETE FROM outbox WHERE kind = 'emi_autofill'").unwrap();
    assert_eq!(balances(app, &owner).await.emi_reserve, rupees("100.00"));
    owner
}

#[test]
fn a_python_producer_reaches_our_worker_and_those_who_look_on_see_it() {
    on_mysql(async |test, config| {
        let app = platform(test).await;
        let owner = reserve_and_booking(test, &app).await;
        let mut watcher = Outsider::start(&config, test.folder(), &[SCRIPT, "watch"]);
        let mut seen = watcher.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        assert_eq!(seen.next(), Some(json!({})), "it looks on");
        let worker = Running::worker(&app, &config);

        let id = owner.actor.id;
        let ids = Outsider::send(
            &config,
            test.folder(),
            &[
                json!({ "name": "emi_autofill", "args": [id] }),
                json!({ "name": "wallet_update", "kwargs": { "user_id": id } }),
                json!({ "name": "wallet_update", "args": [id], "countdown": 3600 }),
                json!({ "name": "wallet_update", "args": [id], "task_id": "twice" }),
                json!({ "name": "wallet_update", "args": [id], "task_id": "twice" }),
                json!({ "name": "emi_autofill", "args": [987654] }),
                json!({ "name": "no_such_task", "args": [id] }),
                json!({ "name": "emi_autofill", "args": ["all of it"] }),
            ],
        );
        let count = |what: &str| test.number(&format!("SELECT COUNT(*) AS value FROM {what}"));
        until("three are run", async || {
            count("outbox WHERE done_at IS NOT NULL AND caused_by LIKE 'celery %'") == 3
        })
        .await;
        until("three are kept", async || count("dead_letters") == 3).await;
        assert_eq!(balances(&app, &owner).await.emi_reserve, rupees("0.00"));
        assert_eq!(test.number("SELECT total_paid AS value FROM bookings"), 10_000);
        assert_eq!(count("ledger_transactions WHERE tx_key LIKE 'payment:%'"), 1);
        // what is to wait an hour waits in the database
        let waiting =
            format!("outbox WHERE caused_by = 'celery {}' AND attempts = 0 AND next_at IS NOT NULL", ids[2]);
        assert_eq!(count(&waiting), 1);
        let kept = test.texts("SELECT task_id AS value FROM dead_letters ORDER BY id");
        assert!(ids[5..].iter().all(|id| kept.contains(id)), "{kept:?}");

        let mut waited_for = vec![(&ids[0], "SUCCESS"), (&ids[1], "SUCCESS"), (&ids[5], "FAILURE")];
        let mut types = std::collections::BTreeSet::new();
        while !waited_for.is_empty() || !types.contains("worker-heartbeat") {
            let event = seen.next().expect("another event");
            types.insert(event["type"].as_str().unwrap().to_owned());
            waited_for.retain(|(id, state)| event["uuid"] != **id || event["state"] != *state);
        }
        for kind in ["task-received", "task-started", "task-succeeded", "task-failed", "worker-heartbeat"] {
            assert!(types.contains(kind), "{kind} of {types:?}");
        }
        worker.stop();
    });
}

#[test]
fn what_is_routed_elsewhere_reaches_a_python_worker_and_is_done_when_confirmed() {
    on_mysql(async |test, mut config| {
        config.routes.insert("wallet_update".to_owned(), own_queue(&config));
        let app = platform(test).await;
        let user = member(test, &app, None).actor.id;
        test.sql(&format!(
            "INSERT INTO outbox (kind, task_key, subject_id, payload, attempts, next_at, last_error, caused_by, created_at)
             VALUES ('wallet_update', 'wallet_update:1', {user}, '', 0, '2026-11-20 00:00:00', '', 'test',
               '2026-11-20 00:00:00')"
        ))
        .unwrap();
        let row = test.number("SELECT id AS value FROM outbox");
        let relay = Running::relay(&app, &config);
        let done = "SELECT COUNT(*) AS value FROM outbox WHERE done_at IS NOT NULL AND attempts = 0";
        until("the row is done", async || test.number(done) == 1).await;

        let arguments =
            ["-m", "celery", "-A", "outsider", "worker", "--pool", "solo", "--loglevel", "WARNING"];
        let _worker = Outsider::start(&config, test.folder(), &arguments);
        let notes = notes(test.folder());
        until("the worker has noted it", async || notes.exists()).await;
        until("its line is whole", async || std::fs::read_to_string(&notes).unwrap().ends_with('\n')).await;
        let noted: Value = serde_json::from_str(std::fs::read_to_string(&notes).unwrap().trim()).unwrap();
        assert_eq!(noted, json!({ "user_id": user, "id": format!("outbox-{row}") }));
        relay.stop();
    });
}
