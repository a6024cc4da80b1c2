//! The rate of the same statements without the platform: `crates/infra/examples/bare.rs` on the same database.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::stage::{Engine, Stage};

/// What was run bare, and how often a second.
pub struct Bare {
    /// The statements, as the example names them.
    pub work: &'static str,
    /// How many ran them at once, or in one commit.
    pub how: &'static str,
    pub per_second: f64,
}

/// The statements of what is run bare, and the route that has them.
pub const WORKS: [(&str, &str); 3] = [
    ("profile", "GET users/profile"),
    ("payment", "POST …/make_payment, online, 1.00"),
    ("booking", "POST booking/bookings"),
];

/// Runs each kind of work for `time` with one thread and with eight; on SQLite also with 16 in a commit, as its one
/// writer does.
pub fn rates(stage: &Stage<'_>, program: &Path, engine: Engine, time: Duration) -> Result<Vec<Bare>> {
    let mut rates = Vec::new();
    for (work, _) in WORKS {
        let mut hows = vec![("1 thread", "1", "1"), ("8 threads", "8", "1")];
        if engine == Engine::Sqlite && work != "profile" {
            hows.push(("1 thread, 16 in a commit", "1", "16"));
        }
        for (how, threads, group) in hows {
            rates.push(rate(stage, program, work, how, [threads, group], time)?);
        }
    }
    Ok(rates)
}

/// Payments with the tasks that follow, on a server.
pub fn sales(stage: &Stage<'_>, program: &Path, time: Duration) -> Result<Vec<Bare>> {
    let hows = [("1 thread", "1"), ("8 threads", "8")];
    hows.into_iter().map(|(how, threads)| rate(stage, program, "sale", how, [threads, "1"], time)).collect()
}

fn rate(
    stage: &Stage<'_>,
    program: &Path,
    work: &'static str,
    how: &'static str,
    [threads, group]: [&str; 2],
    time: Duration,
) -> Result<Bare> {
    eprintln!("xtask: bare {work}, {how}");
    let seconds = time.as_secs().to_string();
    let said = stage.says(program, &[work, threads, group, &seconds])?;
    let per_second = said.trim().parse().with_context(|| format!("the example bare says {said:?}"))?;
    Ok(Bare { work, how, per_second })
}
