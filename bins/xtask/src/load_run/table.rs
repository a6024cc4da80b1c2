//! What was borne, as Markdown for `docs/PERFORMANCE.md`.

use std::fmt::Write;

use crate::measure::load::Run;
use crate::measure::machine::Memory;
use crate::measure::table::{megabytes, shown};

use super::bare::{Bare, WORKS};
use super::routes::Loaded;

/// What the process held in memory.
pub struct Memories {
    pub filled: Memory,
    pub after_reads: Memory,
    pub after_writes: Memory,
}

/// What was loaded, on what.
pub struct Report {
    pub database: String,
    pub machine: String,
    pub programs: String,
    pub seconds: u64,
    pub memories: Memories,
}

/// One database's section.
pub fn markdown(report: &Report, loaded: &[Loaded], bare: &[Bare]) -> String {
    let Report { database, machine, programs, seconds, memories } = report;
    let mut text = format!(
        "### Load: {database}\n\n{machine}; {programs}. {seconds} s each.\n\n\
         | route | 1 connection: per s | median | 99 % | 16: per s | median | 99 % | 64: per s | median | 99 % |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    // Writing to a string can't fail.
    for Loaded { name, runs } in loaded {
        let cells: Vec<_> = runs.iter().map(cells).collect();
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    let Memories { filled, after_reads, after_writes } = *memories;
    let [filled, after_reads, after_writes] = [filled, after_reads, after_writes].map(megabytes);
    let _ = writeln!(
        text,
        "\nResident memory (peak): {filled} once filled, {after_reads} after the reads, {after_writes} after the writes.\n\n\
         | the statements of | bare: how | bare per s | the API's best per s | share |\n|---|---|--:|--:|--:|"
    );
    for Bare { work, how, per_second } in bare {
        let route = WORKS.iter().find(|(name, _)| name == work).map_or("", |(_, route)| route);
        let best = best(loaded, route);
        let share = 100.0 * best / per_second;
        let _ = writeln!(text, "| {route} | {how} | {per_second:.0} | {best:.0} | {share:.0} % |");
    }
    text
}

fn cells(run: &Run) -> String {
    let [median, last] = [50, 99].map(|percent| shown(run.percentile(percent)));
    format!("{:.0} | {median} | {last}", run.per_second())
}

/// The best rate of a route over all numbers of connections.
fn best(loaded: &[Loaded], route: &str) -> f64 {
    let runs = loaded.iter().filter(|loaded| loaded.name == route).flat_map(|loaded| &loaded.runs);
    runs.map(Run::per_second).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rows_have_as_many_cells_as_their_heads_and_the_share_is_of_the_best_run() {
        let run =
            |milliseconds| Run::of(vec![Duration::from_micros(700)], Duration::from_millis(milliseconds));
        let runs = vec![run(4), run(1), run(2)];
        let loaded = [Loaded { name: WORKS[1].1, runs }];
        let bare = [Bare { work: "payment", how: "1 thread", per_second: 4_000.0 }];
        let memory = Memory { resident_kib: 20_000, peak_kib: 20_000 };
        let report = Report {
            database: "D 1".into(),
            machine: "M".into(),
            programs: "P".into(),
            seconds: 1,
            memories: Memories { filled: memory, after_reads: memory, after_writes: memory },
        };
        let text = markdown(&report, &loaded, &bare);
        let bars = |line: &str| line.matches('|').count();
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).map(bars).collect();
        assert_eq!(rows, [11, 11, 11, 6, 6, 6], "{text}");
        assert!(text.contains("| 4000 | 1000 | 25 % |"), "{text}");
    }
}
