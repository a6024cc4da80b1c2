//! `xtask measure`: how fast a release build answers, how fast it starts and how much memory it takes, on each database.

pub mod fill;
pub mod load;
pub mod machine;
mod routes;
pub mod table;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::http::{Client, Request};
use crate::programs;
use crate::servers::{Servers, Wanted};
use crate::stage::{Api, Binaries, Engine, Profile, Stage};
use crate::workspace::Workspace;

use self::fill::People;
use self::machine::Memory;
use self::routes::Measured;
use self::table::{Place, Process};

/// Starts that are timed; an odd number, so that the median is one of them.
const STARTS: usize = 5;
const TREE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many requests a route gets, on one connection and again on sixteen.
#[derive(clap::Args)]
pub struct Counts {
    /// Requests to each route that reads, after a tenth as many that are not counted
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    reads: u32,
    /// Requests to each route that writes, after a tenth as many that are not counted
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=3_000))]
    writes: u32,
}

/// Measures on each of the databases, and prints one Markdown table for each on standard output.
///
/// # Errors
/// At the first reply with another status than the expected one, and when `manage verify` finds a difference at the end.
pub fn run(engines: &[Engine], counts: &Counts) -> Result<()> {
    let workspace = Workspace::find()?;
    let wanted = if engines.contains(&Engine::Mysql) { Wanted::DURABLE_MYSQL } else { Wanted::FOLDER_ONLY };
    programs::ensure(wanted)?;
    let mut servers = Servers::start(&workspace, wanted)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Release)?;
    for engine in engines {
        eprintln!("xtask: measuring on {engine}");
        let stage = Stage::set(&mut servers, &format!("measure-{engine}"), &binaries, *engine)?;
        let measured = stage.explain(on(&stage, &mut servers, counts));
        let (process, measured) = measured.with_context(|| format!("measuring on {engine}"))?;
        let place = Place {
            database: machine::database(&stage, &servers, *engine)?,
            machine: machine::describe()?,
            programs: machine::programs(&workspace)?,
        };
        println!("{}", table::markdown(&place, counts, &process, &measured));
    }
    servers.stop()
}

fn on(stage: &Stage<'_>, servers: &mut Servers, counts: &Counts) -> Result<(Process, Vec<Measured>)> {
    let api = stage.start_api(servers)?;
    let people = fill::fill(api.address(), &stage.outbox());
    stage.stop_api(servers, api)?;
    let people = people.context("filling the database")?;

    let (api, starts) = start(stage, servers, &people)?;
    let after_start = Memory::of(api.pid())?;
    let measured = routes::measure(&api, &people, counts);
    let at_end = Memory::of(api.pid());
    let stopped = stage.stop_api(servers, api);
    let measured = measured?;
    let process = Process { starts, after_start, at_end: at_end? };
    stopped?;
    stage.manage(servers, &["verify"])?;
    Ok((process, measured))
}

/// Starts the API a few times on the database that is there now; the last one stays.
fn start(stage: &Stage<'_>, servers: &mut Servers, people: &People) -> Result<(Api, Vec<Duration>)> {
    let mut starts = Vec::with_capacity(STARTS);
    loop {
        let (api, took) = stage.time_start(servers)?;
        starts.push(took);
        if starts.len() == STARTS {
            wait_for_tree(api.address(), people)?;
            starts.sort_unstable();
            return Ok((api, starts));
        }
        stage.stop_api(servers, api)?;
    }
}

/// The tree's routes answer 503 until it is loaded.
fn wait_for_tree(host: SocketAddr, people: &People) -> Result<()> {
    let request = Request::get("/api/binary/nodes/my_tree/").token(&people.sponsor.token);
    let mut client = Client::connect(host)?;
    let deadline = Instant::now() + TREE_TIMEOUT;
    loop {
        let status = client.call(&request)?.status;
        if status == 200 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "my_tree is {status} {TREE_TIMEOUT:?} after the start");
        std::thread::sleep(Duration::from_millis(20));
    }
}
