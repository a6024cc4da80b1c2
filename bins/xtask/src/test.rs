//! `xtask test`: every test there is.

use std::ffi::{OsStr, OsString};

use anyhow::{Result, bail};

use crate::browser;
use crate::crash;
use crate::programs;
use crate::servers::{Servers, Wanted};
use crate::stage::{Binaries, Engine, Profile};
use crate::story;
use crate::workspace::Workspace;

/// Runs the tests with a private MariaDB. With arguments only `cargo test` is run, and gets them.
///
/// # Errors
/// Names the parts that failed, after all of them ran.
pub fn run(arguments: &[OsString]) -> Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::Mysql)?;
    let mut servers = Servers::start(&workspace, Wanted::Mysql)?;
    let failed = if arguments.is_empty() {
        everything(&workspace, &mut servers)?
    } else {
        some(&workspace, &mut servers, arguments)?
    };
    servers.stop()?;
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
            failed.push("building api and manage for the story".to_owned());
        }
        Ok(binaries) => {
            for engine in [Engine::Sqlite, Engine::Mysql] {
                if let Err(error) = story::run(workspace, servers, &binaries, engine) {
                    eprintln!("xtask: {error:#}");
                    failed.push(format!("the acceptance story on {engine}"));
                }
            }
            let plan = crash::Plan { kills: 8, seed: None, profile: Profile::Debug };
            for engine in [Engine::Sqlite, Engine::Mysql] {
                if let Err(error) = crash::run(servers, &binaries, engine, plan) {
                    eprintln!("xtask: {error:#}");
                    failed.push(format!("the crash run on {engine}"));
                }
            }
            if let Err(error) = browser::run(workspace, servers, &binaries) {
                eprintln!("xtask: {error:#}");
                failed.push("/api/docs/ in a browser".to_owned());
            }
        }
    }
    Ok(failed)
}

fn some(workspace: &Workspace, servers: &mut Servers, arguments: &[OsString]) -> Result<Vec<String>> {
    let mut all = vec![OsStr::new("test"), OsStr::new("--all-features")];
    let chooses = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text.starts_with("-p") || text.starts_with("--package") || text == "--workspace"
    };
    if !arguments.iter().take_while(|argument| *argument != "--").any(chooses) {
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
