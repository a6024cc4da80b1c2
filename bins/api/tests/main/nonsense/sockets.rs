//! What only a real connection can be told: bodies longer than they may be or than they say, what is no HTTP at
//! all, and what comes slowly or never.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use api::service::Patience;

use super::world::{MARK, multipart_type};
use crate::{platform::Platform, stage::on_stage};

/// Bytes that are sent at once.
const PIECE: usize = 1 << 20;
/// Pieces of 50 MB.
const PIECES: usize = 50;

/// Writes these pieces, as far as they are taken, and gives what comes back until the connection ends.
fn tell(address: &str, pieces: impl IntoIterator<Item = Vec<u8>> + Send) -> String {
    let connection = TcpStream::connect(address).expect("it listens");
    thread::scope(|scope| {
        let mut writing = &connection;
        scope.spawn(move || {
            for piece in pieces {
                // it may have heard enough
                if writing.write_all(&piece).is_err() {
                    return;
                }
            }
            let _ = writing.shutdown(Shutdown::Write);
        });
        heard(&connection)
    })
}

/// What comes until the connection ends, which it has to.
fn heard(mut connection: &TcpStream) -> String {
    connection.set_read_timeout(Some(Duration::from_secs(100))).unwrap();
    let mut reply = Vec::new();
    if let Err(error) = connection.read_to_end(&mut reply) {
        // one that was cut off has still told what came before
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{}", String::from_utf8_lossy(&reply));
    }
    String::from_utf8_lossy(&reply).into_owned()
}

fn head(line: &str, headers: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

#[test]
fn fifty_megabytes_are_refused_so_that_the_sender_hears_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut platform = Platform::start(folder.path(), &[]);
    let token = format!("Authorization: Bearer {}\r\n", platform.log_in("member@example.in"));
    let json = "Content-Type: application/json\r\n";
    let form = &format!("Content-Type: {}\r\n", multipart_type());
    let file = format!(
        "--{MARK}\r\nContent-Disposition: form-data; name=\"pan_document\"; filename=\"a.png\"\r\n\r\n"
    );
    for (line, headers, first, expected) in [
        ("POST /api/auth/send-otp/", json, "", (413, "too_large")),
        ("POST /api/booking/bookings/", json, "{\"notes\": \"", (413, "too_large")),
        ("POST /api/booking/bookings/", form, "", (400, "multipart")),
        ("POST /api/users/kyc/", form, file.as_str(), (413, "too_large")),
        ("POST /api/auth/logout/", json, "", (413, "too_large")),
        ("POST /api/booking/bookings/1/cancel/", json, "", (404, "not_found")),
        ("POST /api/payout/1/process/", json, "", (403, "forbidden")),
        ("POST /api/nope/", json, "", (404, "not_found")),
        ("PUT /api/wallet/", json, "", (405, "method_not_allowed")),
        ("GET /api/wallet/", json, "", (200, "results")),
        ("GET /health/", "", "", (200, "ok")),
    ] {
        let headers = format!("{token}{headers}");
        let pieces = || [first.as_bytes().to_vec()].into_iter().chain((0..PIECES).map(|_| vec![b'a'; PIECE]));
        let length = PIECES * PIECE + first.len();
        let whole = head(line, &format!("{headers}Content-Length: {length}\r\n"));
        let whole = tell(&platform.address, [whole].into_iter().chain(pieces()));
        let chunks = pieces()
            .filter(|piece| !piece.is_empty())
            .map(|piece| [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat());
        let chunked = head(line, &format!("{headers}Transfer-Encoding: chunked\r\n"));
        let chunked =
            tell(&platform.address, [chunked].into_iter().chain(chunks).chain([b"0\r\n\r\n".to_vec()]));
        for (how, reply) in [("with a length", whole), ("chunked", chunked)] {
            let (status, text) = expected;
            let is_so = reply.starts_with(&format!("HTTP/1.1 {status}")) && reply.contains(text);
            assert!(is_so, "{line} {headers} {how}: {reply:.500}");
        }
    }
    lying_lengths(&platform);
    platform.end();
}

/// A body of another length than was said.
fn lying_lengths(platform: &Platform) {
    for (length, pieces, says) in [
        (100, PIECES, "JSON parse error"),
        (PIECES * PIECE, 1, "The body was cut off."),
        (PIECES * PIECE, 2, "too_large"),
    ] {
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        let pieces = (0..pieces).map(|_| vec![b' '; PIECE]);
        let reply =
            tell(&platform.address, [head("POST /api/auth/send-otp/", &headers)].into_iter().chain(pieces));
        assert!(reply.starts_with("HTTP/1.1 4") && reply.contains(says), "{length}: {reply:.500}");
    }
}

#[test]
fn what_is_no_http_is_refused_and_the_next_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start(folder.path(), &[]);
    let post =
        |headers: &str, body: &[u8]| [head("POST /api/auth/send-otp/", headers), body.to_vec()].concat();
    let json = "Content-Type: application/json\r\n";
    let chunked = &format!("{json}Transfer-Encoding: chunked\r\n");
    for (what, bytes) in [
        ("bytes", vec![0xff; 1000]),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()),
        ("no path", head("GET", "")),
        ("a path with a NUL", head("GET /api/\0", "")),
        ("no version", b"GET /api/\r\n\r\n".to_vec()),
        ("no host", b"GET /api/ HTTP/1.1\r\n\r\n".to_vec()),
        ("two hosts", head("GET /api/", "Host: another\r\n")),
        ("a long line", head(&format!("GET /{}", "a".repeat(1 << 20)), "")),
        ("a long header", head("GET /api/", &format!("X-Long: {}\r\n", "a".repeat(1 << 20)))),
        ("many headers", head("GET /api/", &"X-Many: a\r\n".repeat(10_000))),
        ("a few too many headers", head("GET /api/", &"X-Many: a\r\n".repeat(200))),
        ("a header with a NUL", head("GET /api/", "X-Odd: a\0b\r\n")),
        ("a folded header", head("GET /api/", "X-Odd: a\r\n b\r\n")),
        ("two lengths", post(&format!("{json}Content-Length: 2\r\nContent-Length: 3\r\n"), b"{}")),
        ("a negative length", post(&format!("{json}Content-Length: -1\r\n"), b"{}")),
        ("an endless length", post(&format!("{json}Content-Length: 99999999999999999999\r\n"), b"{}")),
        ("both lengths", post(&format!("{chunked}Content-Length: 2\r\n"), b"0\r\n\r\n{}")),
        ("an odd coding", post(&format!("{json}Transfer-Encoding: gzip, identity\r\n"), b"{}")),
        ("a chunk of no size", post(chunked, b"zz\r\n{}\r\n0\r\n\r\n")),
        ("a chunk of every size", post(chunked, b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("a chunk longer than it says", post(chunked, b"2\r\n{}}}\r\n0\r\n\r\n")),
        ("less than was said", post(&format!("{json}Content-Length: 100\r\n"), b"{\"identifier\":")),
        ("no last chunk", post(chunked, b"2\r\n{}\r\n")),
    ] {
        let reply = tell(&platform.address, [bytes]);
        let is_refused =
            reply.is_empty() || reply.starts_with("HTTP/1.1 4") || reply.starts_with("HTTP/1.0 4");
        assert!(is_refused, "{what}: {reply:.300}");
        platform.get("/health/", "");
    }
    platform.end();
}

const HALF_BODY: &str = "POST /api/auth/send-otp/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

/// Beginnings of requests, and what they are answered when nothing follows.
fn beginnings() -> Vec<(String, &'static str)> {
    let timeout = "HTTP/1.1 408";
    let form = multipart_type();
    vec![
        (String::new(), timeout),
        ("GET /health/ HT".to_owned(), timeout),
        ("GET /health/ HTTP/1.1\r\nHost: a\r\nX-Slow: a\r\n".to_owned(), timeout),
        (format!("{HALF_BODY}Content-Length: 100\r\n\r\n"), timeout),
        (format!("{HALF_BODY}Content-Length: 100\r\n\r\n{{\"identifier\":"), timeout),
        (format!("{HALF_BODY}Transfer-Encoding: chunked\r\n\r\n1\r\n{{"), timeout),
        (
            format!(
                "POST /api/auth/send-otp/ HTTP/1.1\r\nHost: a\r\nContent-Type: {form}\r\nContent-Length: 100\r\n\r\n--{MARK}"
            ),
            timeout,
        ),
        ("GET /health/ HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "HTTP/1.1 200"),
        ("POST /api/nope/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n".to_owned(), "HTTP/1.1 404"),
        (
            "POST /api/nope/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
            "HTTP/1.1 404",
        ),
    ]
}

fn begun(address: &str, beginning: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).expect("it listens");
    connection.write_all(beginning.as_bytes()).unwrap();
    connection
}

#[test]
fn those_who_keep_it_waiting_keep_nobody_else_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let mut platform = Platform::start(folder.path(), &[]);
    let waiting: Vec<TcpStream> = (0..25)
        .flat_map(|_| beginnings())
        .map(|(beginning, _)| begun(&platform.address, &beginning))
        .collect();
    let token = platform.log_in("member@example.in");
    assert_eq!(platform.get("/api/wallet/my_wallet/", &token)["balance"], "0.00");
    drop(waiting);
    assert_eq!(platform.get("/api/wallet/my_wallet/", &token)["balance"], "0.00");
}

/// The same with a byte now and then, which is no life either.
fn trickled(address: &str, beginning: &str) -> String {
    let connection = begun(address, beginning);
    thread::scope(|scope| {
        let mut writing = &connection;
        scope.spawn(move || {
            while writing.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        });
        heard(&connection)
    })
}

#[test]
fn its_patience_ends() {
    // the server's clock ticks twice a second
    let short = Duration::from_secs(1);
    let patience = Patience { head: short, body: short, files: short, idle: short, unread: short };
    on_stage(async |stage| {
        let (address, server) = stage.listen(patience);
        let waiting = tokio::task::spawn_blocking(move || {
            thread::scope(|scope| {
                for (beginning, answer) in beginnings() {
                    let address = &address;
                    scope.spawn(move || {
                        let reply = heard(&begun(address, &beginning));
                        assert!(reply.starts_with(answer), "{beginning:?}: {reply}");
                        let is_a_body = beginning.starts_with("POST /api/auth/");
                        assert_eq!(reply.contains("\"timeout\""), is_a_body, "{beginning:?}: {reply}");
                    });
                }
                for (beginning, answer) in [
                    ("GET /health/ HTTP/1.1\r\nX-Slow: ", 408),
                    (&format!("{HALF_BODY}Content-Length: 100000\r\n\r\n"), 408),
                    ("POST /api/nope/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 404),
                ] {
                    let reply = trickled(&address, beginning);
                    assert!(reply.starts_with(&format!("HTTP/1.1 {answer}")), "{beginning:?}: {reply}");
                }
            });
        });
        waiting.await.unwrap();
        server.stop(false).await;
    });
}
