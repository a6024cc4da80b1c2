//! What an API behind nginx is told, and which requests are tried again.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::recorder::{Asked, Recorder};
use super::{client, refusal, until};
use crate::http::Request;
use crate::nginx::{Nginx, Site};
use crate::servers::Servers;
use crate::workspace::Workspace;

/// Two recorders behind one nginx.
struct Place {
    recorders: [Recorder; 2],
    nginx: Nginx,
}

impl Place {
    fn address(&self) -> SocketAddr {
        self.nginx.address()
    }

    /// What the two were asked since the last call, in the order of the two.
    fn asked(&self) -> Vec<Asked> {
        self.recorders.iter().flat_map(Recorder::take).collect()
    }

    /// Both answer, and nginx has forgotten what they failed at: it asks each of them.
    fn recover(&self) -> Result<()> {
        self.hang_up([false, false]);
        until(|| {
            for _ in 0..4 {
                // Where both have failed, nginx asks neither for a while.
                client(self.address())?.call(&Request::get("/api/"))?;
            }
            let asked = self.recorders.each_ref().map(|recorder| recorder.take().len());
            Ok((asked.iter().sum::<usize>() == 4 && !asked.contains(&0)).then_some(()))
        })
    }

    fn hang_up(&self, hang_up: [bool; 2]) {
        for (recorder, hangs_up) in self.recorders.iter().zip(hang_up) {
            recorder.hang_up(hangs_up);
        }
    }
}

/// Each of it before two recorders, since an API would not tell.
pub fn check(servers: &mut Servers, workspace: &Workspace) -> Result<()> {
    let recorders = [Recorder::start()?, Recorder::start()?];
    let upstreams = [recorders[0].address(), recorders[1].address()];
    let site = Site { upstreams, wide_limits: true, behind_a_proxy: false, tls: false };
    let nginx = Nginx::start(servers, workspace, "nginx-forwarding", site)?;
    let place = Place { recorders, nginx };
    what_a_client_says_of_itself(&place).context("what a client says of itself")?;
    request_ids(&place).context("request ids")?;
    own_refusals(&place).context("refusals of nginx's own")?;
    repeated(&place).context("what is tried again")?;
    logged(&place).context("the access log")?;
    place.nginx.stop(servers)
}

fn what_a_client_says_of_itself(place: &Place) -> Result<()> {
    let lies = [
        ("X-Forwarded-For", "6.6.6.6"),
        ("X-Real-IP", "6.6.6.6"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=6.6.6.6;host=evil.example;proto=https"),
    ];
    let request = lies.iter().fold(Request::get("/api/wallet/"), |request, (name, value)| {
        request.header(name, value).header(name, value)
    });
    client(place.address())?.expect(&request.token("t"), 200)?;
    let asked = place.asked();
    ensure!(asked.len() == 1, "{asked:?}");
    let host = place.address().to_string();
    let told = [
        ("x-forwarded-for", vec!["127.0.0.1"]),
        ("x-real-ip", vec!["127.0.0.1"]),
        ("x-forwarded-proto", vec!["http"]),
        ("x-forwarded-host", vec![]),
        ("forwarded", vec![]),
        ("host", vec![host.as_str()]),
        ("authorization", vec!["Bearer t"]),
        ("connection", vec![]),
    ];
    for (name, values) in told {
        ensure!(asked[0].values(name) == values, "{name}: {:?}", asked[0].values(name));
    }
    Ok(())
}

fn request_ids(place: &Place) -> Result<()> {
    let mut client = client(place.address())?;
    client.expect(&Request::get("/api/").header("X-Request-Id", "mine-1.2_Z"), 200)?;
    ensure!(place.asked()[0].values("x-request-id") == ["mine-1.2_Z"]);
    let long = "a".repeat(65);
    for odd in ["a b", "<script>", long.as_str()] {
        client.expect(&Request::get("/api/").header("X-Request-Id", odd), 200)?;
        let asked = place.asked();
        let given = asked[0].values("x-request-id");
        ensure!(given.len() == 1 && given[0].len() == 32, "{odd:?} became {given:?}");
        let reply = client.call(&Request::get("/metrics").header("X-Request-Id", odd))?;
        let own = reply.header("x-request-id").context("no X-Request-Id")?;
        ensure!(own.len() == 32, "{odd:?} became {own:?}");
    }
    Ok(())
}

fn own_refusals(place: &Place) -> Result<()> {
    for path in ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/api/../metrics", "/static/none"] {
        let reply = client(place.address())?.call(&Request::get(path))?;
        refusal(&reply, 404, "not_found").context(path)?;
        ensure!(reply.header("strict-transport-security").is_none(), "there is no TLS");
    }
    let reply = client(place.address())?.call(&Request::get("/a b"))?;
    ensure!(reply.status == 400 && reply.json()?["detail"].is_string(), "{reply:?}");
    std::fs::write(place.nginx.site_root().join("static/robots.txt"), "User-agent: *\n")?;
    let reply = client(place.address())?.expect(&Request::get("/static/robots.txt"), 200)?;
    ensure!(reply.body == b"User-agent: *\n", "{reply:?}");
    ensure!(reply.header("x-content-type-options") == Some("nosniff"), "{reply:?}");
    let reply = client(place.address())?.call(&Request::post("/static/robots.txt", &json!({})))?;
    refusal(&reply, 405, "method_not_allowed")?;
    let asked = place.asked();
    ensure!(asked.is_empty(), "{asked:?}");
    Ok(())
}

fn repeated(place: &Place) -> Result<()> {
    let body = json!({"amount": "500.00"});
    let paying = |path: &str| Request::post(path, &body);
    let keyed = |path: &str| paying(path).header("Idempotency-Key", "k-1");
    // How often the two were asked when both hang up, and so whether the second one was tried.
    let tries = [
        ("a GET", Request::get("/api/wallet/"), 2, "unavailable"),
        ("a POST with a key", keyed("/api/booking/bookings/7/make_payment/"), 2, "outcome_unknown"),
        ("a payout with a key", keyed("/api/payout"), 2, "outcome_unknown"),
        ("a POST without a key", paying("/api/booking/bookings/7/make_payment/"), 1, "outcome_unknown"),
        ("an empty key", paying("/api/payout/").header("Idempotency-Key", ""), 1, "outcome_unknown"),
        ("a POST that takes no key", keyed("/api/auth/send-otp/"), 1, "outcome_unknown"),
    ];
    for (what, request, expected, code) in tries {
        place.recover().context(what)?;
        place.hang_up([true, true]);
        let reply = client(place.address())?.call(&request)?;
        refusal(&reply, 503, code).context(what)?;
        ensure!(reply.header("retry-after") == Some("1"), "{what}: {reply:?}");
        let asked = place.asked();
        ensure!(asked.len() == expected, "{what}: asked {} times", asked.len());
        ensure!(asked.iter().all(|one| one.body == asked[0].body), "{what}: another body: {asked:?}");
    }
    for (what, request) in [("a GET", Request::get("/api/wallet/")), ("a keyed POST", keyed("/api/payout/"))]
    {
        place.recover().context(what)?;
        place.hang_up([true, false]);
        // The one that hangs up is the first one asked sooner or later.
        until(|| {
            let reply = client(place.address())?.call(&request)?;
            ensure!(reply.status == 200, "{what}: {reply:?}");
            Ok((place.asked().len() == 2).then_some(()))
        })
        .context(what)?;
    }
    place.hang_up([false, false]);
    Ok(())
}

fn logged(place: &Place) -> Result<()> {
    let mut client = client(place.address())?;
    let request = Request::get("/media/secret-token?code=123456").header("X-Request-Id", "logged-1");
    let last = until(|| {
        client.call(&request)?;
        Ok(place
            .nginx
            .access_log()?
            .lines()
            .last()
            .filter(|line| line.contains("logged-1"))
            .map(str::to_owned))
    })?;
    let line: serde_json::Value = serde_json::from_str(&last)?;
    ensure!(
        line["client"] == "127.0.0.1" && line["path"] == "/media/..." && line["method"] == "GET",
        "{line}"
    );
    let log = place.nginx.access_log()?;
    ensure!(!log.contains("secret-token") && !log.contains("123456"), "a secret is logged");
    Ok(())
}
