//! Qualifying, joining, restoring and a month start with 10,000 members: in full rows and in one line.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use binary_tree::{BeyondCap, Cap, Matcher, Placement, Side};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const MEMBERS: u32 = 10_000;
/// Qualified within one measurement; spread over the tree by a step that has no factor in common with `MEMBERS`.
const QUALIFIED: u32 = 500;
const STEP: u32 = 7_919;
const OPEN: Cap = Cap { pairs_per_month: u32::MAX, beyond: BeyondCap::CarryForward };
const SHUT: Cap = Cap { pairs_per_month: 0, beyond: BeyondCap::CarryForward };

fn rows() -> Matcher<u32> {
    let mut matcher = Matcher::new();
    for member in 0..MEMBERS {
        let sponsor = (member > 0).then_some(0);
        matcher.join(member, sponsor, Placement::LevelOrder { side: None }).unwrap();
    }
    matcher
}

fn line() -> Matcher<u32> {
    let mut matcher = Matcher::new();
    for member in 0..MEMBERS {
        let side = Some(Side::Left);
        matcher.join(member, member.checked_sub(1), Placement::LevelOrder { side }).unwrap();
    }
    matcher
}

fn spread(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|n| (n * STEP) % MEMBERS)
}

fn qualify(mut matcher: Matcher<u32>) -> Matcher<u32> {
    for member in spread(QUALIFIED) {
        black_box(matcher.qualify(member, OPEN).unwrap());
    }
    matcher
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("qualify");
    group.sample_size(10).throughput(Throughput::Elements(QUALIFIED.into()));
    for (name, matcher) in [("rows of 10,000", rows()), ("line of 10,000", line())] {
        group.bench_function(name, |bench| {
            bench.iter_batched(|| matcher.clone(), qualify, BatchSize::LargeInput);
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("all of 10,000");
    group.sample_size(10).throughput(Throughput::Elements(MEMBERS.into()));
    group.bench_function("join in level order", |bench| bench.iter(rows));
    let mut waiting = rows();
    for member in spread(MEMBERS) {
        waiting.qualify(member, SHUT).unwrap();
    }
    group.bench_function("restore", |bench| bench.iter(|| Matcher::restore(0, waiting.snapshot()).unwrap()));
    waiting.start_month(1);
    group.bench_function("month start", |bench| {
        bench.iter_batched(
            || waiting.clone(),
            |mut matcher| matcher.drain_month(OPEN, 0, usize::MAX),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
