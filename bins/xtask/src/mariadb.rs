//! A private MariaDB: installed into a run's folder, on its own port and socket, with the binary log on.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::programs;
use crate::run_folder::{RunFolder, random_word};

/// Where the server listens.
pub const HOST: &str = "127.0.0.1";
const START_TIMEOUT: Duration = Duration::from_secs(90);
const PORT_TRIES: u32 = 5;
/// From here on [`free_port`] looks.
const FIRST_PORT: u64 = 10_000;
const FREE_TRIES: u32 = 100;

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// Nothing: the data goes with the run, and lies in memory where there is room.
    Fast,
    /// The disk, as in production.
    Durable,
}

/// How root reaches a running server.
#[derive(Clone, Debug)]
pub struct Mysql {
    pub port: u16,
    pub root_password: String,
}

/// A running server, a child of this process.
pub struct Server {
    pub child: Child,
    pub root: Mysql,
}

impl Mysql {
    /// Runs SQL as root and returns what it prints, columns separated by tabs.
    ///
    /// # Errors
    /// The server's own words, when it refuses a statement.
    pub fn sql(&self, statements: &str) -> Result<String> {
        let mut client = Command::new("mariadb")
            .args(["--no-defaults", "--protocol=tcp", "--batch", "--skip-column-names", "--user=root"])
            .args([format!("--host={HOST}"), format!("--port={}", self.port)])
            .env("MYSQL_PWD", &self.root_password)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the client program mariadb can't be run")?;
        let sent = client.stdin.take().map(|mut stdin| stdin.write_all(statements.as_bytes()));
        let output = client.wait_with_output()?;
        if !output.status.success() {
            bail!("MariaDB refuses: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        sent.transpose()?;
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// Installs and starts a server, and returns once root can log in.
pub fn start(run: &RunFolder, durability: Durability) -> Result<Server> {
    let data = match durability {
        Durability::Fast => run.data()?,
        Durability::Durable => run.data_on_disk()?,
    };
    let root_password = random_word()?;
    let settings = run.path().join("my.cnf");
    let log = log(run.path());
    write_init(run.path(), &root_password)?;
    write_settings(&settings, run.path(), &data, 0, durability)?;
    install(&settings, &log)?;
    for _ in 0..PORT_TRIES {
        // Another program can take the port between this and the server's start; then it is tried again.
        let port = free_port()?;
        write_settings(&settings, run.path(), &data, port, durability)?;
        let child = spawn(&settings, &log)?;
        let root = Mysql { port, root_password: root_password.clone() };
        if let Some(child) = wait_until_ready(child, &root)? {
            return Ok(Server { child, root });
        }
        if !fs::read_to_string(&log)?.contains("already in use") {
            break;
        }
    }
    bail!("MariaDB did not start; its log ends with:\n{}", tail(&log, 25))
}

/// Starts a server that was killed on what it left behind, and returns once root can log in.
pub fn restart(folder: &Path, root: &Mysql) -> Result<Child> {
    let (settings, log) = (folder.join("my.cnf"), log(folder));
    match wait_until_ready(spawn(&settings, &log)?, root)? {
        Some(child) => Ok(child),
        None => bail!("MariaDB did not start again; its log ends with:\n{}", tail(&log, 25)),
    }
}

/// Where a server of this folder says what it does.
pub fn log(folder: &Path) -> PathBuf {
    folder.join("mariadb.log")
}

/// A port that was free a moment ago: not one of those that Linux gives to whoever connects to somewhere, since such a one
/// can be gone before a server that boots for long has come to it. Where all are given, any.
pub fn free_port() -> Result<u16> {
    let given = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")?;
    let first_given: u64 = given.split_whitespace().next().context("no range of ports")?.parse()?;
    let end = if first_given > FIRST_PORT { first_given } else { u16::MAX.into() };
    for _ in 0..FREE_TRIES {
        let port = u16::try_from(FIRST_PORT + RandomState::new().hash_one(()) % (end - FIRST_PORT))?;
        if TcpListener::bind((HOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("of {FREE_TRIES} ports none is free")
}

/// The last lines of a log.
pub fn tail(log: &Path, lines: usize) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// Gives root a password.
pub fn write_init(folder: &Path, root_password: &str) -> Result<()> {
    let statements = format!(
        "CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '{root_password}';\n\
         GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n\
         ALTER USER root@localhost IDENTIFIED BY '{root_password}';\n"
    );
    Ok(fs::write(folder.join("init.sql"), statements)?)
}

/// A test's data need not outlive a power cut, so its server doesn't wait for the disk; the rest is as in production.
fn write_settings(
    settings: &Path,
    folder: &Path,
    data: &Path,
    port: u16,
    durability: Durability,
) -> Result<()> {
    let init = format!("init-file={}/init.sql\n", folder.display());
    Ok(fs::write(settings, basic_settings(data, port, durability) + &init)?)
}

/// What every server of ours is told.
pub fn basic_settings(data: &Path, port: u16, durability: Durability) -> String {
    let flush = match durability {
        Durability::Fast => 0,
        Durability::Durable => 1,
    };
    let data = data.display();
    // The socket is named relative to the data folder, since a socket's whole path has room for 107 bytes only.
    // A user without SUPER can't create triggers while the binary log is on, unless the server trusts creators.
    format!(
        "[mariadbd]\n\
         datadir={data}\n\
         socket=server.sock\n\
         pid-file=server.pid\n\
         tmpdir={data}\n\
         bind-address={HOST}\n\
         port={port}\n\
         skip-name-resolve\n\
         max-connections=500\n\
         performance-schema=OFF\n\
         character-set-server=utf8mb4\n\
         server-id=1\n\
         log-bin=binlog\n\
         binlog-format=ROW\n\
         sync-binlog={flush}\n\
         log-bin-trust-function-creators=1\n\
         innodb-flush-log-at-trx-commit={flush}\n\
         innodb-flush-method=fsync\n\
         innodb-use-native-aio=0\n\
         innodb-buffer-pool-size=256M\n\
         innodb-log-file-size=64M\n"
    )
}

/// Makes an empty data folder.
pub fn install(settings: &Path, log: &Path) -> Result<()> {
    let mut command = programs::bound(program("mariadb-install-db")?);
    command.arg(settings_argument(settings));
    if rustix::process::getuid().is_root() {
        command.arg("--user=root");
    }
    // `--rpm` leaves the rights of the system's own PAM plugin as they are.
    let status = command
        .args(["--auth-root-authentication-method=normal", "--skip-test-db", "--rpm"])
        .stdin(Stdio::null())
        .stdout(File::create(log)?)
        .stderr(File::options().append(true).open(log)?)
        .status()?;
    if !status.success() {
        bail!("mariadb-install-db failed:\n{}", tail(log, 25));
    }
    Ok(())
}

fn spawn(settings: &Path, log: &Path) -> Result<Child> {
    Ok(server(settings, log)?.stdin(Stdio::null()).spawn()?)
}

/// The server's command, which writes into this log.
pub fn server(settings: &Path, log: &Path) -> Result<Command> {
    let mut command = programs::bound(program("mariadbd")?);
    command.arg(settings_argument(settings));
    if rustix::process::getuid().is_root() {
        command.arg("--user=root");
    }
    let out = File::options().create(true).append(true).open(log)?;
    command.stdout(out.try_clone()?).stderr(out);
    Ok(command)
}

/// None when the server ended by itself.
fn wait_until_ready(mut child: Child, root: &Mysql) -> Result<Option<Child>> {
    let deadline = Instant::now() + START_TIMEOUT;
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
        if root.sql("SELECT 1").is_ok() {
            return Ok(Some(child));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    bail!("MariaDB is not ready after {START_TIMEOUT:?}")
}

fn settings_argument(settings: &Path) -> String {
    format!("--defaults-file={}", settings.display())
}

fn program(name: &str) -> Result<PathBuf> {
    programs::find(name).with_context(|| format!("{name} is missing"))
}
