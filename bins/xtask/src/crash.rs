//! `xtask crash`: 16 clients move money while the API is killed again and again, and then every rupee is asked for.

pub mod chance;
pub mod client;
mod journal;
pub mod keeper;
mod lists;
mod people;
mod proof;
mod settle;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::crash::client::{Client, Shared};
use crate::crash::journal::{Counts, Journal};
use crate::crash::lists::Lists;
use crate::servers::Servers;
use crate::stage::{Binaries, Engine, Profile, Stage};

/// How a run goes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Plan {
    /// How often the API is killed
    #[arg(long, default_value_t = 8)]
    pub kills: u32,
    /// Repeats the requests and the kills of an earlier run, as far as threads can be repeated
    #[arg(long)]
    pub seed: Option<u64>,
    /// How the API is built
    #[arg(long, value_enum, default_value_t = Profile::Debug)]
    pub profile: Profile,
}

/// Plays a run on an empty database, and prints its counts.
///
/// # Errors
/// Every violation, each with its request; or whatever keeps the run from its end.
pub fn run(servers: &mut Servers, binaries: &Binaries, engine: Engine, plan: Plan) -> Result<()> {
    let seed = plan.seed.unwrap_or_else(chance::seed);
    println!("crash run on {engine}: {} kills, seed {seed}", plan.kills);
    Stage::set(servers, &format!("crash-{engine}"), binaries, engine)
        .and_then(|stage| {
            let played = stage.start_api(servers).and_then(|mut api| {
                let hosts = [api.address()];
                play(&stage, servers, &hosts, seed, |servers, shared| {
                    keeper::kill_and_restart(&stage, servers, &mut api, shared, plan.kills, seed)
                })?;
                stage.stop_api(servers, api)
            });
            stage.explain(played)
        })
        .with_context(|| format!("the crash run on {engine} with --seed {seed} --kills {}", plan.kills))
}

/// Lets the clients work against APIs of one platform while `fire` disturbs it, and proves afterwards what has become of
/// everything they asked for.
///
/// # Errors
/// As [`run`].
pub fn play(
    stage: &Stage<'_>,
    servers: &mut Servers,
    hosts: &[SocketAddr],
    seed: u64,
    fire: impl FnOnce(&mut Servers, &Shared) -> Result<()>,
) -> Result<()> {
    let begun = Instant::now();
    let host = *hosts.first().context("no API")?;
    let people = people::gather(host, &stage.outbox())?;
    let (gathered, begun) = (begun.elapsed(), Instant::now());

    let shared = Shared::new(hosts);
    let journals = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..people::CLIENTS)
            .map(|number| {
                let client = Client::new(number, seed, &people, &shared);
                scope.spawn(|| client.run())
            })
            .collect();
        let burned = fire(servers, &shared);
        shared.stop();
        let journals: Result<Vec<_>> = clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client panicked")))
            .collect();
        burned?;
        journals
    })?;
    let mut journal = Journal::of(journals);
    let (killed, begun) = (begun.elapsed(), Instant::now());

    settle::settle(stage, host, &people)?;
    stage.manage(servers, &["verify"])?;
    let before = Lists::fetch(host, &people.admin)?;
    let counts = Counts::of(&journal);
    let mut found = proof::repeat_unanswered(&mut journal, host, &before)?;
    settle::settle(stage, host, &people)?;
    let after = Lists::fetch(host, &people.admin)?;
    found.extend(proof::check(&journal, &people, &after)?);
    report(&counts, &Counts::of(&journal), &after, [gathered, killed, begun.elapsed()]);
    stage.manage(servers, &["verify"])?;
    if !found.is_empty() {
        bail!("{} violations:\n{}", found.len(), found.join("\n"));
    }
    Ok(())
}

fn report(counts: &Counts, end: &Counts, lists: &Lists, took: [Duration; 3]) {
    let [gathered, killed, settled] = took.map(|took| took.as_secs_f32());
    println!("  requests with a key    {:>6}", counts.requests);
    println!("    took effect          {:>6}   ({} of them told by a replay)", counts.took, counts.replayed);
    println!("    refused              {:>6}   ({})", counts.refused, counts.reasons);
    println!("    left without answer  {:>6}", counts.unanswered);
    println!("      had taken effect   {:>6}", end.replayed - counts.replayed);
    println!("      had not, did then  {:>6}", end.took - counts.took - (end.replayed - counts.replayed));
    println!("      had not, refused   {:>6}", end.refused - counts.refused);
    println!("  tries cut off          {:>6}   ({} sent again at once)", counts.cut, counts.sent_again);
    println!(
        "  at the end: {} bookings, {} payments, {} payouts, {} bonuses, {} pairs",
        lists.bookings.len(),
        lists.payments.len(),
        lists.payouts.len(),
        lists.bonuses.len(),
        lists.pairs.len(),
    );
    println!(
        "  {gathered:.1} s to gather people, {killed:.1} s under fire, {settled:.1} s to settle and prove"
    );
}
