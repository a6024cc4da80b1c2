//! The real program.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
};

use infra::{broker::Publisher, config::BrokerConfig, db::Address, testing::TestDb};
use secrecy::ExposeSecret as _;

use crate::{
    truth::{on_mysql, scene},
    workers::until,
};

/// A worker, killed where a test fails.
struct Process {
    child: Child,
    figures: SocketAddr,
}

impl Process {
    fn start(test: &TestDb, config: &BrokerConfig, arguments: &[&str], allowed: &str) -> Self {
        let Address::Mysql(database) = test.db.address() else { panic!("workers have a server") };
        std::fs::write(test.folder().join(".env"), "").unwrap();
        let figures = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_worker"))
            .args(arguments)
            .current_dir(test.folder())
            .env_clear()
            .envs([("DB_ENGINE", "mysql"), ("DB_HOST", &database.host), ("DB_NAME", &database.name)])
            .envs([("DB_USER", database.user.as_str()), ("DB_PORT", &database.port.to_string())])
            .env("DB_PASSWORD", database.password.expose_secret())
            .envs([
                ("RABBITMQ_HOST", &config.host),
                ("RABBITMQ_USER", &config.user),
                ("TASK_QUEUE", &config.queue),
            ])
            .envs([("RABBITMQ_PORT", &config.port.to_string())])
            .env("RABBITMQ_PASSWORD", config.password.expose_secret())
            .env("METRICS_ALLOWED_ADDRESSES", allowed)
            .env("WORKER_METRICS_ADDRESS", figures.to_string())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, figures }
    }

    /// What it says of itself to whoever asks; nothing before it listens.
    fn figures(&self) -> String {
        let mut told = String::new();
        if let Ok(mut stream) = TcpStream::connect(self.figures) {
            stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: worker\r\nConnection: close\r\n\r\n").unwrap();
            stream.read_to_string(&mut told).unwrap();
        }
        told
    }

    /// Asks it to end.
    fn stop(mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // it has ended where all went well
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn beat_runs_the_schedule_and_sends_tasks_and_takes_none() {
    on_mysql(async |test, config| {
        let scene = scene(test, config.clone()).await;
        let due = scene.open_rows();
        let publisher = Publisher::connect(&config).await.unwrap();
        let beat = Process::start(test, &config, &["beat"], "127.0.0.1");
        until("all are sent", async || i64::from(publisher.depth(&config.queue).await.unwrap()) == due).await;
        until("the schedule has run", async || scene.count("scheduled_runs") > 0).await;
        // whoever takes tasks leaves none in the queue
        assert!(beat.stop().success());
        assert_eq!(i64::from(publisher.depth(&config.queue).await.unwrap()), due);
        assert_eq!(scene.count("outbox WHERE attempts > 0"), 0, "no task was begun");

        let worker = Process::start(test, &config, &[], "127.0.0.1");
        scene.all_is_done_once().await;
        let told = worker.figures();
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        assert!(told.contains("database_up 1") && told.contains("payment_completed"), "{told}");
        assert!(worker.stop().success());
    });
}

#[test]
fn a_workers_figures_are_for_the_addresses_that_may_read_them() {
    on_mysql(async |test, config| {
        let worker = Process::start(test, &config, &[], "192.0.2.7");
        until("it listens", async || !worker.figures().is_empty()).await;
        let told = worker.figures();
        assert!(told.starts_with("HTTP/1.1 403") && !told.contains("database_up"), "{told}");
        assert!(worker.stop().success());
    });
}
