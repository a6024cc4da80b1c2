#![doc = include_str!("../README.md")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool for developers talks on its terminal"
)]

mod browser;
mod check;
mod crash;
mod http;
mod load_run;
mod mariadb;
mod measure;
mod programs;
mod run_folder;
mod servers;
mod stage;
mod story;
mod supervise;
mod test;
mod workspace;

use std::ffi::OsString;
use std::io::Read;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::mariadb::Durability;
use crate::measure::Counts;
use crate::servers::{Servers, Wanted};
use crate::stage::{Binaries, Engine, Profile};
use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test there is, with a private MariaDB; arguments after `--` go to `cargo test` instead
    Test {
        /// What `cargo test` gets; with any, only `cargo test` is run
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Formatting, clippy and documentation without a warning, and the licences of all dependencies
    Check,
    /// Run the acceptance story alone
    Story {
        /// The database it runs on; both when left out
        #[arg(long, value_enum)]
        db: Option<Engine>,
    },
    /// Kill the API again and again under 16 clients that move money, and prove that nothing is lost or done twice
    Crash {
        /// The database it runs on; both when left out
        #[arg(long, value_enum)]
        db: Option<Engine>,
        #[command(flatten)]
        plan: crash::Plan,
    },
    /// Time a release build's routes, its start and its memory, and print tables for docs/PERFORMANCE.md
    Measure {
        /// The database it runs on; both when left out
        #[arg(long, value_enum)]
        db: Option<Engine>,
        #[command(flatten)]
        counts: Counts,
    },
    /// Drive a release build with 1, 16 and 64 clients at once, beside the bare database, and print tables for
    /// docs/PERFORMANCE.md
    Load {
        /// The database it runs on; both when left out
        #[arg(long, value_enum)]
        db: Option<Engine>,
        #[command(flatten)]
        plan: load_run::Plan,
    },
    /// Start a private MariaDB and print how tests find it, until Ctrl-C or the end of standard input
    Servers,
    /// Own the private servers of one run (started by the other commands, not by people)
    #[command(hide = true)]
    Supervise {
        /// Start MariaDB, and whether its commits wait for the disk
        #[arg(long, value_enum)]
        mysql: Option<Durability>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Task::Test { arguments } => test::run(&arguments),
        Task::Check => check::run(),
        Task::Story { db } => story_alone(db),
        Task::Crash { db, plan } => crash_alone(db, plan),
        Task::Measure { db, counts } => measure::run(&engines(db), &counts),
        Task::Load { db, plan } => load_run::run(&engines(db), plan),
        Task::Servers => servers_alone(),
        Task::Supervise { mysql } => supervise::run(mysql),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The one that is asked for, or both.
fn engines(db: Option<Engine>) -> Vec<Engine> {
    db.map_or_else(|| vec![Engine::Sqlite, Engine::Mysql], |engine| vec![engine])
}

fn story_alone(db: Option<Engine>) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    let engines = engines(db);
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::Mysql } else { Wanted::FolderOnly };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Debug)?;
    for engine in engines {
        story::run(&workspace, &mut servers, &binaries, engine)?;
    }
    servers.stop()
}

fn crash_alone(db: Option<Engine>, plan: crash::Plan) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    let engines = engines(db);
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::Mysql } else { Wanted::FolderOnly };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, plan.profile)?;
    for engine in engines {
        crash::run(&mut servers, &binaries, engine, plan)?;
    }
    servers.stop()
}

fn servers_alone() -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::Mysql)?;
    let servers = Servers::start(&workspace, Wanted::Mysql)?;
    for (name, value) in servers.environment() {
        println!("export {name}={value}");
    }
    println!("# in {}; Ctrl-C or the end of standard input stops it", servers.folder().display());
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    servers.stop()
}
