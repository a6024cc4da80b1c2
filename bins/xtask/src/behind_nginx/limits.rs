//! The numbers of `limits.conf` as they are shipped.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{client, refusal};
use crate::http::{Client, Reply, Request};
use crate::nginx::{Nginx, Site};
use crate::servers::Servers;
use crate::workspace::Workspace;

/// So many requests a minute.
const CODES: u64 = 5;
const BOOKINGS: u64 = 10;
const OTHERS: u64 = 100;
/// Above the last limit, so that a limit that is none ends the search too.
const MOST: u64 = 1000;

/// Each group by itself, then each client by itself.
pub fn check(servers: &mut Servers, workspace: &Workspace, upstreams: [SocketAddr; 2]) -> Result<()> {
    let site = Site { upstreams, wide_limits: false, behind_a_proxy: false, tls: false };
    let nginx = Nginx::start(servers, workspace, "nginx-limits", site)?;
    groups(nginx.address()).context("groups of requests")?;
    nginx.stop(servers)?;
    let nginx = Nginx::start(servers, workspace, "nginx-clients", Site { behind_a_proxy: true, ..site })?;
    clients(nginx.address()).context("clients")?;
    nginx.stop(servers)
}

fn groups(host: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    let mut client = client(host)?;
    let send = |number: u64| {
        let to = json!({"identifier": format!("97000{number:05}"), "otp_type": "mobile"});
        // Whatever a client calls itself, it is counted.
        Request::post("/api/auth/send-otp/", &to).header("X-Forwarded-For", &format!("10.0.0.{number}"))
    };
    let reply = allows(&mut client, CODES, begun, send).context("codes sent")?;
    throttled(&reply, "12")?;
    let same = client.call(&Request::post("/api/auth//send%2Dotp", &json!({})))?;
    throttled(&same, "12").context("the same path, written in another way")?;

    let wrong = |_| {
        let body = json!({"identifier": "9700000000", "otp_type": "mobile", "otp_code": "0"});
        Request::post("/api/auth/verify-otp/", &body)
    };
    let reply = allows(&mut client, CODES, Instant::now(), wrong).context("codes tried")?;
    throttled(&reply, "12")?;

    let book = |_| Request::post("/api/booking/bookings/", &json!({}));
    let reply = allows(&mut client, BOOKINGS, Instant::now(), book).context("bookings")?;
    throttled(&reply, "6")?;

    let begun = Instant::now();
    client.expect(&Request::get("/api/booking/bookings/"), 401).context("to look at bookings")?;
    let reply = allows(&mut client, OTHERS - 1, begun, |_| Request::get("/health/")).context("others")?;
    throttled(&reply, "1")
}

fn clients(host: SocketAddr) -> Result<()> {
    let mut client = client(host)?;
    let tried =
        |from: &str| Request::post("/api/auth/verify-otp/", &json!({})).header("X-Forwarded-For", from);
    for (one, same, other) in [
        ("203.0.113.1", "203.0.113.1", "203.0.113.2"),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1"),
    ] {
        let reply = allows(&mut client, CODES, Instant::now(), |_| tried(one)).context(one)?;
        throttled(&reply, "12")?;
        throttled(&client.call(&tried(same))?, "12").context(same)?;
        ensure!(client.call(&tried(other))?.status == 400, "{other} pays for {one}");
    }
    Ok(())
}

/// Asks until it is refused, and gives the refusal: after all that a minute allows, and what became free since `begun`.
fn allows(
    client: &mut Client,
    a_minute: u64,
    begun: Instant,
    request: impl Fn(u64) -> Request,
) -> Result<Reply> {
    for allowed in 0..MOST {
        let reply = client.call(&request(allowed))?;
        if reply.status == 429 {
            let freed = begun.elapsed().as_secs() * a_minute / 60 + 1;
            ensure!(
                (a_minute..=a_minute + freed).contains(&allowed),
                "{allowed} requests were allowed, {freed} of them by time"
            );
            return Ok(reply);
        }
        ensure!(reply.status < 500, "{reply:?}");
    }
    anyhow::bail!("{MOST} requests were allowed")
}

fn throttled(reply: &Reply, wait_s: &str) -> Result<()> {
    refusal(reply, 429, "throttled")?;
    ensure!(reply.header("retry-after") == Some(wait_s), "{reply:?}");
    Ok(())
}
