#![doc = include_str!("../README.md")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool for developers talks on its terminal"
)]

mod behind_nginx;
mod browser;
mod check;
mod cluster;
mod crash;
mod deploy;
mod faults;
mod galera;
mod http;
mod load_run;
mod mariadb;
mod measure;
mod nginx;
mod programs;
mod rabbitmq;
mod redis;
mod restore;
mod run_folder;
mod schemathesis;
mod servers;
mod stage;
mod story;
mod supervise;
mod test;
mod throughput;
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
    /// Run every test there is, with private servers; arguments after `--` go to `cargo test` instead
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
        /// Only on MariaDB, with a worker that the tasks reach through RabbitMQ
        #[arg(long, conflicts_with = "db")]
        broker: bool,
    },
    /// Run the platform behind nginx with the configuration of deploy/nginx: limits, retries, rolling restarts, the story
    Nginx,
    /// Try the files of deploy/ without a container engine: their form, and each of their commands
    Deploy,
    /// Kill the API again and again under 16 clients that move money, and prove that nothing is lost or done twice
    Crash {
        /// The database it runs on; both when left out
        #[arg(long, value_enum)]
        db: Option<Engine>,
        #[command(flatten)]
        plan: crash::Plan,
    },
    /// Kill and stop each part of a whole platform (three APIs, two workers, MariaDB, Redis, RabbitMQ) at random under 16 clients
    Faults {
        #[command(flatten)]
        plan: faults::Plan,
    },
    /// Three APIs on three nodes of a MariaDB cluster, and 16 clients that move money while nodes are killed
    Cluster {
        #[command(flatten)]
        plan: cluster::Plan,
    },
    /// Make requests from the OpenAPI document, right and wrong, as a member and as an admin, and check every reply
    Schemathesis {
        #[command(flatten)]
        plan: schemathesis::Plan,
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
    /// Payments a second through API, broker and worker on MariaDB, beside the same statements bare, and the lag to the wallet
    Throughput {
        #[command(flatten)]
        plan: throughput::Plan,
    },
    /// Start a private MariaDB and Redis and print how tests find them, until Ctrl-C or the end of standard input
    Servers {
        /// Start a private RabbitMQ too
        #[arg(long)]
        rabbitmq: bool,
    },
    /// Own the private servers of one run (started by the other commands, not by people)
    #[command(hide = true)]
    Supervise {
        /// Start MariaDB, and whether its commits wait for the disk
        #[arg(long, value_enum)]
        mysql: Option<Durability>,
        /// Start Redis
        #[arg(long)]
        redis: bool,
        /// Start RabbitMQ
        #[arg(long)]
        rabbitmq: bool,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Task::Test { arguments } => test::run(&arguments),
        Task::Check => check::run(),
        Task::Story { broker: true, .. } => story_with_broker(),
        Task::Story { db, .. } => story_alone(db),
        Task::Nginx => on_servers(behind_nginx::run),
        Task::Deploy => Workspace::find()
            .and_then(|workspace| deploy::check(&workspace))
            .and_then(|()| on_servers(deploy::run)),
        Task::Crash { db, plan } => crash_alone(db, plan),
        Task::Faults { plan } => faults_alone(plan),
        Task::Cluster { plan } => cluster_alone(plan),
        Task::Schemathesis { plan } => schemathesis_alone(plan),
        Task::Measure { db, counts } => measure::run(&engines(db), &counts),
        Task::Load { db, plan } => load_run::run(&engines(db), plan),
        Task::Throughput { plan } => throughput::run(plan),
        Task::Servers { rabbitmq } => servers_alone(Wanted { rabbitmq, ..Wanted::ALL }),
        Task::Supervise { mysql, redis, rabbitmq } => supervise::run(Wanted { mysql, redis, rabbitmq }),
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
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::WITHOUT_BROKER } else { Wanted::FOLDER_ONLY };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Debug)?;
    for engine in engines {
        story::run(&workspace, &mut servers, &binaries, engine)?;
    }
    servers.stop()
}

/// Builds the programs, and runs a part of `xtask test` with them and private servers.
fn on_servers(part: fn(&Workspace, &mut Servers, &Binaries) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::ALL)?;
    let mut servers = Servers::start(&workspace, Wanted::ALL)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Debug)?;
    part(&workspace, &mut servers, &binaries)?;
    servers.stop()
}

fn story_with_broker() -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::ALL)?;
    let mut servers = Servers::start(&workspace, Wanted::ALL)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Debug)?;
    story::run_with_broker(&workspace, &mut servers, &binaries)?;
    servers.stop()
}

fn crash_alone(db: Option<Engine>, plan: crash::Plan) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    let engines = engines(db);
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::WITHOUT_BROKER } else { Wanted::FOLDER_ONLY };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, plan.profile)?;
    for engine in engines {
        crash::run(&mut servers, &binaries, engine, plan)?;
    }
    servers.stop()
}

fn faults_alone(plan: faults::Plan) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::DURABLE)?;
    let mut servers = Servers::start(&workspace, Wanted::DURABLE)?;
    let binaries = Binaries::build(&workspace, &mut servers, plan.profile)?;
    faults::run(&mut servers, &binaries, plan)?;
    servers.stop()
}

fn cluster_alone(plan: cluster::Plan) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure_cluster()?;
    let mut servers = Servers::start(&workspace, Wanted::FOLDER_ONLY)?;
    let binaries = Binaries::build(&workspace, &mut servers, plan.profile)?;
    cluster::run(&mut servers, &binaries, plan)?;
    servers.stop()
}

fn schemathesis_alone(plan: schemathesis::Plan) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::FOLDER_ONLY)?;
    let mut servers = Servers::start(&workspace, Wanted::FOLDER_ONLY)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Debug)?;
    schemathesis::run(&workspace, &mut servers, &binaries, plan)?;
    servers.stop()
}

fn servers_alone(wanted: Wanted) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(wanted)?;
    let servers = Servers::start(&workspace, wanted)?;
    for (name, value) in servers.environment() {
        println!("export {name}={value}");
    }
    println!("# in {}; Ctrl-C or the end of standard input stops it", servers.folder().display());
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    servers.stop()
}
