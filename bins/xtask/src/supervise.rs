//! `xtask supervise`: the process that owns a run's folder and servers, and clears them away when its starter is gone.
//!
//! Its standard input is a pipe held by the starter. Whatever ends that process (done, Ctrl-C, `kill -9`) closes the
//! pipe, and this process, in a group of its own, then ends what the starter had running and removes everything.
//! It reads orders from the pipe (`watch GROUP`, `forget GROUP`) and prints one line of JSON once the servers are ready.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use serde_json::json;

use crate::mariadb::{self, Durability, Server};
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long what the starter left running gets to end by itself.
const END_TIMEOUT: Duration = Duration::from_secs(3);

enum Order {
    Watch(Pid),
    Forget(Pid),
}

/// Starts the servers, waits for the starter's end, and clears away.
pub fn run(mysql: Option<Durability>) -> Result<()> {
    let orders = read_orders();
    let folder = RunFolder::create(Workspace::find()?.target())?;
    let mut groups = BTreeSet::new();
    let served = serve(&folder, mysql, &orders, &mut groups);
    end_groups(&groups);
    let (server, outcome) = match served {
        Ok((server, outcome)) => (server, outcome),
        Err(error) => (None, Err(error)),
    };
    if let Some(mut server) = server {
        end(&mut server.child)?;
    }
    folder.remove()?;
    outcome
}

type Served = (Option<Server>, Result<()>);

fn serve(
    folder: &RunFolder,
    mysql: Option<Durability>,
    orders: &Receiver<Order>,
    groups: &mut BTreeSet<i32>,
) -> Result<Served> {
    let mut server = mysql.map(|durability| mariadb::start(folder, durability)).transpose()?;
    let root = server.as_ref().map(|server| &server.root);
    let ready = json!({
        "folder": folder.path(),
        "port": root.map(|root| root.port),
        "root_password": root.map(|root| &root.root_password),
    });
    // When nobody reads this any more the pipe is closed too, and the loop below ends at once.
    let _ = writeln!(std::io::stdout(), "{ready}");
    let outcome = obey(server.as_mut(), folder, orders, groups);
    Ok((server, outcome))
}

fn obey(
    mut server: Option<&mut Server>,
    folder: &RunFolder,
    orders: &Receiver<Order>,
    groups: &mut BTreeSet<i32>,
) -> Result<()> {
    loop {
        match orders.recv_timeout(LOOK_EVERY) {
            Ok(Order::Watch(group)) => _ = groups.insert(group.as_raw_nonzero().get()),
            Ok(Order::Forget(group)) => _ = groups.remove(&group.as_raw_nonzero().get()),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(server) = &mut server
            && let Some(status) = server.child.try_wait()?
        {
            let log = mariadb::tail(&folder.path().join("mariadb.log"), 25);
            bail!("the private MariaDB ended by itself ({status}); its log ends with:\n{log}");
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
    let (verb, group) = line.split_once(' ')?;
    let group = Pid::from_raw(group.parse().ok()?)?;
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
