//! `xtask throughput`: what goes through API, broker and worker on MariaDB: payments a second beside the same statements run
//! bare on the same server, tasks a second, and how long a payment takes to its sponsor's wallet.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::http::{Client, Request};
use crate::load_run::bare::{self, Bare};
use crate::measure::fill::{self, Member};
use crate::measure::load::{self, Run};
use crate::measure::machine;
use crate::measure::table::shown;
use crate::programs;
use crate::servers::{Servers, Wanted};
use crate::stage::{Api, Binaries, Engine, Profile, Stage};
use crate::workspace::Workspace;

const NAME: &str = "throughput";
/// Connections that pay at once.
const CONNECTIONS: u32 = 64;
/// Payments whose way to the wallet is timed.
const LAGS: u64 = 100;
/// Nothing that a payment causes takes so long but what is broken.
const TIMEOUT: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often a wallet is looked at while its bonus is on the way.
const LOOK_AT_WALLET_EVERY: Duration = Duration::from_millis(1);

/// How long it is driven.
#[derive(clap::Args, Clone, Copy)]
pub struct Plan {
    /// How long people pay, with the worker beside and without, and how long the bare statements run, seconds each
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

/// What was seen.
struct Figures {
    /// Payments with the worker beside them.
    paid: Run,
    /// Payments a second, from the first one to the last one's bonus in the wallet.
    through: f64,
    /// Tasks a second, while nobody asks for anything.
    tasks: f64,
    lags: Run,
}

/// Prints a Markdown section on standard output.
///
/// # Errors
/// At the first reply with another status than the expected one, and when `manage verify` finds a difference.
pub fn run(plan: Plan) -> Result<()> {
    let workspace = Workspace::find()?;
    programs::ensure(Wanted::DURABLE)?;
    let mut servers = Servers::start(&workspace, Wanted::DURABLE)?;
    let binaries = Binaries::build(&workspace, &mut servers, Profile::Release)?;
    let stage = Stage::set_demo(&mut servers, NAME, &binaries, Engine::Mysql)?.with_broker(&servers, NAME)?;
    let time = Duration::from_secs(plan.seconds);
    let figures = stage.explain(measure(&stage, &mut servers, time))?;
    stage.manage(&mut servers, &["verify"])?;
    // after `verify`: nobody has made these payments
    let bare = bare::sales(&stage, &binaries.bare, time)?;
    let (database, machine) = (machine::database(&stage, &servers, Engine::Mysql)?, machine::describe()?);
    println!("### Throughput of the whole: {database}, Redis, RabbitMQ\n");
    println!("{machine}; {}. {} s each.\n", machine::programs(&workspace)?, plan.seconds);
    println!("{}", table(&figures, &bare));
    servers.stop()
}

fn measure(stage: &Stage<'_>, servers: &mut Servers, time: Duration) -> Result<Figures> {
    let worker = stage.start_worker(servers, &[])?;
    let api = stage.start_api(servers)?;
    let members = fill::demo_members(api.address(), &stage.outbox()).context("the demo's members")?;
    eprintln!("xtask: {LAGS} payments, one after the other");
    let lags = lags(api.address(), &stage.outbox())?;
    wait_until_done(stage, servers)?;

    let number = AtomicU64::new(fill::FIRST_FREE_NUMBER);
    eprintln!("xtask: payments with a worker");
    let before = last_task(stage, servers)?;
    let paid = pay(&api, &members, &number, time)?;
    wait_until_done(stage, servers)?;
    let through = rate(stage, servers, before, "MIN(created_at)")?;

    eprintln!("xtask: payments, and then their tasks");
    stage.stop_worker(servers, worker)?;
    let before = last_task(stage, servers)?;
    pay(&api, &members, &number, time)?;
    let worker = stage.start_worker(servers, &[])?;
    wait_until_done(stage, servers)?;
    let tasks = rate(stage, servers, before, "MIN(done_at)")?;
    stage.stop_api(servers, api)?;
    stage.stop_worker(servers, worker)?;
    Ok(Figures { paid, through, tasks, lags })
}

/// Payments of 1.00 that go round the members.
fn pay(api: &Api, members: &[Member], number: &AtomicU64, time: Duration) -> Result<Run> {
    let request = |_| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let turn = usize::try_from(number).unwrap_or_default() % members.len();
        fill::payment(&members[turn].token, members[turn].booking, "online", "1.00", number)
    };
    load::drive_for(api.address(), CONNECTIONS, time, 201, &request)
}

/// How long after its reply each of some payments is seen in the wallet of the payer's sponsor, with nothing else at work.
fn lags(host: SocketAddr, outbox: &Path) -> Result<Run> {
    let mut client = Client::connect(host)?;
    let sponsor = fill::log_in(&mut client, outbox, "lag@example.in", None)?;
    let profile = client.expect(&Request::get("/api/users/profile/").token(&sponsor), 200)?.json()?;
    let code = profile["referral_code"].as_str().context("no referral_code")?;
    let buyer = fill::log_in(&mut client, outbox, "9000000399", Some(code))?;
    let booking = client.expect(&fill::booking(&buyer), 201)?.json()?;
    let booking = booking["id"].as_u64().context("a booking has no id")?;
    let mut one = |amount: &str, number: u64| {
        let before = wallet(&mut client, &sponsor)?;
        client.expect(&fill::payment(&buyer, booking, "online", amount, number), 201)?;
        let begun = Instant::now();
        while wallet(&mut client, &sponsor)? == before {
            ensure!(begun.elapsed() < TIMEOUT, "a bonus never came");
            std::thread::sleep(LOOK_AT_WALLET_EVERY);
        }
        Ok(begun.elapsed())
    };
    // confirms the booking
    one("500.00", 0)?;
    let begun = Instant::now();
    let took = (1..=LAGS).map(|number| one("1.00", number)).collect::<Result<Vec<_>>>()?;
    Ok(Run::of(took, begun.elapsed()))
}

fn wallet(client: &mut Client, token: &str) -> Result<String> {
    let wallet = client.expect(&Request::get("/api/wallet/my_wallet/").token(token), 200)?.json()?;
    Ok(wallet["balance"].as_str().context("a wallet has no balance")?.to_owned())
}

/// One number that root asks the database for.
fn number(stage: &Stage<'_>, servers: &Servers, what: &str) -> Result<u64> {
    let asked = format!("SELECT {what} FROM {}.outbox", stage.database());
    let told = servers.mysql()?.sql(&asked)?;
    told.trim().parse().with_context(|| format!("{asked} gives {told:?}"))
}

fn last_task(stage: &Stage<'_>, servers: &Servers) -> Result<u64> {
    number(stage, servers, "MAX(id)")
}

fn wait_until_done(stage: &Stage<'_>, servers: &Servers) -> Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    while number(stage, servers, "COUNT(*) - COUNT(done_at)")? > 0 {
        ensure!(Instant::now() < deadline, "tasks are left after {TIMEOUT:?}");
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

/// Tasks a second of those announced after `before`, from an instant that the database works out to the last one's end.
fn rate(stage: &Stage<'_>, servers: &Servers, before: u64, begun: &str) -> Result<f64> {
    let asked = format!(
        "SELECT COUNT(*) / (TIMESTAMPDIFF(MICROSECOND, {begun}, MAX(done_at)) / 1000000) FROM {}.outbox \
         WHERE id > {before} AND kind = 'payment_completed'",
        stage.database()
    );
    let told = servers.mysql()?.sql(&asked)?;
    told.trim().parse().with_context(|| format!("{asked} gives {told:?}"))
}

fn table(figures: &Figures, bare: &[Bare]) -> String {
    let Figures { paid, through, tasks, lags } = figures;
    let best = bare.iter().map(|bare| bare.per_second).fold(0.0, f64::max);
    let mut rows = vec![
        (format!("payments answered, {CONNECTIONS} connections, with a worker"), paid.per_second()),
        ("payments with their bonus in the wallet".to_owned(), *through),
    ];
    let bare =
        bare.iter().map(|bare| (format!("the bare statements of both, {}", bare.how), bare.per_second));
    rows.extend(bare);
    let mut text = "| what | a second | of the bare rate |\n|---|--:|--:|\n".to_owned();
    for (what, per_second) in rows {
        text.push_str(&format!("| {what} | {per_second:.0} | {:.0} % |\n", 100.0 * per_second / best));
    }
    text.push_str(&format!("| tasks, with nobody asking | {tasks:.0} | |\n"));
    let [median, last] = [50, 99].map(|percent| shown(lags.percentile(percent)));
    text + &format!(
        "\nFrom a payment's reply to the wallet, of {LAGS}: {median} at the median, {last} at the 99th.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_best_bare_rate() {
        let run = |count: usize| Run::of(vec![Duration::from_millis(2); count], Duration::from_secs(1));
        let figures = Figures { paid: run(50), through: 40.0, tasks: 30.0, lags: run(100) };
        let bare = |how, per_second| Bare { work: "sale", how, per_second };
        let text = table(&figures, &[bare("1 thread", 20.0), bare("8 threads", 80.0)]);
        for row in ["| 50 | 62 % |", "wallet | 40 | 50 % |", "asking | 30 | |", "8 threads | 80 | 100 % |"] {
            assert!(text.contains(row), "{row} is not in {text}");
        }
        assert!(text.contains("2.00 ms at the median"), "{text}");
    }
}
