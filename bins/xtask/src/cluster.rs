//! `xtask cluster`: three APIs, each on another node of a MariaDB cluster, and 16 clients that move money through all of
//! them while nodes are killed and join again; then every rupee is asked for.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::crash;
use crate::crash::chance::{self, Chance};
use crate::crash::client::Shared;
use crate::crash::keeper;
use crate::galera::Cluster;
use crate::servers::Servers;
use crate::stage::{Api, Binaries, Profile, Stage};

/// The source of numbers among those of a seed; clients have 1 and up.
const NAME: u64 = 0;
/// How long people work with all nodes, and with one less.
const WORK: Duration = Duration::from_secs(6);

/// How a run goes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Plan {
    /// How often a node is killed
    #[arg(long, default_value_t = 3)]
    pub kills: u32,
    /// Repeats the requests and the kills of an earlier run, as far as threads can be repeated
    #[arg(long)]
    pub seed: Option<u64>,
    /// How the programs are built
    #[arg(long, value_enum, default_value_t = Profile::Debug)]
    pub profile: Profile,
}

/// Plays a run on an empty database, and prints its counts.
///
/// # Errors
/// Every violation, each with its request; or whatever keeps the run from its end.
pub fn run(servers: &mut Servers, binaries: &Binaries, plan: Plan) -> Result<()> {
    let seed = plan.seed.unwrap_or_else(chance::seed);
    println!("cluster run: {} kills, seed {seed}", plan.kills);
    let mut cluster = Cluster::start(servers).context("the cluster")?;
    let roots: Vec<_> = cluster.roots().cloned().collect();
    Stage::set_on(servers, "cluster", binaries, &roots[0])
        .and_then(|stage| {
            let stages: Vec<_> = roots.iter().map(|root| stage.on_server(root)).collect();
            stage.explain(play(&stage, &stages, servers, &mut cluster, plan.kills, seed))
        })
        .with_context(|| format!("the cluster run with --seed {seed} --kills {}", plan.kills))
}

fn play(
    stage: &Stage<'_>,
    stages: &[Stage<'_>],
    servers: &mut Servers,
    cluster: &mut Cluster,
    kills: u32,
    seed: u64,
) -> Result<()> {
    let mut apis = Vec::new();
    for stage in stages {
        apis.push(stage.start_api(servers)?);
    }
    let hosts: Vec<_> = apis.iter().map(Api::address).collect();
    let mut chance = Chance::of(seed, NAME);
    crash::play(stage, servers, &hosts, seed, |servers, shared| {
        for _ in 0..kills {
            work_on(&mut apis, shared)?;
            let node = usize::try_from(chance.below(stages.len() as u64))?;
            cluster.kill(servers, node)?;
            work_on(&mut apis, shared)?;
            cluster.rejoin(servers, node)?;
        }
        work_on(&mut apis, shared)
    })?;
    apis.into_iter().try_for_each(|api| stage.stop_api(servers, api))
}

/// Lets people work for a while; they have to be answered.
fn work_on(apis: &mut [Api], shared: &Shared) -> Result<()> {
    keeper::work(shared, WORK, || {
        apis.iter_mut().try_fold(false, |ended, api| anyhow::Ok(ended || api.has_ended()?))
    })
}
