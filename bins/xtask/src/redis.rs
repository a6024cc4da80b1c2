//! A private Redis: in a run's folder, on its own port, that keeps nothing on the disk.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::mariadb::{HOST, free_port, tail};
use crate::programs;
use crate::run_folder::RunFolder;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const PORT_TRIES: u32 = 5;
/// Tests take one each.
const DATABASES: u32 = 4096;

/// A running server, a child of this process.
pub struct Server {
    pub child: Child,
    pub port: u16,
}

/// The settings by which a server of this folder is known.
pub fn settings(folder: &Path) -> PathBuf {
    folder.join("redis.conf")
}

/// Where a server of this folder says what it does.
pub fn log(folder: &Path) -> PathBuf {
    folder.join("redis.log")
}

/// Starts a server, and returns once it answers.
pub fn start(run: &RunFolder) -> Result<Server> {
    let (settings, log) = (settings(run.path()), log(run.path()));
    for _ in 0..PORT_TRIES {
        // Another program can take the port between this and the server's start; then it is tried again.
        let port = free_port()?;
        fs::write(&settings, text(run.path(), port))?;
        if let Some(child) = wait_until_ready(spawn(&settings, &log)?, port)? {
            return Ok(Server { child, port });
        }
        if !fs::read_to_string(&log)?.contains("already in use") {
            break;
        }
    }
    bail!("Redis did not start; its log ends with:\n{}", tail(&log, 25))
}

/// Starts a server that was killed, with nothing in it, and returns once it answers.
pub fn restart(folder: &Path, port: u16) -> Result<Child> {
    let log = log(folder);
    match wait_until_ready(spawn(&settings(folder), &log)?, port)? {
        Some(child) => Ok(child),
        None => bail!("Redis did not start again; its log ends with:\n{}", tail(&log, 25)),
    }
}

/// Its title stays its command line, so that a sweep can tell whose it is.
fn text(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "bind {HOST}\n\
         port {port}\n\
         dir \"{folder}\"\n\
         databases {DATABASES}\n\
         save \"\"\n\
         appendonly no\n\
         set-proc-title no\n"
    )
}

fn spawn(settings: &Path, log: &Path) -> Result<Child> {
    let mut command = programs::bound(programs::find("redis-server").context("redis-server is missing")?);
    let out = File::create(log)?;
    Ok(command.arg(settings).stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn()?)
}

/// None when the server ended by itself.
fn wait_until_ready(mut child: Child, port: u16) -> Result<Option<Child>> {
    let deadline = Instant::now() + START_TIMEOUT;
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
        if answers(port).unwrap_or(false) {
            return Ok(Some(child));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    bail!("Redis is not ready after {START_TIMEOUT:?}")
}

fn answers(port: u16) -> Result<bool> {
    let mut connection = TcpStream::connect((HOST, port))?;
    connection.set_read_timeout(Some(START_TIMEOUT))?;
    connection.write_all(b"PING\r\n")?;
    let mut reply = [0; 5];
    connection.read_exact(&mut reply)?;
    Ok(&reply == b"+PONG")
}
