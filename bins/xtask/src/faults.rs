//! `xtask faults`: 16 clients move money through three APIs while each part of a whole platform is killed, or stands still,
//! at random; then every rupee is asked for.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::crash;
use crate::crash::chance::{self, Chance};
use crate::crash::client::Shared;
use crate::crash::keeper;
use crate::servers::{Disturbance, MARIADB, RABBITMQ, REDIS, Servers};
use crate::stage::{Api, Binaries, Profile, Stage, Worker};

/// The source of numbers among those of a seed; clients have 1 and up.
const NAME: u64 = 0;
/// Between two faults people work undisturbed for a while, so that there is something to lose.
const LEAST_PEACE_MS: u64 = 1_500;
const MORE_PEACE_MS: u64 = 2_500;
/// How long a part is away, or stands still, at most.
const LONGEST_FAULT_MS: u64 = 4_000;
/// Longer than the matcher's lease and than a silent server is waited for.
const LONG_PAUSE_MS: u64 = 18_000;
/// Processes of the API before one database.
const APIS: u64 = 3;

/// How a run goes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Plan {
    /// For how many seconds parts are disturbed; every fault of the deck is dealt at least once
    #[arg(long, default_value_t = 600)]
    pub seconds: u64,
    /// Repeats the requests and the order of the faults of an earlier run, as far as threads can be repeated
    #[arg(long)]
    pub seed: Option<u64>,
    /// How the programs are built
    #[arg(long, value_enum, default_value_t = Profile::Debug)]
    pub profile: Profile,
}

/// What is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// One of the APIs; chance says which.
    Api,
    /// One of the two workers; the one with the lease has the matcher, and sends tasks to the broker.
    Worker(usize),
    Server(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Killed,
    Paused,
    PausedForLong,
}

impl Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => f.write_str("an API"),
            Self::Worker(number) => write!(f, "worker {number}"),
            Self::Server(name) => f.write_str(name),
        }
    }
}

/// One round of faults: what breaks often in life is there more often.
const DECK: [(Part, Fault); 17] = [
    (Part::Api, Fault::Killed),
    (Part::Api, Fault::Killed),
    (Part::Api, Fault::Paused),
    (Part::Worker(0), Fault::Killed),
    (Part::Worker(0), Fault::Paused),
    (Part::Worker(0), Fault::PausedForLong),
    (Part::Worker(1), Fault::Killed),
    (Part::Worker(1), Fault::Killed),
    (Part::Worker(1), Fault::PausedForLong),
    (Part::Server(MARIADB), Fault::Killed),
    (Part::Server(MARIADB), Fault::Killed),
    (Part::Server(MARIADB), Fault::Paused),
    (Part::Server(REDIS), Fault::Killed),
    (Part::Server(REDIS), Fault::Paused),
    (Part::Server(RABBITMQ), Fault::Killed),
    (Part::Server(RABBITMQ), Fault::Paused),
    (Part::Server(RABBITMQ), Fault::PausedForLong),
];

/// Plays a run on an empty database, and prints its counts.
///
/// # Errors
/// Every violation, each with its request; or whatever keeps the run from its end.
pub fn run(servers: &mut Servers, binaries: &Binaries, plan: Plan) -> Result<()> {
    let seed = plan.seed.unwrap_or_else(chance::seed);
    println!("fault run of {} s, seed {seed}", plan.seconds);
    Stage::set_with_broker(servers, "faults", binaries)
        .and_then(|stage| stage.explain(play(&stage, servers, plan.seconds, seed)))
        .with_context(|| format!("the fault run with --seed {seed} --seconds {}", plan.seconds))
}

fn play(stage: &Stage<'_>, servers: &mut Servers, seconds: u64, seed: u64) -> Result<()> {
    let workers = [stage.start_worker(servers, &[])?, stage.start_worker(servers, &[])?];
    let apis = (0..APIS).map(|_| stage.start_api(servers)).collect::<Result<Vec<_>>>()?;
    let hosts: Vec<_> = apis.iter().map(Api::address).collect();
    let mut fire = Fire { stage, chance: Chance::of(seed, NAME), apis, workers, counts: BTreeMap::new() };
    crash::play(stage, servers, &hosts, seed, |servers, shared| fire.burn(servers, shared, seconds))?;
    let Fire { apis, workers, counts, .. } = fire;
    apis.into_iter().try_for_each(|api| stage.stop_api(servers, api))?;
    for ((part, fault), count) in counts {
        println!("  {part} {fault:?}: {count}");
    }
    workers.into_iter().try_for_each(|worker| stage.stop_worker(servers, worker))
}

struct Fire<'a> {
    stage: &'a Stage<'a>,
    chance: Chance,
    apis: Vec<Api>,
    workers: [Worker; 2],
    counts: BTreeMap<(Part, Fault), u32>,
}

impl Fire<'_> {
    /// Disturbs one part after the other until the time is over and every fault of the deck was there.
    fn burn(&mut self, servers: &mut Servers, shared: &Shared, seconds: u64) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut deck = Vec::new();
        while Instant::now() < end || !deck.is_empty() {
            if deck.is_empty() {
                deck = DECK.to_vec();
            }
            self.work_on(shared)?;
            let drawn = usize::try_from(self.chance.below(deck.len() as u64))?;
            let (part, fault) = deck.swap_remove(drawn);
            self.disturb(servers, part, fault).with_context(|| format!("{part}, {fault:?}"))?;
            *self.counts.entry((part, fault)).or_default() += 1;
        }
        self.work_on(shared)
    }

    fn disturb(&mut self, servers: &mut Servers, part: Part, fault: Fault) -> Result<()> {
        let away = match fault {
            Fault::PausedForLong => Duration::from_millis(LONG_PAUSE_MS),
            Fault::Killed | Fault::Paused => Duration::from_millis(self.chance.below(LONGEST_FAULT_MS)),
        };
        let wait = || std::thread::sleep(away);
        match (part, fault) {
            (Part::Api, _) => {
                let api = &mut self.apis[usize::try_from(self.chance.below(APIS))?];
                if fault == Fault::Killed {
                    self.stage.kill_and_restart_api(servers, api)?;
                } else {
                    api.pause()?;
                    wait();
                    api.resume()?;
                }
            }
            (Part::Worker(number), Fault::Killed) => {
                self.stage.kill_worker(servers, &mut self.workers[number])?;
                wait();
                self.workers[number] = self.stage.start_worker(servers, &[])?;
            }
            (Part::Worker(number), _) => {
                self.workers[number].pause()?;
                wait();
                self.workers[number].resume()?;
            }
            (Part::Server(name), Fault::Killed) => {
                servers.disturb(Disturbance::Kill, name)?;
                wait();
                servers.disturb(Disturbance::Start, name)?;
            }
            (Part::Server(name), _) => {
                servers.disturb(Disturbance::Pause, name)?;
                wait();
                servers.disturb(Disturbance::Resume, name)?;
            }
        }
        Ok(())
    }

    /// Lets people work for a while; they have to be answered.
    fn work_on(&mut self, shared: &Shared) -> Result<()> {
        let peace = Duration::from_millis(LEAST_PEACE_MS + self.chance.below(MORE_PEACE_MS));
        keeper::work(shared, peace, || {
            let apis = self.apis.iter_mut().map(Api::has_ended);
            let workers = self.workers.iter_mut().map(Worker::has_ended);
            apis.chain(workers).try_fold(false, |ended, one| anyhow::Ok(ended || one?))
        })
    }
}
