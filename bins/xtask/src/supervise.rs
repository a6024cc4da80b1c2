//! `xtask supervise`: the process that owns a run's folder and servers, and clears them away when its starter is gone.
//!
//! Its standard input is a pipe held by the starter. Whatever ends that process (done, Ctrl-C, `kill -9`) closes the
//! pipe, and this process, in a group of its own, then ends what the starter had running and removes everything.
//! It prints one line of JSON once the servers are ready, and reads orders from the pipe: `watch GROUP`, `forget GROUP`, and
//! for a server `kill NAME`, `start NAME`, `pause NAME`, `resume NAME`, each of which it answers with a line once it is done.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use serde_json::json;

use crate::mariadb;
use crate::rabbitmq;
use crate::redis;
use crate::run_folder::RunFolder;
use crate::servers::{Disturbance, MARIADB, RABBITMQ, REDIS, Wanted};
use crate::workspace::Workspace;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long what the starter left running gets to end by itself.
const END_TIMEOUT: Duration = Duration::from_secs(3);

enum Order {
    Watch(Pid),
    Forget(Pid),
    Disturb(Disturbance, String),
}

/// Starts the servers, waits for the starter's end, and clears away.
pub fn run(wanted: Wanted) -> Result<()> {
    let orders = read_orders();
    let folder = RunFolder::create(Workspace::find()?.target())?;
    let mut groups = BTreeSet::new();
    let mut running = Vec::new();
    let outcome = serve(&folder, wanted, &mut running, &orders, &mut groups);
    end_groups(&groups);
    for child in running.iter_mut().filter_map(|server| server.child.as_mut()) {
        end(child)?;
    }
    folder.remove()?;
    outcome
}

/// A server that has to run until the end, or until it is to be killed.
struct Running {
    name: &'static str,
    child: Option<Child>,
    log: PathBuf,
    /// Starts it again, on what it left behind.
    again: Box<dyn Fn() -> Result<Child>>,
}

impl Running {
    /// Does it, and returns once that is so; a server that is started answers then, but for RabbitMQ, which goes on
    /// booting.
    fn disturb(&mut self, disturbance: Disturbance) -> Result<()> {
        match (disturbance, &mut self.child) {
            (Disturbance::Start, child @ None) => *child = Some((self.again)()?),
            (Disturbance::Kill, Some(child)) => {
                end(child)?;
                self.child = None;
            }
            (Disturbance::Pause, Some(child)) => signal(child, Signal::STOP)?,
            (Disturbance::Resume, Some(child)) => signal(child, Signal::CONT)?,
            (_, None) => bail!("{} is not running", self.name),
            (Disturbance::Start, Some(_)) => bail!("{} is running", self.name),
        }
        Ok(())
    }
}

fn signal(child: &Child, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(child.id().try_into()?).context("no process")?;
    Ok(kill_process(pid, signal)?)
}

/// What is started is put into `running`, also when what follows fails.
fn serve(
    folder: &RunFolder,
    wanted: Wanted,
    running: &mut Vec<Running>,
    orders: &Receiver<Order>,
    groups: &mut BTreeSet<i32>,
) -> Result<()> {
    let mut ready = json!({ "folder": folder.path() });
    // The slow one first: it boots while the others are installed.
    if wanted.rabbitmq {
        let (epmd, node, access) = rabbitmq::start(folder)?;
        ready["rabbitmq"] = json!({ "port": access.port, "user": access.user, "password": access.password });
        let path = folder.path().to_owned();
        let again = move || rabbitmq::start_again(&path);
        let log = rabbitmq::log(folder.path());
        running.push(Running { name: RABBITMQ, child: Some(node), log: log.clone(), again: Box::new(again) });
        let again = || bail!("epmd stays");
        running.push(Running { name: "epmd", child: Some(epmd), log, again: Box::new(again) });
    }
    if let Some(durability) = wanted.mysql {
        let server = mariadb::start(folder, durability)?;
        ready["port"] = server.root.port.into();
        ready["root_password"] = server.root.root_password.clone().into();
        let (path, log) = (folder.path().to_owned(), mariadb::log(folder.path()));
        let again = move || mariadb::restart(&path, &server.root);
        running.push(Running { name: MARIADB, child: Some(server.child), log, again: Box::new(again) });
    }
    if wanted.redis {
        let server = redis::start(folder)?;
        ready["redis_port"] = server.port.into();
        let (path, log) = (folder.path().to_owned(), redis::log(folder.path()));
        let again = move || redis::restart(&path, server.port);
        running.push(Running { name: REDIS, child: Some(server.child), log, again: Box::new(again) });
    }
    // When nobody reads this any more the pipe is closed too, and the loop below ends at once.
    let _ = writeln!(std::io::stdout(), "{ready}");
    obey(running, orders, groups)
}

fn obey(running: &mut [Running], orders: &Receiver<Order>, groups: &mut BTreeSet<i32>) -> Result<()> {
    loop {
        match orders.recv_timeout(LOOK_EVERY) {
            Ok(Order::Watch(group)) => _ = groups.insert(group.as_raw_nonzero().get()),
            Ok(Order::Forget(group)) => _ = groups.remove(&group.as_raw_nonzero().get()),
            Ok(Order::Disturb(disturbance, name)) => {
                let server = running.iter_mut().find(|server| server.name == name);
                server.with_context(|| format!("no {name} here"))?.disturb(disturbance)?;
                // As above: a starter that is gone is seen by the next look at the orders.
                let _ = writeln!(std::io::stdout(), "{name}");
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        for server in &mut *running {
            let Some(child) = &mut server.child else { continue };
            if let Some(status) = child.try_wait()? {
                let log = mariadb::tail(&server.log, 25);
                bail!("the private {} ended by itself ({status}); its log ends with:\n{log}", server.name);
            }
        }
    }
}

/// A thread turns the pipe into a channel that disconnects when the starter is gone.
fn read_orders() -> Receiver<Order> {
    let (send, orders) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let Some(order) = parse(&line) else { continue };
            if send.send(order).is_err() {
                return;
            }
        }
    });
    orders
}

fn parse(line: &str) -> Option<Order> {
    let (verb, object) = line.split_once(' ')?;
    if let Some(disturbance) = Disturbance::of(verb) {
        return Some(Order::Disturb(disturbance, object.to_owned()));
    }
    let group = Pid::from_raw(object.parse().ok()?)?;
    match verb {
        "watch" => Some(Order::Watch(group)),
        "forget" => Some(Order::Forget(group)),
        _ => None,
    }
}

fn end_groups(groups: &BTreeSet<i32>) {
    let living = || groups.iter().filter_map(|group| Pid::from_raw(*group)).filter(alive);
    for group in living() {
        let _ = kill_process_group(group, Signal::TERM);
    }
    let deadline = Instant::now() + END_TIMEOUT;
    while living().next().is_some() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    for group in living() {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn alive(group: &Pid) -> bool {
    test_kill_process_group(*group).is_ok()
}

/// The data is thrown away, so the server needs no time to put it in order.
fn end(child: &mut Child) -> Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}
