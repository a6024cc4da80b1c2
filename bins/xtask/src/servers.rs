//! The private servers of a run, as the command that needs them sees them.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::mariadb::{self, Durability, Mysql};
use crate::rabbitmq::Rabbitmq;
use crate::workspace::Workspace;

/// What a run needs besides a folder that is removed at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// MariaDB, and what its commits wait for.
    pub mysql: Option<Durability>,
    /// Redis.
    pub redis: bool,
    /// RabbitMQ, which keeps two cores busy for a while when it boots.
    pub rabbitmq: bool,
}

impl Wanted {
    /// No server.
    pub const FOLDER_ONLY: Self = Self { mysql: None, redis: false, rabbitmq: false };
    /// Every server that tests ask for.
    pub const ALL: Self = Self { mysql: Some(Durability::Fast), redis: true, rabbitmq: true };
    /// Every one but RabbitMQ.
    pub const WITHOUT_BROKER: Self = Self { rabbitmq: false, ..Self::ALL };
    /// Every server, with what is committed on the disk: for runs that kill them.
    pub const DURABLE: Self = Self { mysql: Some(Durability::Durable), ..Self::ALL };
    /// MariaDB alone, as it is in production.
    pub const DURABLE_MYSQL: Self = Self { mysql: Some(Durability::Durable), ..Self::FOLDER_ONLY };
}

/// What a server is called by who disturbs it.
pub const MARIADB: &str = "MariaDB";
/// See [`MARIADB`].
pub const REDIS: &str = "Redis";
/// See [`MARIADB`].
pub const RABBITMQ: &str = "RabbitMQ";

/// What a test does to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// SIGKILL.
    Kill,
    /// Starts it again.
    Start,
    /// SIGSTOP: it stands still, with its connections open.
    Pause,
    /// SIGCONT.
    Resume,
}

impl Disturbance {
    const ALL: [Self; 4] = [Self::Kill, Self::Start, Self::Pause, Self::Resume];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }

    /// The one of this name.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|this| this.as_str() == text)
    }
}

/// A run's servers; they end, and their folder goes, when this value or this process does.
pub struct Servers {
    supervisor: Child,
    orders: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
    folder: PathBuf,
    mysql: Option<Mysql>,
    redis_port: Option<u16>,
    rabbitmq: Option<Rabbitmq>,
}

impl Servers {
    /// Starts what is wanted, and returns when it can be used; RabbitMQ goes on booting.
    pub fn start(workspace: &Workspace, wanted: Wanted) -> Result<Self> {
        // This program, also when a build has put another in its place meanwhile.
        let mut command = Command::new("/proc/self/exe");
        command.arg("supervise").current_dir(workspace.root());
        match wanted.mysql {
            None => {}
            Some(Durability::Fast) => _ = command.args(["--mysql", "fast"]),
            Some(Durability::Durable) => _ = command.args(["--mysql", "durable"]),
        }
        if wanted.redis {
            command.arg("--redis");
        }
        if wanted.rabbitmq {
            command.arg("--rabbitmq");
        }
        // Its own group: a Ctrl-C at the terminal ends this process, and the supervisor lives to clear away.
        let mut supervisor = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = supervisor.stdin.take();
        let stdout = supervisor.stdout.take().context("the supervisor has no output")?;
        let mut line = String::new();
        let mut reports = BufReader::new(stdout);
        reports.read_line(&mut line)?;
        if line.is_empty() {
            supervisor.wait()?;
            bail!("the private servers did not start");
        }
        let ready: Value = serde_json::from_str(&line)?;
        Ok(Self {
            supervisor,
            orders,
            reports,
            folder: ready["folder"].as_str().context("no folder")?.into(),
            mysql: mysql(&ready)?,
            redis_port: port(&ready["redis_port"])?,
            rabbitmq: rabbitmq(&ready["rabbitmq"])?,
        })
    }

    /// The run's folder, for files that are to go with it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// MariaDB's root.
    ///
    /// # Errors
    /// When the run was started without MariaDB.
    pub fn mysql(&self) -> Result<&Mysql> {
        self.mysql.as_ref().context("this run has no MariaDB")
    }

    /// Where Redis listens, where the run has one.
    pub fn redis_port(&self) -> Option<u16> {
        self.redis_port
    }

    /// RabbitMQ, once it takes connections.
    ///
    /// # Errors
    /// When the run was started without it, or it doesn't come up.
    pub fn rabbitmq(&self) -> Result<&Rabbitmq> {
        let rabbitmq = self.rabbitmq.as_ref().context("this run has no RabbitMQ")?;
        rabbitmq.wait_until_ready()?;
        Ok(rabbitmq)
    }

    /// The variables by which tests find the servers.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mysql = self.mysql.iter().flat_map(|mysql| {
            [
                ("TEST_MYSQL_HOST", mariadb::HOST.to_owned()),
                ("TEST_MYSQL_PORT", mysql.port.to_string()),
                ("TEST_MYSQL_ROOT_PASSWORD", mysql.root_password.clone()),
            ]
        });
        let redis = self.redis_port.iter().flat_map(|port| {
            [("TEST_REDIS_HOST", mariadb::HOST.to_owned()), ("TEST_REDIS_PORT", port.to_string())]
        });
        let rabbitmq = self.rabbitmq.iter().flat_map(|rabbitmq| {
            [
                ("TEST_RABBITMQ_HOST", mariadb::HOST.to_owned()),
                ("TEST_RABBITMQ_PORT", rabbitmq.port.to_string()),
                ("TEST_RABBITMQ_USER", rabbitmq.user.clone()),
                ("TEST_RABBITMQ_PASSWORD", rabbitmq.password.clone()),
            ]
        });
        mysql.chain(redis).chain(rabbitmq).collect()
    }

    /// Starts a command that ends, with all its children, when this process does.
    pub fn spawn(&mut self, command: &mut Command) -> Result<Child> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} can't be run", command.get_program().display()))?;
        self.order("watch", child.id())?;
        Ok(child)
    }

    /// Runs a command to its end, in the same way.
    pub fn run(&mut self, command: &mut Command) -> Result<ExitStatus> {
        let mut child = self.spawn(command)?;
        let status = child.wait()?;
        self.forget(&child)?;
        Ok(status)
    }

    /// Says that a spawned command has ended.
    pub fn forget(&mut self, child: &Child) -> Result<()> {
        self.order("forget", child.id())
    }

    /// Disturbs a server, and returns once that is done.
    ///
    /// # Errors
    /// When it can't be done, or the private servers are gone.
    pub fn disturb(&mut self, disturbance: Disturbance, name: &str) -> Result<()> {
        self.tell(&format!("{} {name}", disturbance.as_str()))?;
        let mut line = String::new();
        self.reports.read_line(&mut line)?;
        if line.trim() != name {
            bail!("{name} could not be disturbed ({})", disturbance.as_str());
        }
        Ok(())
    }

    /// Stops everything and removes the folder.
    ///
    /// # Errors
    /// When a server had ended by itself, or something can't be removed.
    pub fn stop(mut self) -> Result<()> {
        self.orders = None;
        let status = self.supervisor.wait()?;
        if !status.success() {
            bail!("the private servers did not end well ({status})");
        }
        Ok(())
    }

    fn order(&mut self, verb: &str, group: u32) -> Result<()> {
        self.tell(&format!("{verb} {group}"))
    }

    fn tell(&mut self, order: &str) -> Result<()> {
        let orders = self.orders.as_mut().context("the supervisor is stopped")?;
        writeln!(orders, "{order}").context("the private servers are gone")
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.orders = None;
        // Only an early return comes here with the supervisor running; that return's error is the one to show.
        let _ = self.supervisor.wait();
    }
}

fn mysql(ready: &Value) -> Result<Option<Mysql>> {
    let Some(port) = port(&ready["port"])? else { return Ok(None) };
    let root_password = ready["root_password"].as_str().context("no password")?.to_owned();
    Ok(Some(Mysql { port, root_password }))
}

/// None where there is no such server.
fn port(value: &Value) -> Result<Option<u16>> {
    match value {
        Value::Null => Ok(None),
        port => Ok(Some(port.as_u64().context("no port")?.try_into()?)),
    }
}

fn rabbitmq(ready: &Value) -> Result<Option<Rabbitmq>> {
    let Some(port) = port(&ready["port"])? else { return Ok(None) };
    let text = |name: &str| ready[name].as_str().context("no login").map(str::to_owned);
    Ok(Some(Rabbitmq { port, user: text("user")?, password: text("password")? }))
}
