//! Bodies that are too large, uploads, and clients that are slow, before the real API.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{client, refusal};
use crate::http::Request;

/// The most that a body without files has.
const BODY_BYTES: usize = 1 << 20;
const FILE_BYTES: usize = 10 << 20;
/// Above the longest wait that the configuration has, so that a wait without an end is seen as one.
const PATIENCE: Duration = Duration::from_secs(90);

/// Sizes, as somebody with this token sees them.
pub fn sizes(host: SocketAddr, token: &str) -> Result<()> {
    let json = |bytes: usize| {
        let frame = json!({"notes": ""}).to_string().len();
        Request::post("/api/payout/", &json!({"notes": "a".repeat(bytes - frame)})).token(token)
    };
    let reply = client(host)?.call(&json(BODY_BYTES))?;
    ensure!(reply.status == 400, "a body of 1 MB gets through: {reply:?}");
    for (what, request) in
        [("", json(BODY_BYTES + 1)), ("with a key", json(BODY_BYTES + 1).header("Idempotency-Key", "k"))]
    {
        refusal(&client(host)?.call(&request)?, 413, "too_large").context(what)?;
    }
    ensure!(chunked(host, token)? == 413, "a body without a length that is too large");

    let upload = |files: &[usize]| {
        let body = multipart(files);
        Request::post_bytes("/api/users/kyc/", "multipart/form-data; boundary=b", body).token(token)
    };
    let reply = client(host)?.call(&upload(&[FILE_BYTES, FILE_BYTES, FILE_BYTES]))?;
    ensure!(
        reply.status == 400 && reply.json()?["pan_number"].is_array(),
        "three whole files get through: {reply:?}"
    );
    refusal(&client(host)?.call(&upload(&[FILE_BYTES + 1]))?, 413, "too_large").context("a file")?;
    let four = [FILE_BYTES; 4];
    refusal(&client(host)?.call(&upload(&four))?, 413, "too_large").context("four files")
}

fn multipart(files: &[usize]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, size) in ["pan_document", "aadhaar_front", "aadhaar_back", "other"].into_iter().zip(files) {
        let head =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.pdf\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.resize(body.len() + size, b'a');
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

/// The status of a reply to chunks that never end; what can't be sent any more was refused.
fn chunked(host: SocketAddr, token: &str) -> Result<u16> {
    let stream = connect(host)?;
    let mut sending = stream.try_clone()?;
    let head = format!("POST /api/payout/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n");
    let head = format!("{head}Authorization: Bearer {token}\r\n");
    sending.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x1_0000], b"\r\n"].concat();
    for _ in 0..(2 * BODY_BYTES / 0x1_0000) {
        if sending.write_all(&chunk).is_err() {
            break;
        }
    }
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    line.split(' ').nth(1).context("no status")?.parse().context("no status")
}

/// Clients that stop in the middle are let go, all at once: this waits as long as the longest.
pub fn slow(host: SocketAddr) -> Result<()> {
    let kept = format!("GET /health/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let post = format!("POST /api/payout/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n");
    let cases = [
        ("half a head", "GET /health/ HTTP/1.1\r\nHost:".to_owned()),
        ("half a head after a request", format!("{kept}GET /health/ HTTP/1.1\r\nHost:")),
        ("nothing after a request", kept),
        ("half a body", format!("{post}Content-Type: application/json\r\n\r\n{{\"a\":")),
        ("half a body with a key", format!("{post}Idempotency-Key: k\r\n\r\n{{\"a\":")),
    ];
    std::thread::scope(|scope| {
        let waiting: Vec<_> =
            cases.iter().map(|(what, sent)| (what, scope.spawn(|| is_let_go(host, sent)))).collect();
        for (what, waiting) in waiting {
            let ended = waiting.join().map_err(|_| anyhow::anyhow!("{what}: a client panicked"))?;
            ended.with_context(|| format!("{what}: still connected after {PATIENCE:?}"))?;
        }
        Ok(())
    })
}

fn is_let_go(host: SocketAddr, sent: &str) -> Result<()> {
    let mut stream = connect(host)?;
    stream.write_all(sent.as_bytes())?;
    let mut reply = Vec::new();
    match stream.read_to_end(&mut reply) {
        // nginx resets connections that it has lost patience with, so that nothing of them stays behind.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(()),
        other => Ok(other.map(|_| ())?),
    }
}

fn connect(host: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}
