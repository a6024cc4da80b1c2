//! Workers on a stage, and the broker that brings them their tasks.

use std::fs::File;
use std::path::PathBuf;
use std::process::Child;

use anyhow::{Context, Result};

use rustix::process::Signal;

use super::{Binaries, Engine, Stage, signal, stop};
use crate::mariadb::HOST;
use crate::servers::Servers;

/// A running worker.
pub struct Worker(Child);

impl Worker {
    /// True when it ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    /// Lets it stand still.
    pub fn pause(&self) -> Result<()> {
        signal(&self.0, Signal::STOP)
    }

    /// Lets it go on.
    pub fn resume(&self) -> Result<()> {
        signal(&self.0, Signal::CONT)
    }
}

impl<'a> Stage<'a> {
    /// As [`Stage::set`], on MariaDB, with a broker that brings tasks to workers; whatever is lost is noticed soon.
    pub fn set_with_broker(servers: &mut Servers, name: &str, binaries: &'a Binaries) -> Result<Self> {
        let mut stage = Self::set(servers, name, binaries, Engine::Mysql)?.with_broker(servers, name)?;
        stage.settings.extend([("TASK_RESEND_AFTER", "5".to_owned()), ("RABBITMQ_SILENCE", "6".to_owned())]);
        Ok(stage)
    }

    /// From now on programs find the broker, with a queue of this name.
    pub fn with_broker(mut self, servers: &Servers, queue: &str) -> Result<Self> {
        let broker = servers.rabbitmq()?;
        self.settings.extend([
            ("RABBITMQ_HOST", HOST.to_owned()),
            ("RABBITMQ_PORT", broker.port.to_string()),
            ("RABBITMQ_USER", broker.user.clone()),
            ("RABBITMQ_PASSWORD", broker.password.clone()),
            ("TASK_QUEUE", queue.to_owned()),
        ]);
        Ok(self)
    }

    /// Starts a worker, which writes into a log of its own; it may come before what it needs.
    pub fn start_worker(&self, servers: &mut Servers, arguments: &[&str]) -> Result<Worker> {
        let log = File::options().create(true).append(true).open(self.worker_log())?;
        let mut command = self.program(&self.binaries.worker());
        command.arg("--wait").args(arguments).stdout(log.try_clone()?).stderr(log);
        Ok(Worker(servers.spawn(&mut command)?))
    }

    /// Kills a worker with SIGKILL.
    pub fn kill_worker(&self, servers: &mut Servers, worker: &mut Worker) -> Result<()> {
        worker.0.kill()?;
        worker.0.wait()?;
        servers.forget(&worker.0)
    }

    /// Asks a worker to end; it has to finish what is in its hands and exit with 0.
    pub fn stop_worker(&self, servers: &mut Servers, mut worker: Worker) -> Result<()> {
        let stopped = stop(&mut worker.0).context("a worker");
        servers.forget(&worker.0)?;
        stopped
    }

    pub(super) fn worker_log(&self) -> PathBuf {
        self.folder.join("worker.log")
    }
}
