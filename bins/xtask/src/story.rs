//! The acceptance story: the real programs on an empty database, driven by a client over HTTP.

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::mariadb::{HOST, free_port, tail};
use crate::programs;
use crate::run_folder::random_word;
use crate::servers::Servers;
use crate::workspace::Workspace;

const READY_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
const PORT_TRIES: u32 = 5;
const ADMIN_EMAIL: &str = "admin@example.in";
const ADMIN_MOBILE: &str = "9999999999";
const DATABASE: &str = "story";
const MIGRATING_USER: &str = "story_migrate";
const APP_USER: &str = "story_app";

/// The database that a story runs on.
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

/// The programs that a story drives.
pub struct Binaries {
    api: PathBuf,
    manage: PathBuf,
}

impl Binaries {
    /// Builds them as the tests do, so that little is compiled twice.
    pub fn build(workspace: &Workspace, servers: &mut Servers) -> Result<Self> {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--workspace", "--all-features", "--bin", "api", "--bin", "manage"]);
        if !servers.run(&mut cargo)?.success() {
            bail!("api and manage can't be built");
        }
        let folder = workspace.target().join("debug");
        Ok(Self { api: folder.join("api"), manage: folder.join("manage") })
    }
}

/// One story's folder, programs and settings.
struct Stage<'a> {
    folder: PathBuf,
    binaries: &'a Binaries,
    /// The settings that every program of the story gets.
    settings: Vec<(&'static str, String)>,
}

/// Plays the story on an empty database and asks `manage verify` at the end.
///
/// # Errors
/// At the first step that fails, with the end of the API's log.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries, engine: Engine) -> Result<()> {
    eprintln!("xtask: the acceptance story on {engine}");
    let stage = Stage::set(servers.folder().join(format!("story-{engine}")), binaries, engine)?;
    stage
        .play(workspace, servers, engine)
        .with_context(|| format!("the acceptance story on {engine}"))
        .inspect_err(|_| {
            let log = tail(&stage.api_log(), 60);
            eprintln!("xtask: the end of the API's log:\n{log}");
        })
}

impl<'a> Stage<'a> {
    fn set(folder: PathBuf, binaries: &'a Binaries, engine: Engine) -> Result<Self> {
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

    fn play(&self, workspace: &Workspace, servers: &mut Servers, engine: Engine) -> Result<()> {
        let database = match engine {
            Engine::Sqlite => {
                let database = vec![("DB_NAME", self.folder.join("story.sqlite3").display().to_string())];
                self.manage(servers, &database, &["migrate"])?;
                database
            }
            Engine::Mysql => self.prepare_mysql(servers)?,
        };
        self.manage(
            servers,
            &database,
            &["createsuperuser", "--email", ADMIN_EMAIL, "--mobile", ADMIN_MOBILE],
        )?;
        let (mut api, port) = self.start_api(servers, &database)?;
        let told = self.tell(workspace, servers, port);
        let stopped = stop(&mut api);
        servers.forget(&api)?;
        told?;
        stopped?;
        self.manage(servers, &database, &["verify"])
    }

    /// Root makes the database and two users; one migrates, the other gets what `manage grants` asks for and no more.
    fn prepare_mysql(&self, servers: &mut Servers) -> Result<Vec<(&'static str, String)>> {
        let root = servers.mysql()?.clone();
        let (migrating_password, app_password) = (random_word()?, random_word()?);
        root.sql(&format!(
            "CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4;\n\
             CREATE USER {MIGRATING_USER}@'%' IDENTIFIED BY '{migrating_password}';\n\
             GRANT ALL PRIVILEGES ON {DATABASE}.* TO {MIGRATING_USER}@'%';\n\
             CREATE USER {APP_USER}@'%' IDENTIFIED BY '{app_password}';\n"
        ))?;
        let (secret_key, jwt_secret_key) = (random_word()?, random_word()?);
        let database = |user: &str, password: &str| {
            vec![
                ("DB_HOST", HOST.to_owned()),
                ("DB_PORT", root.port.to_string()),
                ("DB_NAME", DATABASE.to_owned()),
                ("DB_USER", user.to_owned()),
                ("DB_PASSWORD", password.to_owned()),
                ("SECRET_KEY", secret_key.clone()),
                ("JWT_SECRET_KEY", jwt_secret_key.clone()),
            ]
        };
        let migrating = database(MIGRATING_USER, &migrating_password);
        self.manage(servers, &migrating, &["migrate"])?;
        let grants = self
            .program(&self.binaries.manage, &migrating)
            .args(["grants", "--user", APP_USER, "--host", "%"])
            .stderr(Stdio::inherit())
            .output()?;
        if !grants.status.success() {
            bail!("manage grants: {}", grants.status);
        }
        root.sql(&String::from_utf8(grants.stdout)?).context("what manage grants printed")?;
        Ok(database(APP_USER, &app_password))
    }

    fn manage(&self, servers: &mut Servers, database: &[(&str, String)], arguments: &[&str]) -> Result<()> {
        let status = servers.run(self.program(&self.binaries.manage, database).args(arguments))?;
        if !status.success() {
            bail!("manage {}: {status}", arguments.join(" "));
        }
        Ok(())
    }

    fn start_api(&self, servers: &mut Servers, database: &[(&str, String)]) -> Result<(Child, u16)> {
        for _ in 0..PORT_TRIES {
            // Another program can take the port before the API does; then it is tried again.
            let port = free_port()?;
            let log = File::create(self.api_log())?;
            let mut command = self.program(&self.binaries.api, database);
            command.env("BIND_ADDRESS", format!("{HOST}:{port}")).stdout(log.try_clone()?).stderr(log);
            let mut api = servers.spawn(&mut command)?;
            if wait_until_ready(&mut api, port)? {
                return Ok((api, port));
            }
            servers.forget(&api)?;
            if !tail(&self.api_log(), 60).to_lowercase().contains("in use") {
                break;
            }
        }
        bail!("the API ended instead of starting")
    }

    fn tell(&self, workspace: &Workspace, servers: &mut Servers, port: u16) -> Result<()> {
        let mut story = Command::new("python3");
        story
            .args(["-B", "story.py"])
            .current_dir(workspace.root().join("tests/acceptance"))
            .env("BASE_URL", format!("http://{HOST}:{port}"))
            .env("OUTBOX", self.folder.join("outbox"))
            .env("ADMIN_EMAIL", ADMIN_EMAIL);
        let status = servers.run(&mut story)?;
        if !status.success() {
            bail!("story.py: {status}");
        }
        Ok(())
    }

    /// A program with the story's settings and no others: what the developer's shell has set stays out.
    fn program(&self, program: &Path, database: &[(&str, String)]) -> Command {
        let mut command = programs::bound(program);
        command.current_dir(&self.folder).env_clear();
        for kept in ["PATH", "HOME", "RUST_LOG", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        for (name, value) in self.settings.iter().map(|(name, value)| (*name, value)) {
            command.env(name, value);
        }
        for (name, value) in database {
            command.env(name, value);
        }
        command
    }

    fn api_log(&self) -> PathBuf {
        self.folder.join("api.log")
    }
}

/// False when the API ended by itself.
fn wait_until_ready(api: &mut Child, port: u16) -> Result<bool> {
    let deadline = Instant::now() + READY_TIMEOUT;
    let mut last = None;
    while Instant::now() < deadline {
        if api.try_wait()?.is_some() {
            return Ok(false);
        }
        // Refused connections are what waiting is for.
        last = health(port).ok().or(last);
        if last.as_deref().is_some_and(|reply| reply.split(' ').nth(1) == Some("200")) {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    stop(api)?;
    bail!("/health/ready/ is not 200 after {READY_TIMEOUT:?}; the last reply: {}", last.unwrap_or_default())
}

fn health(port: u16) -> Result<String> {
    let address: SocketAddr = format!("{HOST}:{port}").parse()?;
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /health/ready/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    Ok(reply)
}

/// Asks the API to end; it has to finish what is under way and exit with 0.
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
