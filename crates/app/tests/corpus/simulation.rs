//! A file of events from any bytes: worked out to its end, or refused with the line at fault.

use app::tree::{SimulateError, Summary, simulate};
use money::Paise;
use serde_json::Value;

/// Simulates the bytes, and what stands before their last line: an event changes nothing that came before it.
pub fn check(bytes: &[u8]) {
    let all = run(bytes);
    assert_eq!(run(bytes), all, "the same events twice");
    let end = bytes.trim_ascii_end().iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    if let (Outcome::Done { pairs, .. }, Outcome::Done { pairs: before, .. }) = (&all, run(&bytes[..end])) {
        assert!(pairs.starts_with(&before), "a later event took a pair back");
    }
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Done { pairs: String, nodes: String, summary: Summary },
    Stopped { line: u64 },
}

fn run(bytes: &[u8]) -> Outcome {
    let (mut pairs, mut nodes) = (Vec::new(), Vec::new());
    match simulate(bytes, &mut pairs, Some(&mut nodes)) {
        Ok(summary) => {
            let (pairs, nodes) = (String::from_utf8(pairs).unwrap(), String::from_utf8(nodes).unwrap());
            assert_eq!(counted(&pairs, &nodes), summary);
            Outcome::Done { pairs, nodes, summary }
        }
        Err(SimulateError::Line { line, reason }) => {
            let lines = bytes.split(|&byte| byte == b'\n').count().try_into().unwrap();
            assert!((1..=lines).contains(&line) && !reason.is_empty(), "line {line}: {reason}");
            Outcome::Stopped { line }
        }
        Err(other) => panic!("{other}"),
    }
}

/// The summary of what was written; each pair's parts make its whole.
fn counted(pairs: &str, nodes: &str) -> Summary {
    let mut summary = Summary { members: rows(nodes).count().try_into().unwrap(), ..Summary::default() };
    for pair in rows(pairs) {
        let [gross, emi, reserve, net] = ["gross", "emi", "reserve", "net"]
            .map(|part| pair[part].as_str().unwrap().parse::<Paise>().unwrap());
        assert_eq!(Paise::checked_sum([emi, reserve, net]), Ok(gross), "{pair}");
        let is_formed = pair["status"] == "formed";
        assert_eq!(pair["pair"].is_null(), !is_formed, "{pair}");
        assert!(is_formed || gross.is_zero(), "{pair}");
        *if is_formed { &mut summary.pairs } else { &mut summary.flushed } += 1;
        for (sum, part) in [
            (&mut summary.gross, gross),
            (&mut summary.emi, emi),
            (&mut summary.reserve, reserve),
            (&mut summary.net, net),
        ] {
            *sum = sum.checked_add(part).unwrap();
        }
    }
    summary
}

fn rows(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}
