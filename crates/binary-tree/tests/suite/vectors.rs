//! `tests/vectors/matching-*.jsonl`: events in, pairs and final nodes out. The rupees of a pair are another crate's.

use std::fs;
use std::path::PathBuf;

use binary_tree::{BeyondCap, Cap, Match, Matcher, Placement, Side};
use serde_json::{Value, json};

const SLICE: usize = 7;

fn read(set: u32, part: &str) -> Vec<Value> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/matching-{set}.{part}.jsonl"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn member(value: &Value) -> Option<u32> {
    value.as_u64().map(|number| number.try_into().unwrap())
}

/// Months since year 0 of an instant in IST.
fn month(at: &str) -> u32 {
    assert!(at.ends_with("+05:30"), "{at} is not in IST");
    at[..4].parse::<u32>().unwrap() * 12 + at[5..7].parse::<u32>().unwrap() - 1
}

fn month_start(month: u32) -> String {
    format!("{:04}-{:02}-01T00:00:00+05:30", month / 12, month % 12 + 1)
}

struct Replay {
    matcher: Matcher<u32>,
    cap: Cap,
    pairs: Vec<Value>,
    last: String,
    restore_often: bool,
}

impl Replay {
    fn new(restore_often: bool) -> Self {
        let cap = Cap { pairs_per_month: 0, beyond: BeyondCap::Flush };
        Self { matcher: Matcher::new(), cap, pairs: Vec::new(), last: String::new(), restore_often }
    }

    fn run(mut self, events: &[Value]) -> Self {
        for event in events {
            if let Some(at) = event["at"].as_str() {
                self.pass_to(at);
            }
            self.apply(event);
            if self.restore_often {
                self.restore();
            }
        }
        self
    }

    fn apply(&mut self, event: &Value) {
        match event["op"].as_str().unwrap() {
            "plan" => {
                self.cap = Cap {
                    pairs_per_month: member(&event["max_pairs_per_month"]).unwrap(),
                    beyond: event["beyond_cap"].as_str().unwrap().parse().unwrap(),
                }
            }
            "join" => {
                let side = event["side"].as_str().map(|side| side.parse::<Side>().unwrap());
                let joining = member(&event["member"]).unwrap();
                self.matcher
                    .join(joining, member(&event["sponsor"]), Placement::LevelOrder { side })
                    .unwrap();
            }
            "qualify" => {
                let matches = self.matcher.qualify(member(&event["member"]).unwrap(), self.cap).unwrap();
                self.record(&matches, event["at"].as_str().unwrap());
            }
            "active_buyer" | "end" => {}
            other => panic!("unknown event {other}"),
        }
    }

    /// Every missed 1st at 00:00 IST comes before the first event at or past it.
    fn pass_to(&mut self, at: &str) {
        assert!(*at >= *self.last, "{at} is before {}", self.last);
        let first = if self.last.is_empty() { month(at) } else { month(&self.last) + 1 };
        for missed in first..=month(at) {
            assert!(self.matcher.start_month(missed));
            let mut from = 0;
            loop {
                let drained = self.matcher.drain_month(self.cap, from, SLICE);
                assert!(drained.matches.len() <= SLICE);
                self.record(&drained.matches, &month_start(missed));
                if self.restore_often {
                    self.restore();
                }
                let Some(next) = drained.next else { break };
                from = next;
            }
        }
        self.last = at.to_owned();
    }

    fn record(&mut self, matches: &[Match<u32>], at: &str) {
        self.pairs.extend(matches.iter().map(|pair| {
            let status = if pair.is_flushed() { "flushed" } else { "formed" };
            json!({"member": pair.owner, "pair": pair.number, "left": pair.left, "right": pair.right, "at": at, "status": status})
        }));
    }

    fn restore(&mut self) {
        self.matcher = Matcher::restore(self.matcher.month(), self.matcher.snapshot()).unwrap();
    }

    fn nodes(&self) -> Vec<Value> {
        self.matcher
            .snapshot()
            .map(|node| {
                let legs = self.matcher.tree().legs(node.member).unwrap();
                json!({
                    "member": node.member, "parent": node.parent, "side": node.side.map(Side::as_str),
                    "left": legs.left, "right": legs.right, "formed": node.tally.formed, "used": node.tally.used(),
                })
            })
            .collect()
    }
}

fn check(set: u32, restore_often: bool) {
    let replay = Replay::new(restore_often).run(&read(set, "events"));
    let mut expected = read(set, "pairs");
    for pair in &mut expected {
        for money in ["active_buyer", "gross", "emi", "reserve", "net"] {
            pair.as_object_mut().unwrap().remove(money);
        }
    }
    for (index, (ours, theirs)) in replay.pairs.iter().zip(&expected).enumerate() {
        assert_eq!(ours, theirs, "set {set}, pair {index}");
    }
    assert_eq!(replay.pairs.len(), expected.len(), "set {set}");
    let (ours, theirs) = (replay.nodes(), read(set, "nodes"));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "set {set}");
    }
    assert_eq!(ours.len(), theirs.len(), "set {set}");
}

#[test]
fn vectors_are_met() {
    for set in 1..=8 {
        check(set, false);
    }
}

#[test]
fn vectors_are_met_by_a_matcher_restored_after_every_step() {
    for set in 1..=4 {
        check(set, true);
    }
}
