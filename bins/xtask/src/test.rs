//! `xtask test`: every test there is.

use std::ffi::{OsStr, OsString};

use anyhow::{Result, bail};

use crate::behind_nginx;
use crate::browser;
use crate::cluster;
use crate::crash;
use crate::deploy;
use crate::faults;
use crate::programs;
use crate::schemathesis;
use crate::servers::{Servers, Wanted};
use crate::stage::{Binaries, Engine, Profile};
use crate::story;
use crate::workspace::Workspace;

/// How long the fault run disturbs parts, in seconds.
const FAULTS_S: u64 = 180;
/// How often the cluster run kills a node.
const CLUSTER_KILLS: u32 = 2;

/// Runs the tests with private servers. With arguments only `cargo test` is run, and gets them.
///
/// # Errors
/// Names the parts that failed, after all of them ran.
pub fn run(arguments: &[OsString]) -> Result<()> {
    let workspace = Workspace::find()?;
    let wanted = wanted(arguments);
    programs::ensure(wanted)?;
    if arguments.is_empty() {
        programs::ensure_cluster()?;
    }
    let mut servers = Servers::start(&workspace, wanted)?;
    let mut failed = if arguments.is_empty() {
        everything(&workspace, &mut servers)?
    } else {
        some(&workspace, &mut servers, arguments)?
    };
    servers.stop()?;
    if arguments.is_empty() {
        failed.extend(under_fire(&workspace)?);
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn everything(workspace: &Workspace, servers: &mut Servers) -> Result<Vec<String>> {
    let mut failed = Vec::new();
    let mut cargo = |name: &str, arguments: &[&str]| -> Result<()> {
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        if !run_cargo(workspace, servers, &arguments)? {
            failed.push(name.to_owned());
        }
        Ok(())
    };
    cargo("tests", &["test", "--workspace", "--all-features", "--no-fail-fast"])?;
    // In test mode each benchmark runs once: it shows that it works, and measures nothing.
    cargo("benchmarks", &["test", "--workspace", "--all-features", "--no-fail-fast", "--bench", "*"])?;
    for example in workspace.examples() {
        let name = format!("example {} of {}", example.name, example.package);
        let (package, example) = (example.package.as_str(), example.name.as_str());
        cargo(&name, &["run", "--quiet", "--all-features", "--package", package, "--example", example])?;
    }
    match Binaries::build(workspace, servers, Profile::Debug) {
        Err(error) => {
            eprintln!("xtask: {error:#}");
            failed.push("building the programs".to_owned());
        }
        Ok(binaries) => {
            for engine in [Engine::Sqlite, Engine::Mysql] {
                if let Err(error) = story::run(workspace, servers, &binaries, engine) {
                    eprintln!("xtask: {error:#}");
                    failed.push(format!("the acceptance story on {engine}"));
                }
            }
            if let Err(error) = story::run_with_broker(workspace, servers, &binaries) {
                eprintln!("xtask: {error:#}");
                failed.push("the acceptance story with a broker".to_owned());
            }
            let plan = crash::Plan { kills: 8, seed: None, profile: Profile::Debug };
            for engine in [Engine::Sqlite, Engine::Mysql] {
                if let Err(error) = crash::run(servers, &binaries, engine, plan) {
                    eprintln!("xtask: {error:#}");
                    failed.push(format!("the crash run on {engine}"));
                }
            }
            type Part = fn(&Workspace, &mut Servers, &Binaries) -> Result<()>;
            let parts: [(&str, Part); 4] = [
                ("Schemathesis", |workspace, servers, binaries| {
                    schemathesis::run(workspace, servers, binaries, schemathesis::Plan::default())
                }),
                ("behind nginx", behind_nginx::run),
                ("the commands of deploy/", deploy::run),
                ("/api/docs/ in a browser", browser::run),
            ];
            for (name, part) in parts {
                if let Err(error) = part(workspace, servers, &binaries) {
                    eprintln!("xtask: {error:#}");
                    failed.push(name.to_owned());
                }
            }
        }
    }
    Ok(failed)
}

/// Runs that kill servers, and so have servers of their own.
fn under_fire(workspace: &Workspace) -> Result<Vec<String>> {
    let mut failed = Vec::new();
    let mut servers = Servers::start(workspace, Wanted::DURABLE)?;
    let binaries = Binaries::build(workspace, &mut servers, Profile::Debug)?;
    let plan = faults::Plan { seconds: FAULTS_S, seed: None, profile: Profile::Debug };
    if let Err(error) = faults::run(&mut servers, &binaries, plan) {
        eprintln!("xtask: {error:#}");
        failed.push("the fault run".to_owned());
    }
    servers.stop()?;
    // its nodes are its own servers, and the two cores are for them
    let mut servers = Servers::start(workspace, Wanted::FOLDER_ONLY)?;
    let plan = cluster::Plan { kills: CLUSTER_KILLS, seed: None, profile: Profile::Debug };
    if let Err(error) = cluster::run(&mut servers, &binaries, plan) {
        eprintln!("xtask: {error:#}");
        failed.push("the cluster run".to_owned());
    }
    servers.stop()?;
    Ok(failed)
}

/// Only the worker's tests speak to RabbitMQ.
fn wanted(arguments: &[OsString]) -> Wanted {
    let mut packages = packages(arguments).peekable();
    let all = packages.peek().is_none() || packages.any(|package| package == "worker");
    if all { Wanted::ALL } else { Wanted::WITHOUT_BROKER }
}

/// The packages that are chosen by name.
fn packages(arguments: &[OsString]) -> impl Iterator<Item = String> {
    let before = arguments.iter().take_while(|argument| *argument != "--");
    let mut texts = before.map(|argument| argument.to_string_lossy().into_owned());
    std::iter::from_fn(move || {
        loop {
            let text = texts.next()?;
            if text == "-p" || text == "--package" {
                return texts.next();
            }
            if let Some(name) = text.strip_prefix("--package=").or_else(|| text.strip_prefix("-p")) {
                return Some(name.trim_start_matches('=').to_owned());
            }
        }
    })
}

fn some(workspace: &Workspace, servers: &mut Servers, arguments: &[OsString]) -> Result<Vec<String>> {
    let mut all = vec![OsStr::new("test"), OsStr::new("--all-features")];
    if packages(arguments).next().is_none() && !arguments.iter().any(|argument| argument == "--workspace") {
        all.push(OsStr::new("--workspace"));
    }
    all.extend(arguments.iter().map(OsString::as_os_str));
    Ok(if run_cargo(workspace, servers, &all)? { Vec::new() } else { vec!["tests".to_owned()] })
}

fn run_cargo(workspace: &Workspace, servers: &mut Servers, arguments: &[&OsStr]) -> Result<bool> {
    let mut command = workspace.cargo();
    command.args(arguments).envs(servers.environment());
    Ok(servers.run(&mut command)?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rabbitmq_is_started_for_those_who_speak_to_it() {
        let starts =
            |line: &str| wanted(&line.split_whitespace().map(OsString::from).collect::<Vec<_>>()).rabbitmq;
        for line in ["", "--workspace", "ledger", "-p worker", "-pworker late", "-p app --package=worker"] {
            assert!(starts(line), "{line}");
        }
        for line in ["-p infra", "--package app ledger", "-p=api -- -p worker"] {
            assert!(!starts(line), "{line}");
        }
    }
}
