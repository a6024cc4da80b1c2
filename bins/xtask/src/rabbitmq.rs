//! A private RabbitMQ: a node in a run's folder, with its own ports, home, cookie and port mapper.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::mariadb::{HOST, free_port};
use crate::programs;
use crate::run_folder::{RunFolder, random_word};

/// Debian's script without the wrapper around it, which changes to a user of its own.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const USER: &str = "ev";
/// The file that says where the mapper listens.
const EPMD_PORT: &str = "epmd_port";
/// It boots in 10 to 45 s on two busy cores.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// How programs reach the node.
#[derive(Clone, Debug)]
pub struct Rabbitmq {
    pub port: u16,
    pub user: String,
    pub password: String,
}

impl Rabbitmq {
    /// Waits until it takes connections: it listens only once all else of it runs.
    pub fn wait_until_ready(&self) -> Result<()> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("RabbitMQ takes no connections after {START_TIMEOUT:?}")
    }
}

/// The home of a node of this folder, by which it is known.
pub fn home(folder: &Path) -> PathBuf {
    folder.join("rabbitmq")
}

/// Where a node of this folder, and the runtime below it, say what they do.
pub fn log(folder: &Path) -> PathBuf {
    home(folder).join("log")
}

/// Starts a port mapper and a node that goes on booting when this returns; both are children of this process.
pub fn start(run: &RunFolder) -> Result<(Child, Child, Rabbitmq)> {
    let home = home(run.path());
    fs::create_dir(&home)?;
    let access = Rabbitmq { port: free_port()?, user: USER.to_owned(), password: random_word()? };
    let (port, password, epmd_port) = (access.port, &access.password, free_port()?);
    // The disk's free space is nothing that tests are about.
    let settings = format!(
        "listeners.tcp.local = {HOST}:{port}\n\
         default_user = {USER}\n\
         default_pass = {password}\n\
         disk_free_limit.absolute = 50MB\n\
         log.file = false\n\
         log.console = true\n\
         log.console.level = warning\n"
    );
    fs::write(home.join("rabbitmq.conf"), settings)?;
    fs::write(home.join("enabled_plugins"), "[].\n")?;
    fs::write(home.join(EPMD_PORT), epmd_port.to_string())?;
    // A mapper that a node starts by itself outlives it.
    let epmd = programs::bound("epmd")
        .args(["-address", HOST, "-port", &epmd_port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("epmd can't be run")?;
    let node = spawn(&home)?;
    Ok((epmd, node, access))
}

/// Starts the node of this folder again, on what it had written, beside the mapper that still runs.
pub fn start_again(folder: &Path) -> Result<Child> {
    spawn(&home(folder))
}

fn spawn(home: &Path) -> Result<Child> {
    let epmd_port = fs::read_to_string(home.join(EPMD_PORT))?;
    let log = File::options().create(true).append(true).open(home.join("log"))?;
    let path = |name: &str| home.join(name);
    let mut command: Command = programs::bound(SERVER);
    command.env_clear().current_dir(home);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        // The script then becomes the node instead of staying above it.
        .env("RUNNING_UNDER_SYSTEMD", "true")
        .env("HOME", home)
        .env("ERL_EPMD_PORT", epmd_port)
        // The mapper is of this node alone, so every run can have the same name.
        .env("RABBITMQ_NODENAME", "ev@localhost")
        .env("RABBITMQ_DIST_PORT", free_port()?.to_string())
        .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
        .env("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", path("enabled_plugins"))
        .env("RABBITMQ_MNESIA_BASE", path("mnesia"))
        .env("RABBITMQ_LOG_BASE", path("logs"))
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    command.spawn().context("the private RabbitMQ can't be run")
}
