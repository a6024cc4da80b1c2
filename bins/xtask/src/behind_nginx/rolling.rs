//! Requests that go on while the APIs behind nginx are restarted one after the other, and while one is killed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::client;
use crate::http::Request;
use crate::servers::Servers;
use crate::stage::{Api, Stage};

const READERS: u64 = 4;
/// Clients that book, each for a member of its own: one member's bookings wait for each other.
pub const WRITERS: u64 = 4;
const ROUNDS: usize = 3;
/// Longer than nginx leaves a process alone that has failed (`upstreams.conf`), as `docs/OPERATIONS.md` says.
const BETWEEN: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(60);
const PATHS: [&str; 4] = [
    "/api/users/profile/",
    "/api/booking/bookings/",
    "/api/binary/nodes/my_tree/?depth=2",
    "/api/wallet/my_wallet/",
];

/// What the clients saw.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    read: AtomicU64,
    written: AtomicU64,
    replayed: AtomicU64,
}

/// Restarts both several times, then kills one, under clients that read and clients that book with a key.
pub fn check(
    stage: &Stage<'_>,
    servers: &mut Servers,
    apis: [Api; 2],
    host: SocketAddr,
    tokens: &[String],
) -> Result<[Api; 2]> {
    let reading = tokens.first().context("nobody reads")?;
    let seen = Seen::default();
    let (apis, amounts) = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| read(host, reading, &seen))).collect();
        let writers: Vec<_> =
            tokens.iter().map(|token| (token, scope.spawn(|| write(host, token, &seen)))).collect();
        let apis = restart(stage, servers, apis, &seen);
        seen.stop.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.join().unwrap_or_else(|_| bail!("a reader panicked"))?;
        }
        let mut amounts = Vec::new();
        for (token, writer) in writers {
            amounts.push((token, writer.join().unwrap_or_else(|_| bail!("a writer panicked"))?));
        }
        anyhow::Ok((apis?, amounts))
    })?;
    for (token, amounts) in &amounts {
        each_booked_once(host, token, amounts)?;
    }
    println!(
        "behind nginx: {ROUNDS} rolling restarts and a kill under {} GETs and {} bookings, {} of those told by a replay",
        seen.read.load(Ordering::SeqCst),
        seen.written.load(Ordering::SeqCst),
        seen.replayed.load(Ordering::SeqCst),
    );
    Ok(apis)
}

fn restart(stage: &Stage<'_>, servers: &mut Servers, apis: [Api; 2], seen: &Seen) -> Result<[Api; 2]> {
    let [mut one, mut two] = apis;
    for _ in 0..ROUNDS {
        one = stage.restart_api(servers, one)?;
        go_on(seen)?;
        two = stage.restart_api(servers, two)?;
        go_on(seen)?;
    }
    stage.kill_api(servers, &mut one)?;
    go_on(seen)?;
    let one = stage.start_api_again(servers, one)?;
    go_on(seen)?;
    Ok([one, two])
}

/// Lets nginx find both again, and waits for answers.
fn go_on(seen: &Seen) -> Result<()> {
    let answered = || [seen.read.load(Ordering::SeqCst), seen.written.load(Ordering::SeqCst)];
    // A client that gave up says why when it is joined.
    ensure!(!seen.stop.load(Ordering::SeqCst), "a client gave up");
    std::thread::sleep(BETWEEN);
    let (before, deadline) = (answered(), Instant::now() + PATIENCE);
    while answered().iter().zip(before).any(|(now, before)| *now < before + 20) {
        ensure!(Instant::now() < deadline, "nobody is answered any more");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Every GET has to be answered with 200.
fn read(host: SocketAddr, token: &str, seen: &Seen) -> Result<()> {
    let read = || {
        while !seen.stop.load(Ordering::SeqCst) {
            let mut client = client(host)?;
            for path in PATHS {
                client.expect(&Request::get(path).token(token), 200)?;
                seen.read.fetch_add(1, Ordering::SeqCst);
            }
        }
        Ok(())
    };
    read().inspect_err(|_| seen.stop.store(true, Ordering::SeqCst))
}

/// Every booking has to be answered with 201. No two of a member have the same amount.
fn write(host: SocketAddr, token: &str, seen: &Seen) -> Result<Vec<String>> {
    let write = |amount: &str| {
        let body = json!({"vehicle_model": "EV One", "booking_amount": "500.00", "total_amount": amount});
        let request = Request::post("/api/booking/bookings/", &body).token(token);
        let reply =
            client(host)?.expect(&request.header("Idempotency-Key", &format!("rolling-{amount}")), 201)?;
        seen.replayed.fetch_add(u64::from(reply.replayed()), Ordering::SeqCst);
        seen.written.fetch_add(1, Ordering::SeqCst);
        anyhow::Ok(())
    };
    let mut amounts = Vec::new();
    while !seen.stop.load(Ordering::SeqCst) {
        let amount = format!("{}.00", 10_000 + amounts.len());
        write(&amount).inspect_err(|_| seen.stop.store(true, Ordering::SeqCst))?;
        amounts.push(amount);
    }
    Ok(amounts)
}

fn each_booked_once(host: SocketAddr, token: &str, amounts: &[String]) -> Result<()> {
    let mut client = client(host)?;
    let mut booked: HashMap<String, u32> = HashMap::new();
    let mut page = 1;
    loop {
        let path = format!("/api/booking/bookings/?page={page}&page_size=100");
        let list = client.expect(&Request::get(path).token(token), 200)?.json()?;
        for booking in list["results"].as_array().context("no results")? {
            *booked.entry(booking["total_amount"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        if list["next"].is_null() {
            break;
        }
        page += 1;
    }
    let wrong: Vec<_> = amounts.iter().filter(|amount| booked.get(*amount) != Some(&1)).collect();
    ensure!(wrong.is_empty(), "not booked exactly once: {wrong:?}");
    ensure!(booked.len() == amounts.len(), "{} bookings, {} were answered", booked.len(), amounts.len());
    Ok(())
}
