//! What was measured, as Markdown for `docs/PERFORMANCE.md`.

use std::fmt::Write;
use std::time::Duration;

use super::Counts;
use super::load::Run;
use super::machine::Memory;
use super::routes::{CONNECTIONS, Measured, Outcome};

/// What was measured on.
pub struct Place {
    pub database: String,
    pub machine: String,
    pub programs: String,
}

/// What was seen of the process itself.
pub struct Process {
    /// From the process's start to a 200 of `/health/`, shortest first.
    pub starts: Vec<Duration>,
    /// Memory once it is ready.
    pub after_start: Memory,
    /// Memory after all requests.
    pub at_end: Memory,
}

/// One database's section.
pub fn markdown(place: &Place, counts: &Counts, process: &Process, measured: &[Measured]) -> String {
    let Place { database, machine, programs } = place;
    let (reads, writes) = (counts.reads, counts.writes);
    let mut text = format!(
        "### {database}\n\n{machine}; {programs}. {reads} requests to each GET, {writes} to each POST.\n\n\
         | route | median | 90 % | 99 % | per s | {CONNECTIONS} connections: median | 99 % | per s |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    for Measured { name, outcome } in measured {
        let cells = match outcome {
            Outcome::Runs { alone, together } => cells(alone, together),
            Outcome::Skipped(reason) => format!("skipped: {reason} | | | | | |"),
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "| {name} | {cells} |");
    }
    let start = process.starts.get(process.starts.len() / 2).copied().unwrap_or_default();
    let starts = process.starts.len();
    let rows = [
        (format!("start to a 200 of `/health/`, median of {starts}"), shown(start)),
        ("resident after the start (peak)".to_owned(), megabytes(process.after_start)),
        ("resident at the end (peak)".to_owned(), megabytes(process.at_end)),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "| {name} | {value} | | | | | | |");
    }
    text
}

fn cells(alone: &Run, together: &Run) -> String {
    let one = [50, 90, 99].map(|percent| shown(alone.percentile(percent)));
    let many = [50, 99].map(|percent| shown(together.percentile(percent)));
    let [one_rate, many_rate] = [alone, together].map(|run| format!("{:.0}", run.per_second()));
    format!("{} | {one_rate} | {} | {many_rate}", one.join(" | "), many.join(" | "))
}

/// Microseconds below a millisecond, else milliseconds.
pub fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        _ => format!("{:.2} ms", time.as_secs_f64() * 1_000.0),
    }
}

/// Resident memory and its peak, in megabytes.
pub fn megabytes(memory: Memory) -> String {
    let [resident, peak] = [memory.resident_kib, memory.peak_kib].map(|kib| kib * 1_024 / 100_000);
    format!("{}.{} MB ({}.{})", resident / 10, resident % 10, peak / 10, peak % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(shown(Duration::from_nanos(999_999)), "999 µs");
        assert_eq!(shown(Duration::from_micros(12_345)), "12.35 ms");
        let memory = Memory { resident_kib: 20_000, peak_kib: 50_000 };
        assert_eq!(megabytes(memory), "20.4 MB (51.2)");
    }

    #[test]
    fn each_row_has_as_many_cells_as_the_head() {
        let run = || Run::of(vec![Duration::from_micros(700)], Duration::from_millis(1));
        let measured = [
            Measured { name: "GET a", outcome: Outcome::Runs { alone: run(), together: run() } },
            Measured { name: "POST b", outcome: Outcome::Skipped("no money".to_owned()) },
        ];
        let memory = Memory { resident_kib: 20_000, peak_kib: 20_000 };
        let starts = [50, 90, 100].map(Duration::from_millis).to_vec();
        let process = Process { starts, after_start: memory, at_end: memory };
        let place = Place { database: "D 1".into(), machine: "M".into(), programs: "P".into() };
        let text = markdown(&place, &Counts { reads: 1, writes: 1 }, &process, &measured);

        let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + measured.len() + 3);
        assert!(rows.iter().all(|row| row.matches('|').count() == 9), "{text}");
        assert!(
            text.contains("| GET a | 700 µs | 700 µs | 700 µs | 1000 | 700 µs | 700 µs | 1000 |"),
            "{text}"
        );
        assert!(text.contains("| POST b | skipped: no money |"), "{text}");
        assert!(text.contains("median of 3 | 90.00 ms |"), "{text}");
    }
}
