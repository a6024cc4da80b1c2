//! Waits until everything that follows from what is committed has happened.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::crash::lists::Lists;
use crate::crash::people::People;
use crate::http::{Client, Request};
use crate::stage::Stage;

/// How long nothing may move: longer than a lease, and than the wait before a task's fifth try. What a long outage has left
/// undone takes as long as it takes.
const TIMEOUT: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// `MAX_BINARY_PAIRS_PER_MONTH` of the default plan.
const MOST_PAIRS: usize = 10;

/// Waits until the API is ready, no task is left, and each member has the pairs that the qualified ones below them
/// make, which shows that the matcher has passed every event.
///
/// # Errors
/// When that doesn't happen.
pub fn settle(stage: &Stage<'_>, host: SocketAddr, people: &People) -> Result<()> {
    let (mut last, mut moved) = (String::new(), Instant::now());
    loop {
        let missing = missing(stage, host, people).unwrap_or_else(|error| Some(format!("{error:#}")));
        let Some(missing) = missing else { return Ok(()) };
        if missing != last {
            (last, moved) = (missing, Instant::now());
        } else if moved.elapsed() > TIMEOUT {
            bail!("not settled, and nothing moves for {TIMEOUT:?}: {missing}");
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// What is still to come.
fn missing(stage: &Stage<'_>, host: SocketAddr, people: &People) -> Result<Option<String>> {
    let tasks = stage.manage_says(&["tasks", "list"])?;
    if !tasks.trim().is_empty() {
        return Ok(Some(format!("tasks:\n{tasks}")));
    }
    let ready = Client::connect(host)?.call(&Request::get("/health/ready/"))?;
    if ready.status != 200 {
        return Ok(Some(format!("/health/ready/ is {}", ready.status)));
    }
    let lists = Lists::fetch(host, &people.admin)?;
    for (number, expected) in expected_pairs(people, &lists).into_iter().enumerate() {
        let id = people.members.get(number).context("a member")?.id;
        let found = lists.pairs.iter().filter(|pair| pair.number("user") == id).count();
        if found != expected {
            return Ok(Some(format!("member {id} has {found} pairs instead of {expected}")));
        }
    }
    Ok(None)
}

/// The pairs of each member, from who has a confirmed booking and who stands below whom.
pub fn expected_pairs(people: &People, lists: &Lists) -> Vec<usize> {
    let confirmed = lists.bookings.iter().filter(|booking| !booking.text("confirmed_at").is_empty());
    let qualified: HashSet<u64> = confirmed.map(|booking| booking.number("user")).collect();
    // those below a member have higher numbers, so their subtrees are counted when they are needed
    let mut subtrees = vec![0; people.members.len()];
    let mut pairs = vec![0; people.members.len()];
    for (number, member) in people.members.iter().enumerate().rev() {
        let legs: Vec<usize> = people.below(number).map(|below| subtrees[below]).collect();
        subtrees[number] = legs.iter().sum::<usize>() + usize::from(qualified.contains(&member.id));
        pairs[number] = if legs.len() == 2 { legs[0].min(legs[1]).min(MOST_PAIRS) } else { 0 };
    }
    pairs
}
