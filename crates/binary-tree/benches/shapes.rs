//! Whole trees of several shapes, one thread: how many qualifications and joins a second, and how long the longest took.
//!
//! `cargo bench -p binary-tree --bench shapes -- [--members N] [--only WORD]`; without members 100,000 and 1,000,000. In
//! test mode each shape is small, and the plain walk has to see the same matches.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[path = "shapes/plain.rs"]
mod plain;
#[path = "shapes/shape.rs"]
mod shape;

use std::time::{Duration, Instant};

use binary_tree::{BeyondCap, Cap, Matcher, Placement, Qualification, SavedNode, Side, Tally};
use plain::Plain;
use shape::{Random, SHAPES, Shape};

const PLAN: Cap = Cap { pairs_per_month: 10, beyond: BeyondCap::CarryForward };
const MONTHS: u32 = 12;

/// Members in one call where many qualify.
const TOGETHER: usize = 64;

struct Options {
    members: Vec<u32>,
    only: String,
    is_test: bool,
}

fn options() -> Options {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1).cloned();
    // cargo tells a benchmark that it is one; everything else is a test
    let is_test = !arguments.iter().any(|argument| argument == "--bench");
    let members = match after("--members") {
        Some(members) => vec![members.parse().unwrap()],
        None if is_test => vec![1_000],
        None => vec![100_000, 1_000_000],
    };
    Options { members, only: after("--only").unwrap_or_default(), is_test }
}

fn main() {
    let options = options();
    for &members in &options.members {
        for shape in SHAPES {
            if shape.name().contains(&options.only) {
                if options.is_test {
                    agrees(shape, members);
                }
                loaded(shape, members);
                interleaved(shape, members);
            }
        }
        if "year".contains(&options.only) {
            year(members);
        }
    }
}

/// How long each step took.
struct Steps {
    /// Members in a step.
    members: usize,
    nanos: Vec<u32>,
    whole: Duration,
    matches: usize,
}

impl Default for Steps {
    fn default() -> Self {
        Self { members: 1, nanos: Vec::new(), whole: Duration::ZERO, matches: 0 }
    }
}

impl Steps {
    fn time<T>(&mut self, step: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let value = step();
        let took = began.elapsed();
        self.nanos.push(u32::try_from(took.as_nanos()).unwrap_or(u32::MAX));
        self.whole += took;
        value
    }

    fn print(mut self, what: &str) {
        self.nanos.sort_unstable();
        let count = self.nanos.len();
        let members = (count * self.members) as f64;
        let per_second = members / self.whole.as_secs_f64() / 1e6;
        let at = |share: f64| f64::from(self.nanos[((count - 1) as f64 * share) as usize]) / 1e3;
        println!(
            "{what:56} {per_second:6.2} M/s  median {:6.2} µs  99.9% {:8.1} µs  worst {:8.1} µs  {:.2} matches a member",
            at(0.5),
            at(0.999),
            at(1.0),
            self.matches as f64 / members,
        );
    }
}

fn saved(places: &[Option<(u32, Side)>]) -> impl Iterator<Item = SavedNode<u64>> + '_ {
    (0..).zip(places).map(|(member, place)| SavedNode {
        member,
        parent: place.map(|(parent, _)| parent.into()),
        side: place.map(|(_, side)| side),
        qualification: Qualification::None,
        tally: Tally::default(),
    })
}

/// Without a cap each smaller leg that grows is a match, as the plain walk sees it.
fn agrees(shape: Shape, members: u32) {
    let places = shape.places(members);
    let mut matcher = Matcher::restore(1, saved(&places)).unwrap();
    let mut plain = Plain::over(&places);
    for member in shape::order(members, true) {
        let open = Cap { pairs_per_month: u32::MAX, beyond: BeyondCap::CarryForward };
        assert_eq!(matcher.qualify(member.into(), open).unwrap().len(), plain.qualify(member));
    }
}

/// All members stand in the tree already and qualify one after another, within one month.
fn loaded(shape: Shape, members: u32) {
    let places = shape.places(members);
    for shuffled in [false, true] {
        let order = shape::order(members, shuffled);
        let name =
            format!("{}, {members}, {}", shape.name(), if shuffled { "shuffled" } else { "as placed" });
        let before = resident();
        let began = Instant::now();
        let mut matcher = Matcher::restore(1, saved(&places)).unwrap();
        let took = began.elapsed();
        let mut steps = Steps::default();
        for &member in &order {
            steps.matches += steps.time(|| matcher.qualify(member.into(), PLAN).unwrap()).len();
        }
        // but for the times themselves, of 4 bytes each
        let grown = resident().saturating_sub(before).saturating_sub(4 * u64::from(members));
        let bytes = grown / u64::from(members).max(1);
        println!("{name}: loaded in {:.2} s, {bytes} bytes a member at the end", took.as_secs_f64());
        steps.print("    qualify, one at a time");
        drop(matcher);
        let mut matcher = Matcher::restore(1, saved(&places)).unwrap();
        let mut steps = Steps { members: TOGETHER, ..Steps::default() };
        for members in order.chunks(TOGETHER) {
            let members: Vec<u64> = members.iter().map(|&member| member.into()).collect();
            let answers = steps.time(|| matcher.qualify_all(&members, PLAN));
            steps.matches += answers.iter().flatten().map(<[_]>::len).sum::<usize>();
        }
        steps.print(&format!("    qualify, {TOGETHER} together, and those times"));
        drop(matcher);
        let mut plain = Plain::over(&places);
        let began = Instant::now();
        let mut walked = 0;
        for &member in &order {
            plain.qualify(member);
            walked += 1;
            if began.elapsed() > Duration::from_secs(3) {
                break;
            }
        }
        println!(
            "    plain walk                                           {:6.3} M/s",
            f64::from(walked) / began.elapsed().as_secs_f64() / 1e6
        );
    }
}

/// Half of the members stand in the tree; then one joins and one qualifies by turns.
fn interleaved(shape: Shape, members: u32) {
    let places = shape.places(members);
    let half = places.len() / 2;
    let mut matcher = Matcher::restore(1, saved(&places[..half])).unwrap();
    let mut random = Random::new();
    let mut steps = Steps::default();
    for (member, place) in (0_u64..).zip(&places).skip(half) {
        let sponsor = place.map(|(parent, _)| u64::from(parent));
        let placement = Placement::LevelOrder { side: place.map(|(_, side)| side) };
        let place = steps.time(|| matcher.join(member, sponsor, placement).unwrap());
        assert_eq!(place.parent, sponsor);
        let qualifies = u64::from(random.below(u32::try_from(member).unwrap() + 1));
        steps.matches += steps.time(|| matcher.qualify(qualifies, PLAN).unwrap()).len();
    }
    steps.print("    joins and qualifications by turns");
}

/// A year from nobody on: members join where there is room and qualify later, months begin.
fn year(members: u32) {
    for (name, deep) in
        [("level order below random sponsors", false), ("outer legs of random sponsors", true)]
    {
        let began = Instant::now();
        let mut matcher: Matcher<u64> = Matcher::new();
        let mut random = Random::new();
        let mut steps = Steps::default();
        let mut months = Steps::default();
        for member in 0..members {
            if member % members.div_ceil(MONTHS) == 0 {
                matcher.start_month(member / members.div_ceil(MONTHS) + 1);
                let mut from = Some(0);
                while let Some(start) = from {
                    let drained = months.time(|| matcher.drain_month(PLAN, start, 500));
                    months.matches += drained.matches.len();
                    from = drained.next;
                }
            }
            let sponsor = (member > 0).then(|| u64::from(random.below(member)));
            let placement = match (deep, random.below(2)) {
                (true, 0) => Placement::ExtremeLeft,
                (true, _) => Placement::ExtremeRight,
                (false, _) => Placement::LevelOrder { side: None },
            };
            steps.time(|| matcher.join(member.into(), sponsor, placement).unwrap());
            let qualifies = u64::from(random.below(member + 1));
            steps.matches += steps.time(|| matcher.qualify(qualifies, PLAN).unwrap()).len();
        }
        println!("a year, {name}, {members}: {:.2} s in all", began.elapsed().as_secs_f64());
        steps.print("    joins and qualifications");
        months.print("    month starts in slices of 500");
    }
}

/// Bytes of memory that this process has.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
