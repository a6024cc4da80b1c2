//! The real programs on an empty database of their own, for whoever drives them over HTTP.

mod api;
mod binaries;
mod worker;

pub use api::Api;
pub use worker::Worker;

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::mariadb::{HOST, Mysql, tail};
use crate::programs;
use crate::run_folder::random_word;
use crate::servers::Servers;

pub use binaries::{Binaries, Profile};

/// Whom `manage createsuperuser` makes.
pub const ADMIN_EMAIL: &str = "admin@example.in";
const ADMIN_MOBILE: &str = "9999999999";
/// The demo is a few thousand commits, one after the other.
const DEMO_TIMEOUT: Duration = Duration::from_secs(300);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
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

/// A folder, a migrated database with an admin in it, and the settings by which programs find both.
pub struct Stage<'a> {
    folder: PathBuf,
    binaries: &'a Binaries,
    settings: Vec<(&'static str, String)>,
}

impl<'a> Stage<'a> {
    /// Sets it up below the run's folder; on MariaDB it replaces the one before, which must have ended.
    pub fn set(servers: &mut Servers, name: &str, binaries: &'a Binaries, engine: Engine) -> Result<Self> {
        let migrate = |stage: &Self, servers: &mut Servers| stage.manage(servers, &["migrate"]);
        let stage = Self::set_with(servers, name, binaries, engine, migrate)?;
        stage.manage(servers, &["createsuperuser", "--email", ADMIN_EMAIL, "--mobile", ADMIN_MOBILE])?;
        Ok(stage)
    }

    /// The same on another MariaDB than the run's own.
    pub fn set_on(servers: &mut Servers, name: &str, binaries: &'a Binaries, root: &Mysql) -> Result<Self> {
        let mut stage = Self::bare(servers, name, binaries, Engine::Mysql)?;
        stage.prepare_mysql(servers, root, |stage, servers| stage.manage(servers, &["migrate"]))?;
        stage.manage(servers, &["createsuperuser", "--email", ADMIN_EMAIL, "--mobile", ADMIN_MOBILE])?;
        Ok(stage)
    }

    /// The same stage by way of another server that has the same database.
    pub fn on_server(&self, server: &Mysql) -> Self {
        let mut settings = self.settings.clone();
        settings.retain(|(name, _)| *name != "DB_PORT");
        settings.push(("DB_PORT", server.port.to_string()));
        Self { folder: self.folder.clone(), binaries: self.binaries, settings }
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

    /// The same stage with one more setting.
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.settings.push((name, value));
        self
    }

    /// A stage whose database is made by `make`, which may change its tables.
    fn set_with(
        servers: &mut Servers,
        name: &str,
        binaries: &'a Binaries,
        engine: Engine,
        make: impl Fn(&Self, &mut Servers) -> Result<()>,
    ) -> Result<Self> {
        let mut stage = Self::bare(servers, name, binaries, engine)?;
        match engine {
            Engine::Sqlite => {
                stage.settings.push(("DB_NAME", stage.sqlite_file().display().to_string()));
                make(&stage, servers)?;
            }
            Engine::Mysql => {
                let root = servers.mysql()?.clone();
                stage.prepare_mysql(servers, &root, make)?;
            }
        }
        Ok(stage)
    }

    /// A folder and settings, and no database yet.
    fn bare(servers: &Servers, name: &str, binaries: &'a Binaries, engine: Engine) -> Result<Self> {
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
        Ok(Self { folder, binaries, settings })
    }

    /// MariaDB, with the other servers of the run beside it. Root makes the database and two users; one migrates, the other gets what `manage grants` asks for and no more.
    fn prepare_mysql(
        &mut self,
        servers: &mut Servers,
        root: &Mysql,
        make: impl Fn(&Self, &mut Servers) -> Result<()>,
    ) -> Result<()> {
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
        if let Some(port) = servers.redis_port() {
            self.settings.extend([("REDIS_HOST", HOST.to_owned()), ("REDIS_PORT", port.to_string())]);
        }
        self.connect_as(MIGRATING_USER, migrating_password);
        make(self, servers)?;
        root.sql(&self.grants()?).context("what manage grants printed")?;
        self.connect_as(APP_USER, app_password);
        Ok(())
    }

    fn connect_as(&mut self, user: &str, password: String) {
        self.settings.retain(|(name, _)| !matches!(*name, "DB_USER" | "DB_PASSWORD"));
        self.settings.extend([("DB_USER", user.to_owned()), ("DB_PASSWORD", password)]);
    }

    /// The statements that let the application's user do what it has to, and no more.
    pub fn grants(&self) -> Result<String> {
        self.manage_says(&["grants", "--user", APP_USER, "--host", "%"])
    }

    /// The database that it has: a file, or a name on the server.
    pub fn database(&self) -> &str {
        self.settings.iter().find(|(name, _)| *name == "DB_NAME").map_or("", |(_, database)| database)
    }

    /// The same stage on another database of its engine.
    pub fn on_database(&self, database: &str) -> Self {
        let mut settings = self.settings.clone();
        settings.retain(|(name, _)| *name != "DB_NAME");
        settings.push(("DB_NAME", database.to_owned()));
        Self { folder: self.folder.clone(), binaries: self.binaries, settings }
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
        run(servers, self.program(&self.binaries.manage()).args(arguments))
            .with_context(|| format!("manage {}", arguments.join(" ")))
    }

    /// Runs `manage` as an operator does, and gives what it prints.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub fn manage_says(&self, arguments: &[&str]) -> Result<String> {
        let mut manage = self.program(&self.binaries.manage());
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

    /// Shows the ends of the logs when what was done failed.
    pub fn explain<T>(&self, done: Result<T>) -> Result<T> {
        done.inspect_err(|_| {
            for (name, log) in [("API", self.api_log()), ("workers", self.worker_log())] {
                if log.exists() {
                    eprintln!("xtask: the end of the log of {name}:\n{}", tail(&log, 60));
                }
            }
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

fn signal(program: &Child, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(program.id().try_into()?).context("it has no process")?;
    kill_process(pid, signal).context("it is gone")
}

fn stop(program: &mut Child) -> Result<()> {
    signal(program, Signal::TERM)?;
    let deadline = Instant::now() + STOP_TIMEOUT;
    while Instant::now() < deadline {
        if let Some(status) = program.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("it ended with {status} after SIGTERM");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    program.kill()?;
    program.wait()?;
    bail!("it is still running {STOP_TIMEOUT:?} after SIGTERM")
}
