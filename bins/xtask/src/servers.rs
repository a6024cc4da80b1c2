//! The private servers of a run, as the command that needs them sees them.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::mariadb::{self, Mysql};
use crate::workspace::Workspace;

/// What a run needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A folder that is removed at the end, and no server.
    FolderOnly,
    /// MariaDB as well, which never waits for the disk.
    Mysql,
    /// MariaDB on the disk, which waits for it as in production.
    DurableMysql,
}

/// A run's servers; they end, and their folder goes, when this value or this process does.
pub struct Servers {
    supervisor: Child,
    orders: Option<ChildStdin>,
    folder: PathBuf,
    mysql: Option<Mysql>,
}

impl Servers {
    /// Starts what is wanted, and returns when it can be used.
    pub fn start(workspace: &Workspace, wanted: Wanted) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("supervise").current_dir(workspace.root());
        match wanted {
            Wanted::FolderOnly => {}
            Wanted::Mysql => _ = command.args(["--mysql", "fast"]),
            Wanted::DurableMysql => _ = command.args(["--mysql", "durable"]),
        }
        // Its own group: a Ctrl-C at the terminal ends this process, and the supervisor lives to clear away.
        let mut supervisor = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = supervisor.stdin.take();
        let stdout = supervisor.stdout.take().context("the supervisor has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        if line.is_empty() {
            supervisor.wait()?;
            bail!("the private servers did not start");
        }
        let ready: Value = serde_json::from_str(&line)?;
        Ok(Self {
            supervisor,
            orders,
            folder: ready["folder"].as_str().context("no folder")?.into(),
            mysql: mysql(&ready)?,
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

    /// The variables by which tests find the servers.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.mysql
            .iter()
            .flat_map(|mysql| {
                [
                    ("TEST_MYSQL_HOST", mariadb::HOST.to_owned()),
                    ("TEST_MYSQL_PORT", mysql.port.to_string()),
                    ("TEST_MYSQL_ROOT_PASSWORD", mysql.root_password.clone()),
                ]
            })
            .collect()
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
        let orders = self.orders.as_mut().context("the supervisor is stopped")?;
        writeln!(orders, "{verb} {group}").context("the private servers are gone")
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
    if ready["port"].is_null() {
        return Ok(None);
    }
    let port = ready["port"].as_u64().context("no port")?.try_into()?;
    let root_password = ready["root_password"].as_str().context("no password")?.to_owned();
    Ok(Some(Mysql { port, root_password }))
}
