//! What a large tree costs the platform: loading it, a burst of qualifications, a sale at its top and at its bottom.
//!
//! `large_tree sqlite|mysql complete|chain MEMBERS BURST` fills a throw-away database with a tree of so many members,
//! as the matcher would have written it, and prints the figures; a server is found as by the tests. Without arguments
//! it runs small on each. In the end it shows that the trees are those of the log, and that a sale costs no more
//! statements and rows for being deep.
#![allow(clippy::disallowed_methods, reason = "what is measured is measured on the machine's clock")]
#![allow(clippy::print_stdout, reason = "an example talks on its terminal")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what fails ends the run")]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/main/fixture.rs"]
mod fixture;
mod metered;
mod sale;
mod seed;
mod shape;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use app::{
    App,
    tree::{self, Step, TreeMatcher},
};
use infra::{
    testing::{Engine, TestDb},
    tree_events::{self, TreeEvent},
};

use metered::Metered;
use shape::Shape;

/// Qualifications that are appended in one transaction.
const APPENDED_AT_ONCE: usize = 500;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            for engine in [Engine::Sqlite, Engine::Mysql] {
                for shape in [Shape::Complete, Shape::Chain] {
                    run(engine, shape, 2_000, 300);
                }
            }
        }
        [engine, shape, members, burst] => {
            let engine = match *engine {
                "sqlite" => Engine::Sqlite,
                "mysql" => Engine::Mysql,
                other => panic!("{other} is neither sqlite nor mysql"),
            };
            let shape = Shape::named(shape).expect("complete or chain");
            run(engine, shape, members.parse().expect("members"), burst.parse().expect("a burst"));
        }
        _ => println!("large_tree sqlite|mysql complete|chain MEMBERS BURST"),
    }
}

fn run(engine: Engine, shape: Shape, members: u32, burst: usize) {
    let test = TestDb::open(engine);
    // outlives the runtime: the driver's connections can't be dropped inside async code
    let metered = Metered::open(&test);
    let runtime = infra::testing::runtime();
    runtime.block_on(on(&test, &metered, shape, members, burst));
    drop(runtime);
}

async fn on(test: &TestDb, metered: &Metered, shape: Shape, members: u32, burst: usize) {
    println!("{:?}, {} of {members}", test.engine(), shape.name());
    let start = wallet_rules::calendar::Instant::parse_rfc3339(fixture::START).expect("an instant");
    let app = fixture::platform_on(metered.db.clone(), test.folder(), start);
    let began = Instant::now();
    let seeded = seed::seed(test, &app, shape, members, burst).await;
    let (levels, pairs) = (&seeded.levels, seeded.pairs);
    println!("  seeded in {:.1} s: {pairs} pairs, {levels} levels", seconds(began));

    let before = resident_mb();
    let began = Instant::now();
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    let loaded = resident_mb();
    println!("  the matcher loads in {:.2} s, {} MB resident", seconds(began), loaded - before);
    let began = Instant::now();
    tree::refresh(&app).await.expect("the trees");
    println!("  a follower loads in {:.2} s, {} MB resident", seconds(began), resident_mb() - loaded);

    append(&app, &seeded.burst).await;
    work_off(&mut matcher).await;
    catch_up(&app).await;

    let [top, bottom] = [&seeded.top, &seeded.bottom];
    let top = sale::sell(metered, &app, &mut matcher, top).await;
    let bottom = sale::sell(metered, &app, &mut matcher, bottom).await;
    sale::show_and_compare(&top, &bottom, members);

    let began = Instant::now();
    let differences = app.db.snapshot(tree::replay).await.expect("a replay");
    assert_eq!(differences, Vec::<String>::new());
    println!("  the log worked out again in {:.1} s: no difference", seconds(began));
}

/// Appends qualifications as use-cases do.
async fn append(app: &App, members: &[i64]) {
    let now = app.clock.now();
    for some in members.chunks(APPENDED_AT_ONCE) {
        let some = some.to_vec();
        let appended = app.db.write(move |tx| {
            for &member in &some {
                tree_events::append(tx, TreeEvent::Qualify { member }, now, "a burst")?;
            }
            Ok::<_, app::Error>(())
        });
        appended.await.expect("events");
    }
}

/// Lets the matcher work off what waits.
async fn work_off(matcher: &mut TreeMatcher) {
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    let (mut events, mut pairs, mut steps) = (0, 0, 0);
    loop {
        let step_began = Instant::now();
        match matcher.step().await.expect("a step") {
            Step::Advanced { events: more, pairs: formed } => {
                events += more;
                pairs += formed;
                steps += 1;
            }
            Step::Idle => break,
            Step::Standby => panic!("another matcher has the seat"),
        }
        longest = longest.max(step_began.elapsed());
    }
    let took = seconds(began);
    println!(
        "  a burst of {events} qualifications: {:.0} events and {:.0} pairs a second, {steps} steps, the longest {:.1} ms",
        rate(events, took),
        rate(pairs, took),
        longest.as_secs_f64() * 1e3,
    );
}

/// Lets the follower take up the burst while somebody looks at the tree all the time.
async fn catch_up(app: &App) {
    let (trees, done) = (app.trees.clone(), std::sync::Arc::new(AtomicBool::new(false)));
    let is_done = std::sync::Arc::clone(&done);
    let looks = std::thread::spawn(move || {
        let mut waits = Vec::new();
        loop {
            let began = Instant::now();
            trees.with(|tree| tree.legs(1)).expect("the trees are loaded");
            waits.push(began.elapsed());
            if is_done.load(Ordering::Relaxed) {
                return waits;
            }
            std::thread::sleep(Duration::from_micros(50));
        }
    });
    let (from, began) = (app.trees.seq().expect("loaded"), Instant::now());
    tree::refresh(app).await.expect("the log");
    let took = seconds(began);
    done.store(true, Ordering::Relaxed);
    let mut waits = looks.join().expect("no panic");
    waits.sort_unstable();
    let applied = usize::try_from(app.trees.seq().expect("loaded") - from).expect("no fewer");
    let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "  the follower catches up in {took:.2} s, {:.0} events a second; a look waits {:.3} ms (99 %), at most {:.1} ms",
        rate(applied, took),
        at(99),
        at(100),
    );
}

fn seconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

#[allow(clippy::cast_precision_loss, clippy::as_conversions, reason = "a figure to print")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// What this process holds in memory, MB.
fn resident_mb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident memory");
    line.trim().trim_end_matches("kB").trim().parse::<i64>().expect("a number") / 1024
}
