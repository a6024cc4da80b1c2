//! Redis for tests: a numbered database of its own on the private server that `cargo xtask test` starts, or a server of
//! its own that can be killed. Without that server a test fails and says so.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use deadpool_redis::redis::{Cmd, FromRedisValue};
use tempfile::TempDir;

use super::variable;
use crate::{config::RedisConfig, redis::Redis};

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A database of the test's own on the test run's server. Blocking.
///
/// # Panics
/// Where the run has no Redis.
pub fn shared() -> RedisConfig {
    let host = variable("TEST_REDIS_HOST");
    let port = variable("TEST_REDIS_PORT").parse().expect("a port");
    let database = ask(&host, port, "INCR ev:tests").expect("the run's Redis answers");
    let database = database.strip_prefix(':').and_then(|number| number.parse().ok()).expect("a number");
    RedisConfig { host, port, database, password: None }
}

/// One line for one line.
fn ask(host: &str, port: u16, command: &str) -> std::io::Result<String> {
    let mut connection = TcpStream::connect((host, port))?;
    connection.write_all(format!("{command}\r\n").as_bytes())?;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// What Redis says to a command, past every rule of the code.
///
/// # Panics
/// Where it does not answer.
pub async fn says<T: FromRedisValue>(redis: &Redis, arguments: &[&str]) -> T {
    let mut command = Cmd::new();
    for argument in arguments {
        command.arg(*argument);
    }
    redis.command(&command).await.expect("Redis answers")
}

/// A server that only this test has; it ends with this value.
pub struct OwnRedis {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl OwnRedis {
    /// Starts one. Blocking.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        Self { process: spawn(&folder, port), folder, port }
    }

    /// How it is reached.
    pub fn config(&self) -> RedisConfig {
        RedisConfig { host: "127.0.0.1".to_owned(), port: self.port, database: 0, password: None }
    }

    /// Kills it with SIGKILL. Blocking.
    ///
    /// # Panics
    /// Where it is gone already.
    pub fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    /// Starts it again, empty, on the same port. Blocking.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_again(&mut self) {
        self.process = spawn(&self.folder, self.port);
    }

    /// Stops it where it stands (`STOP`), or lets it go on (`CONT`).
    ///
    /// # Panics
    /// Where it is gone.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    let process = Command::new("setpriv")
        .args([
            "--pdeathsig",
            "KILL",
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ])
        .args(["--port", &port.to_string()])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server starts");
    let deadline = Instant::now() + START_TIMEOUT;
    while ask("127.0.0.1", port, "PING").ok().as_deref() != Some("+PONG") {
        assert!(Instant::now() < deadline, "redis-server does not answer");
        std::thread::sleep(Duration::from_millis(10));
    }
    process
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        // it may have been killed already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
