//! The API on a stage.

use std::fs::File;
use std::net::SocketAddr;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use super::{Stage, signal, stop};
use crate::http::{Client, Request};
use crate::mariadb::{HOST, free_port, tail};
use crate::servers::Servers;

const READY_TIMEOUT: Duration = Duration::from_secs(60);
const PORT_TRIES: u32 = 5;

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

    /// Lets it stand still.
    pub fn pause(&self) -> Result<()> {
        signal(&self.child, Signal::STOP)
    }

    /// Lets it go on.
    pub fn resume(&self) -> Result<()> {
        signal(&self.child, Signal::CONT)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Stage<'_> {
    /// Starts the API and waits until it is ready.
    pub fn start_api(&self, servers: &mut Servers) -> Result<Api> {
        self.start_api_with(servers, &[], READY_TIMEOUT)
    }

    pub(super) fn start_api_with(
        &self,
        servers: &mut Servers,
        arguments: &[&str],
        timeout: Duration,
    ) -> Result<Api> {
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

    /// Asks the API to end, and starts it on the same port: a step of a rolling restart.
    pub fn restart_api(&self, servers: &mut Servers, api: Api) -> Result<Api> {
        let port = api.port;
        self.stop_api(servers, api)?;
        self.start_api_on(servers, port)
    }

    /// Starts an API that has ended on its old port, and waits until it is ready.
    pub fn start_api_again(&self, servers: &mut Servers, ended: Api) -> Result<Api> {
        self.start_api_on(servers, ended.port)
    }

    fn start_api_on(&self, servers: &mut Servers, port: u16) -> Result<Api> {
        let mut api = self.spawn_api_on(servers, &[], port)?;
        if !wait_until_ready(&mut api, READY_TIMEOUT)? {
            bail!("the API ended instead of starting again");
        }
        Ok(api)
    }

    /// Kills the API with SIGKILL.
    pub fn kill_api(&self, servers: &mut Servers, api: &mut Api) -> Result<()> {
        api.child.kill()?;
        api.child.wait()?;
        servers.forget(&api.child)
    }

    /// Kills the API with SIGKILL and starts it on the same port, without waiting for anything.
    pub fn kill_and_restart_api(&self, servers: &mut Servers, api: &mut Api) -> Result<()> {
        self.kill_api(servers, api)?;
        *api = self.spawn_api_on(servers, &[], api.port)?;
        Ok(())
    }

    fn spawn_api(&self, servers: &mut Servers, arguments: &[&str]) -> Result<Api> {
        self.spawn_api_on(servers, arguments, free_port()?)
    }

    fn spawn_api_on(&self, servers: &mut Servers, arguments: &[&str], port: u16) -> Result<Api> {
        // All the stage's APIs write to one log, each line whole.
        let log = File::options().create(true).append(true).open(self.api_log())?;
        let mut command = self.program(&self.binaries.api());
        command.args(arguments);
        command.env("BIND_ADDRESS", format!("{HOST}:{port}")).stdout(log.try_clone()?).stderr(log);
        Ok(Api { child: servers.spawn(&mut command)?, port })
    }

    /// Asks the API to end; it has to finish what is under way and exit with 0.
    pub fn stop_api(&self, servers: &mut Servers, mut api: Api) -> Result<()> {
        let stopped = stop(&mut api.child).context("the API");
        servers.forget(&api.child)?;
        stopped
    }
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
    stop(&mut api.child).context("the API")?;
    bail!("/health/ready/ is not 200 after {timeout:?}; the last status: {last:?}")
}

fn status(host: SocketAddr, path: &str) -> Result<u16> {
    Ok(Client::connect(host)?.call(&Request::get(path))?.status)
}
