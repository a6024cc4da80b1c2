//! `xtask load`: how much a release build bears from 1, 16 and 64 clients at once, and which share of the bare
//! database's rate that is, on each database.

pub mod bare;
mod routes;
mod table;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::measure::fill;
use crate::measure::machine::{self, Memory};
use crate::programs;
use crate::servers::{Servers, Wanted};
use crate::stage::{Binaries, Engine, Profile, Stage};
use crate::workspace::Workspace;

use self::routes::Loaded;
use self::table::{Memories, Report};

/// Clients at once.
pub const CONNECTIONS: [u32; 3] = [1, 16, 64];

/// How long each route is driven.
#[derive(clap::Args, Clone, Copy)]
pub struct Plan {
    /// How long each route gets requests over each number of connections, seconds; a tenth more goes ahead uncounted
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

impl Plan {
    fn time(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Loads each of the databases, and prints one Markdown section for each on standard output.
///
/// # Errors
/// At the first reply with another status than the expected one, and when `manage verify` finds a difference at the end.
pub fn run(engines: &[Engine], plan: Plan) -> Result<()> {
    let workspace = Workspace::find()?;
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::DURABLE_MYSQL } else { Wanted::FOLDER_ONLY };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Release)?;
    for engine in engines {
        eprintln!("xtask: loading {engine}");
        let stage = Stage::set_demo(&mut servers, &format!("load-{engine}"), &binaries, *engine)?;
        let (memories, loaded) =
            stage.explain(on(&stage, &mut servers, plan)).with_context(|| format!("loading {engine}"))?;
        // While nothing else is at the database, and after `verify`: what follows from these payments is never posted.
        let bare = bare::rates(&stage, &binaries.bare, *engine, plan.time())?;
        let report = Report {
            database: machine::database(&stage, &servers, *engine)?,
            machine: machine::describe()?,
            programs: machine::programs(&workspace)?,
            seconds: plan.seconds,
            memories,
        };
        println!("{}", table::markdown(&report, &loaded, &bare));
    }
    servers.stop()
}

fn on(stage: &Stage<'_>, servers: &mut Servers, plan: Plan) -> Result<(Memories, Vec<Loaded>)> {
    let api = stage.start_api(servers)?;
    let loaded = drive(&api, stage, plan);
    stage.stop_api(servers, api)?;
    stage.manage(servers, &["verify"])?;
    loaded
}

fn drive(api: &crate::stage::Api, stage: &Stage<'_>, plan: Plan) -> Result<(Memories, Vec<Loaded>)> {
    let members = fill::demo_members(api.address(), &stage.outbox()).context("the demo's members")?;
    let filled = Memory::of(api.pid())?;
    let mut loaded = routes::reads(api, &members, plan.time())?;
    let after_reads = Memory::of(api.pid())?;
    loaded.extend(routes::writes(api, &members, plan.time())?);
    let after_writes = Memory::of(api.pid())?;
    Ok((Memories { filled, after_reads, after_writes }, loaded))
}
