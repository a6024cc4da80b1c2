//! Who kills the API and starts it again.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::crash::chance::Chance;
use crate::crash::client::Shared;
use crate::servers::Servers;
use crate::stage::{Api, Stage};

/// The keeper's source of numbers among those of a seed; clients have 1 and up.
const NAME: u64 = 0;
/// Answers between two kills, at least, and the ones that chance adds.
const LEAST_ANSWERS: u64 = 25;
const MORE_ANSWERS: u64 = 90;
/// Answers after the last kill.
const LAST_ANSWERS: u64 = 150;
/// In so many of a hundred cases the next kill doesn't wait for answers: it hits the start.
const DURING_START_PERCENT: u64 = 15;
const LONGEST_START_MS: u64 = 250;
/// An answer is sent when nothing is under way for it any more, so the kill comes a moment later.
const LONGEST_MOMENT_US: u64 = 6_000;
const LOOK_EVERY: Duration = Duration::from_micros(500);
/// Nobody is answered for so long only when something is broken.
const STANDSTILL: Duration = Duration::from_secs(60);

/// Kills the API after numbers of answers that the seed chooses, and starts it on the same port each time. Returns
/// once some more requests are answered after the last kill.
///
/// # Errors
/// When the API ends by itself, or nobody is answered any more.
pub fn kill_and_restart(
    stage: &Stage<'_>,
    servers: &mut Servers,
    api: &mut Api,
    shared: &Shared,
    kills: u32,
    seed: u64,
) -> Result<()> {
    let mut chance = Chance::of(seed, NAME);
    for _ in 0..kills {
        if chance.percent(DURING_START_PERCENT) {
            std::thread::sleep(Duration::from_millis(chance.below(LONGEST_START_MS)));
        } else {
            wait_for_answers(api, shared, LEAST_ANSWERS + chance.below(MORE_ANSWERS))?;
            std::thread::sleep(Duration::from_micros(chance.below(LONGEST_MOMENT_US)));
        }
        stage.kill_and_restart_api(servers, api)?;
    }
    wait_for_answers(api, shared, LAST_ANSWERS)
}

fn wait_for_answers(api: &mut Api, shared: &Shared, more: u64) -> Result<()> {
    let end = shared.answered() + more;
    watch(shared, || api.has_ended(), || shared.answered() >= end)
}

/// Lets people work for so long, and until somebody was answered.
///
/// # Errors
/// As [`kill_and_restart`].
pub fn work(shared: &Shared, time: Duration, has_ended: impl FnMut() -> Result<bool>) -> Result<()> {
    let (seen, end) = (shared.answered(), Instant::now() + time);
    watch(shared, has_ended, || Instant::now() >= end && shared.answered() > seen)
}

fn watch(
    shared: &Shared,
    mut has_ended: impl FnMut() -> Result<bool>,
    is_over: impl Fn() -> bool,
) -> Result<()> {
    let (mut seen, mut last_answer) = (shared.answered(), Instant::now());
    while !is_over() {
        if shared.is_stopped() {
            bail!("a client gave up");
        }
        if shared.answered() > seen {
            (seen, last_answer) = (shared.answered(), Instant::now());
        }
        if last_answer.elapsed() > STANDSTILL {
            bail!("nobody is answered for {STANDSTILL:?}");
        }
        if has_ended()? {
            bail!("a program ended by itself");
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(())
}
