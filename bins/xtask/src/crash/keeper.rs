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
/// the one that lives after the last kill, once some more requests are answered.
///
/// # Errors
/// When the API ends by itself, or nobody is answered any more.
pub fn kill_and_restart(
    stage: &Stage<'_>,
    servers: &mut Servers,
    mut api: Api,
    shared: &Shared,
    kills: u32,
    seed: u64,
) -> Result<Api> {
    let mut chance = Chance::of(seed, NAME);
    for _ in 0..kills {
        if chance.percent(DURING_START_PERCENT) {
            std::thread::sleep(Duration::from_millis(chance.below(LONGEST_START_MS)));
        } else {
            wait_for_answers(&mut api, shared, LEAST_ANSWERS + chance.below(MORE_ANSWERS))?;
            std::thread::sleep(Duration::from_micros(chance.below(LONGEST_MOMENT_US)));
        }
        api = stage.kill_and_restart_api(servers, api)?;
    }
    wait_for_answers(&mut api, shared, LAST_ANSWERS)?;
    Ok(api)
}

fn wait_for_answers(api: &mut Api, shared: &Shared, more: u64) -> Result<()> {
    let mut seen = shared.answered();
    let (end, mut last_answer) = (seen + more, Instant::now());
    while shared.answered() < end {
        if shared.is_stopped() {
            bail!("a client gave up");
        }
        if shared.answered() > seen {
            (seen, last_answer) = (shared.answered(), Instant::now());
        }
        if last_answer.elapsed() > STANDSTILL {
            bail!("nobody is answered for {STANDSTILL:?}");
        }
        if api.has_ended()? {
            bail!("the API ended by itself");
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(())
}
