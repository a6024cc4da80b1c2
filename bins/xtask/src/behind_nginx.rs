//! The platform behind Debian's nginx with the configuration of `deploy/nginx`: two API processes and two workers on
//! MariaDB, Redis and RabbitMQ.

mod bodies;
mod forwarding;
mod limits;
mod recorder;
mod rolling;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http::{Client, Reply, Request};
use crate::measure::fill::log_in;
use crate::nginx::{Nginx, Site};
use crate::programs;
use crate::servers::Servers;
use crate::stage::{Binaries, Stage};
use crate::story;
use crate::workspace::Workspace;

const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that nginx is there for, and the acceptance story behind it.
///
/// # Errors
/// At the first thing that is not as it has to be, with the end of the APIs' log.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries) -> Result<()> {
    eprintln!("xtask: behind nginx");
    programs::ensure_nginx()?;
    forwarding::check(servers, workspace).context("what nginx passes on")?;
    Stage::set_with_broker(servers, "nginx", binaries)
        .and_then(|stage| stage.explain(play(&stage, workspace, servers)))
        .context("behind nginx")
}

fn play(stage: &Stage<'_>, workspace: &Workspace, servers: &mut Servers) -> Result<()> {
    let workers = [stage.start_worker(servers, &[])?, stage.start_worker(servers, &[])?];
    let apis = [stage.start_api(servers)?, stage.start_api(servers)?];
    let upstreams = [apis[0].address(), apis[1].address()];
    limits::check(servers, workspace, upstreams).context("the limits as they are shipped")?;

    let site = Site { upstreams, wide_limits: true, behind_a_proxy: false, tls: false };
    let nginx = Nginx::start(servers, workspace, "nginx-wide", site)?;
    let host = nginx.address();
    story::tell(stage, workspace, servers, host).context("the acceptance story")?;
    let log_in = |number| log_in(&mut client(host)?, &stage.outbox(), &format!("97000999{number:02}"), None);
    let tokens = (0..rolling::WRITERS).map(log_in).collect::<Result<Vec<_>>>()?;
    balanced(&nginx, upstreams).context("both APIs are asked")?;
    bodies::sizes(host, &tokens[0]).context("sizes of bodies")?;
    bodies::slow(host).context("slow clients")?;
    let apis = rolling::check(stage, servers, apis, host, &tokens).context("rolling restarts")?;
    nginx.stop(servers)?;
    tls(servers, workspace, site).context("TLS")?;
    for api in apis {
        stage.stop_api(servers, api)?;
    }
    for worker in workers {
        stage.stop_worker(servers, worker)?;
    }
    stage.manage(servers, &["verify"])
}

/// The access log names each API.
fn balanced(nginx: &Nginx, upstreams: [SocketAddr; 2]) -> Result<()> {
    until(|| {
        client(nginx.address())?.expect(&Request::get("/health/"), 200)?;
        let log = nginx.access_log()?;
        let asked: HashSet<_> = upstreams
            .iter()
            .filter(|upstream| log.contains(&format!("\"upstream\":\"{upstream}\"")))
            .collect();
        Ok((asked.len() == upstreams.len()).then_some(()))
    })
}

/// TLS as one line switches it on: who comes without is sent there, who comes with it is told to keep to it.
fn tls(servers: &mut Servers, workspace: &Workspace, site: Site) -> Result<()> {
    let nginx = Nginx::start(servers, workspace, "nginx-tls", Site { tls: true, ..site })?;
    let reply = client(nginx.address())?.call(&Request::get("/api/?a=b"))?;
    ensure!(reply.status == 308, "{reply:?}");
    ensure!(reply.header("location") == Some("https://127.0.0.1/api/?a=b"), "{reply:?}");
    let script = "import http.client, json, ssl, sys\n\
        connection = http.client.HTTPSConnection('localhost', int(sys.argv[1]), timeout=20,\n\
            context=ssl.create_default_context(cafile=sys.argv[2]))\n\
        connection.request('GET', '/api/?page=1')\n\
        reply = connection.getresponse()\n\
        reply.read()\n\
        assert reply.status == 200, reply.status\n\
        assert reply.headers['Strict-Transport-Security'] == 'max-age=31536000', reply.headers\n\
        connection.request('GET', '/metrics')\n\
        reply = connection.getresponse()\n\
        assert json.load(reply)['code'] == 'not_found'\n\
        assert reply.headers['Strict-Transport-Security'] == 'max-age=31536000', reply.headers\n";
    let port = nginx.tls_address().port().to_string();
    let mut python = programs::bound("python3");
    let status = servers.run(python.args(["-c", script, &port]).arg(nginx.certificate()))?;
    ensure!(status.success(), "the client with TLS: {status}");
    nginx.stop(servers)
}

fn client(host: SocketAddr) -> Result<Client> {
    Client::connect(host)
}

/// A refusal of nginx's own or of the API's: one form.
fn refusal(reply: &Reply, status: u16, code: &str) -> Result<()> {
    let body = reply.json()?;
    let is_right = reply.status == status
        && reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
        && body["code"] == code
        && body["detail"].as_str().is_some_and(|detail| !detail.is_empty())
        && reply.header("x-content-type-options") == Some("nosniff")
        && reply.header("x-request-id").is_some();
    ensure!(is_right, "not a {status} {code}: {reply:?}");
    Ok(())
}

/// Tries until it gives something.
fn until<T>(mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = attempt()? {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("not within {PATIENCE:?}")
}
