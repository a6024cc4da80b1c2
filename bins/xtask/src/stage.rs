//! The real programs on an empty database of their own, for whoever drives them over HTTP.

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::http::{Client, Request};
use crate::mariadb::{HOST, free_port, tail};
use crate::programs;
use crate::run_folder::random_word;
use crate::servers::Servers;
use crate::workspace::Workspace;

/// Whom `manage createsuperuser` makes.
pub const ADMIN_EMAIL: &str = "admin@example.in";
const ADMIN_MOBILE: &str = "9999999999";
const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// The demo is a few thousand commits, one after the other.
const DEMO_TIMEOUT: Duration = Duration::from_secs(300);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
const PORT_TRIES: u32 = 5;
const DATABASE: &str = "stage";
const MIGRATING_USER: &str = "stage_migrate";
const APP_USER: &str = "stage_app";

/// The database that a stage has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Mysql,
}

impl Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Mysql => "mysql",
        })
    }
}

/// How the programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// As the tests are, so that little is compiled twice.
    Debug,
    /// As operators run them.
    Release,
}

/// The programs on a stage.
pub struct Binaries {
    api: PathBuf,
    manage: PathBuf,
    /// `crates/infra/examples/bare.rs`.
    pub bare: PathBuf,
}

impl Binaries {
    /// Builds them at once, so that no dependency is built twice with other features.
    pub fn build(workspace: &Workspace, servers: &mut Servers, profile: Profile) -> Result<Self> {
        let (packages, folder): (&[_], _) = match profile {
            Profile::Debug => (&["--workspace", "--all-features"], "debug"),
            Profile::Release => {
                (&["--release", "--package", "api", "--package", "manage", "--package", "infra"], "release")
            }
        };
        let mut cargo = workspace.cargo();
        cargo.arg("build").args(packages).args(["--bin", "api", "--bin", "manage", "--example", "bare"]);
        if !servers.run(&mut cargo)?.success() {
            bail!("api and manage can't be built");
        }
        let folder = workspace.target().join(folder);
        Ok(Self {
            api: folder.join("api"),
            manage: folder.join("manage"),
            bare: folder.join("examples/bare"),
        })
    }
}

/// A folder, a migrated database with an admin in it, and the settings by which programs find both.
pub struct Stage<'a> {
    folder: PathBuf,
    binaries: &'a Binaries,
    settings: Vec<(&'static str, String)>,
}

/// A running API.
pub struct Api {
    child: Child,
    port: u16,
}

impl Api {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// True when it ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl<'a> Stage<'a> {
    /// Sets it up below the run's folder; on MariaDB it replaces the one before, which must have ended.
    pub fn set(servers: &mut Servers, name: &str, binaries: &'a Binaries, engine: Engine) -> Result<Self> {
        let migrate = |stage: &Self, servers: &mut Servers| stage.manage(servers, &["migrate"]);
        let stage = Self::set_with(servers, name, binaries, engine, migrate)?;
        stage.manage(servers, &["createsuperuser", "--email", ADMIN_EMAIL, "--mobile", ADMIN_MOBILE])?;
        Ok(stage)
    }

    /// The same with the demo's network in the database; its admin is [`ADMIN_EMAIL`] too.
    pub fn set_demo(
        servers: &mut Servers,
        name: &str,
        binaries: &'a Binaries,
        engine: Engine,
    ) -> Result<Self> {
        let fill = |stage: &Self, servers: &mut Servers| {
            let api = stage.start_api_with(servers, &["--demo"], DEMO_TIMEOUT)?;
            stage.stop_api(servers, api)
        };
        Self::set_with(servers, name, binaries, engine, fill).context("the demo")
    }

    /// A stage whose database is made by `make`, which may change its tables.
    fn set_with(
        servers: &mut Servers,
        name: &str,
        binaries: &'a Binaries,
        engine: Engine,
        make: impl Fn(&Self, &mut Servers) -> Result<()>,
    ) -> Result<Self> {
        let folder = servers.folder().join(name);
        fs::create_dir_all(folder.join("outbox"))?;
        fs::create_dir_all(folder.join("media"))?;
        // An empty one here, so that the programs don't find the developer's own further up.
        File::create(folder.join(".env"))?;
        let path = |name: &str| folder.join(name).display().to_string();
        let settings = vec![
            ("DEBUG", "true".to_owned()),
            ("DB_ENGINE", engine.to_string()),
            ("EMAIL_BACKEND", "file".to_owned()),
            ("SMS_BACKEND", "file".to_owned()),
            ("EMAIL_FILE_PATH", path("outbox")),
            ("MEDIA_ROOT", path("media")),
        ];
        let mut stage = Self { folder, binaries, settings };
        match engine {
            Engine::Sqlite => {
                stage.settings.push(("DB_NAME", stage.sqlite_file().display().to_string()));
                make(&stage, servers)?;
            }
            Engine::Mysql => stage.prepare_mysql(servers, make)?,
        }
        Ok(stage)
    }

    /// Root makes the database and two users; one migrates, the other gets what `manage grants` asks for and no more.
    fn prepare_mysql(
        &mut self,
        servers: &mut Servers,
        make: impl Fn(&Self, &mut Servers) -> Result<()>,
    ) -> Result<()> {
        let root = servers.mysql()?.clone();
        let (migrating_password, app_password) = (random_word()?, random_word()?);
        root.sql(&format!(
            "SET SESSION foreign_key_checks = 0;\n\
             CREATE OR REPLACE DATABASE {DATABASE} CHARACTER SET utf8mb4;\n\
             CREATE OR REPLACE USER {MIGRATING_USER}@'%' IDENTIFIED BY '{migrating_password}';\n\
             GRANT ALL PRIVILEGES ON {DATABASE}.* TO {MIGRATING_USER}@'%';\n\
             CREATE OR REPLACE USER {APP_USER}@'%' IDENTIFIED BY '{app_password}';\n"
        ))?;
        self.settings.extend([
            ("DB_HOST", HOST.to_owned()),
            ("DB_PORT", root.port.to_string()),
            ("DB_NAME", DATABASE.to_owned()),
            ("SECRET_KEY", random_word()?),
            ("JWT_SECRET_KEY", random_word()?),
        ]);
        self.connect_as(MIGRATING_USER, migrating_password);
        make(self, servers)?;
        let grants = self.manage_says(&["grants", "--user", APP_USER, "--host", "%"])?;
        root.sql(&grants).context("what manage grants printed")?;
        self.connect_as(APP_USER, app_password);
        Ok(())
    }

    fn connect_as(&mut self, user: &str, password: String) {
        self.settings.retain(|(name, _)| !matches!(*name, "DB_USER" | "DB_PASSWORD"));
        self.settings.extend([("DB_USER", user.to_owned()), ("DB_PASSWORD", password)]);
    }

    /// The folder of `messages.jsonl`.
    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    /// The database of an SQLite stage.
    pub fn sqlite_file(&self) -> PathBuf {
        self.folder.join("stage.sqlite3")
    }

    /// Runs `manage` as an operator does.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub fn manage(&self, servers: &mut Servers, arguments: &[&str]) -> Result<()> {
        run(servers, self.program(&self.binaries.manage).args(arguments))
            .with_context(|| format!("manage {}", arguments.join(" ")))
    }

    /// Runs `manage` as an operator does, and gives what it prints.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub fn manage_says(&self, arguments: &[&str]) -> Result<String> {
        let mut manage = self.program(&self.binaries.manage);
        let output = manage.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("manage {}: {}", arguments.join(" "), output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs another program with the stage's settings, and gives what it prints.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub fn says(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let output =
            self.program(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("{} {}: {}", program.display(), arguments.join(" "), output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts the API and waits until it is ready.
    pub fn start_api(&self, servers: &mut Servers) -> Result<Api> {
        self.start_api_with(servers, &[], READY_TIMEOUT)
    }

    fn start_api_with(&self, servers: &mut Servers, arguments: &[&str], timeout: Duration) -> Result<Api> {
        for _ in 0..PORT_TRIES {
            let mut api = self.spawn_api(servers, arguments)?;
            if wait_until_ready(&mut api, timeout)? {
                return Ok(api);
            }
            servers.forget(&api.child)?;
            // Another program can take the port before the API does; then it is tried again.
            if !tail(&self.api_log(), 60).to_lowercase().contains("in use") {
                break;
            }
        }
        bail!("the API ended instead of starting")
    }

    /// Starts the API and waits for a 200 of `/health/`, looking every half millisecond, then until it is ready;
    /// returns how long the first took.
    pub fn time_start(&self, servers: &mut Servers) -> Result<(Api, Duration)> {
        let begun = Instant::now();
        let mut api = self.spawn_api(servers, &[])?;
        while status(api.address(), "/health/").ok() != Some(200) {
            if api.child.try_wait()?.is_some() || begun.elapsed() > READY_TIMEOUT {
                bail!("the API does not start");
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        let took = begun.elapsed();
        if !wait_until_ready(&mut api, READY_TIMEOUT)? {
            bail!("the API ended instead of starting");
        }
        Ok((api, took))
    }

    /// Kills the API with SIGKILL and starts it on the same port, without waiting for anything.
    pub fn kill_and_restart_api(&self, servers: &mut Servers, mut api: Api) -> Result<Api> {
        api.child.kill()?;
        api.child.wait()?;
        servers.forget(&api.child)?;
        let log = File::options().append(true).open(self.api_log())?;
        self.spawn_api_on(servers, &[], api.port, log)
    }

    fn spawn_api(&self, servers: &mut Servers, arguments: &[&str]) -> Result<Api> {
        let log = File::create(self.api_log())?;
        self.spawn_api_on(servers, arguments, free_port()?, log)
    }

    fn spawn_api_on(&self, servers: &mut Servers, arguments: &[&str], port: u16, log: File) -> Result<Api> {
        let mut command = self.program(&self.binaries.api);
        command.args(arguments);
        command.env("BIND_ADDRESS", format!("{HOST}:{port}")).stdout(log.try_clone()?).stderr(log);
        Ok(Api { child: servers.spawn(&mut command)?, port })
    }

    /// Asks the API to end; it has to finish what is under way and exit with 0.
    pub fn stop_api(&self, servers: &mut Servers, mut api: Api) -> Result<()> {
        let stopped = stop(&mut api.child);
        servers.forget(&api.child)?;
        stopped
    }

    /// Shows the end of the API's log when what was done with it failed.
    pub fn explain<T>(&self, done: Result<T>) -> Result<T> {
        done.inspect_err(|_| {
            let log = tail(&self.api_log(), 60);
            eprintln!("xtask: the end of the API's log:\n{log}");
        })
    }

    /// A program with the stage's settings and no others: what the developer's shell has set stays out.
    fn program(&self, program: &Path) -> Command {
        let mut command = programs::bound(program);
        command.current_dir(&self.folder).env_clear();
        for kept in ["PATH", "HOME", "RUST_LOG", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        command
    }

    fn api_log(&self) -> PathBuf {
        self.folder.join("api.log")
    }
}

/// What it prints goes to standard error: standard output is for what was asked for.
fn run(servers: &mut Servers, command: &mut Command) -> Result<()> {
    let status = servers.run(command.stdout(std::io::stderr()))?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(())
}

/// False when the API ended by itself.
fn wait_until_ready(api: &mut Api, timeout: Duration) -> Result<bool> {
    let deadline = Instant::now() + timeout;
    let mut last = None;
    while Instant::now() < deadline {
        if api.child.try_wait()?.is_some() {
            return Ok(false);
        }
        // Refused connections are what waiting is for.
        last = status(api.address(), "/health/ready/").ok().or(last);
        if last == Some(200) {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    stop(&mut api.child)?;
    bail!("/health/ready/ is not 200 after {timeout:?}; the last status: {last:?}")
}

fn status(host: SocketAddr, path: &str) -> Result<u16> {
    Ok(Client::connect(host)?.call(&Request::get(path))?.status)
}

fn stop(api: &mut Child) -> Result<()> {
    let pid = Pid::from_raw(api.id().try_into()?).context("the API has no process")?;
    kill_process(pid, Signal::TERM).context("the API is gone")?;
    let deadline = Instant::now() + STOP_TIMEOUT;
    while Instant::now() < deadline {
        if let Some(status) = api.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("the API ended with {status} after SIGTERM");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    api.kill()?;
    api.wait()?;
    bail!("the API is still running {STOP_TIMEOUT:?} after SIGTERM")
}
