//! The simulation against the vectors, byte for byte.

use std::path::PathBuf;

use app::tree::{SimulateError, Summary, simulate};

fn vector(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../binary-tree/tests/vectors").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn run(events: &[u8]) -> (String, String, Summary) {
    let (mut pairs, mut nodes) = (Vec::new(), Vec::new());
    let summary = simulate(events, &mut pairs, Some(&mut nodes)).expect("the events are right");
    (String::from_utf8(pairs).expect("text"), String::from_utf8(nodes).expect("text"), summary)
}

#[test]
fn every_vector_comes_out_byte_for_byte() {
    for number in 1..=8 {
        let (pairs, nodes, summary) = run(&vector(&format!("matching-{number}.events.jsonl")));
        let expected = vector(&format!("matching-{number}.pairs.jsonl"));
        assert!(pairs.as_bytes() == expected, "the pairs of vector {number}");
        assert!(
            nodes.as_bytes() == vector(&format!("matching-{number}.nodes.jsonl")),
            "the nodes of {number}"
        );
        let flushed = pairs.lines().filter(|line| line.contains("\"flushed\"")).count() as u64;
        assert_eq!(
            (summary.pairs + summary.flushed, summary.flushed),
            (pairs.lines().count() as u64, flushed)
        );
        assert_eq!(summary.members, nodes.lines().count() as u64);
    }
}

#[test]
fn the_summary_says_what_the_plan_pays() {
    let events = r#"{"op": "plan", "max_pairs_per_month": 10, "beyond_cap": "carry_forward", "reserve_percentage": "2.5"}
{"op": "join", "member": 1, "sponsor": null, "side": null}
{"op": "join", "member": 2, "sponsor": 1, "side": "left"}
{"op": "join", "member": 3, "sponsor": 1, "side": "right"}
{"op": "qualify", "member": 2, "at": "2026-01-10T10:00:00+05:30"}
{"op": "qualify", "member": 3, "at": "2026-01-10T10:00:00.5+05:30"}
"#;
    let (pairs, _, summary) = run(events.as_bytes());
    let texts = [summary.gross, summary.emi, summary.reserve, summary.net].map(|sum| sum.to_string());
    assert_eq!(texts, ["500.00", "0.00", "12.50", "487.50"]);
    assert!(pairs.contains(r#""at": "2026-01-10T10:00:00.500000+05:30""#), "{pairs}");
}

#[test]
fn a_bad_line_is_named() {
    let cases = [
        ("{\"op\": \"join\", \"member\": 1}\nnot json\n", 2),
        ("\n{\"op\": \"qualify\", \"member\": 1, \"at\": \"2026-01-10T10:00:00+05:30\"}\n", 2),
        ("{\"op\": \"join\"}\n", 1),
        ("{\"op\": \"qualify\", \"member\": 1}\n", 1),
        ("{\"op\": \"leave\", \"member\": 1, \"at\": \"2026-01-10T10:00:00+05:30\"}\n", 1),
        ("{\"op\": \"plan\", \"reserve_percentage\": \"90\"}\n", 1),
    ];
    for (events, expected) in cases {
        match simulate(events.as_bytes(), Vec::new(), None::<Vec<u8>>) {
            Err(SimulateError::Line { line, .. }) => assert_eq!(line, expected, "{events}"),
            other => panic!("{events}: {other:?}"),
        }
    }
}
