//! A small HTTP/1.1 client: one kept connection, one request at a time, and how long each took.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a refusal's body an error shows.
const SHOWN_CHARS: usize = 400;

/// A request, ready but for the host's name.
pub struct Request {
    method: &'static str,
    path: String,
    headers: String,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: String::new(), body: None }
    }

    /// A POST of JSON.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::post_bytes(path, "application/json", body.to_string().into_bytes())
    }

    /// A POST of anything.
    pub fn post_bytes(path: impl Into<String>, content_type: &str, body: Vec<u8>) -> Self {
        let headers = format!("Content-Type: {content_type}\r\n");
        Self { method: "POST", path: path.into(), headers, body: Some(body) }
    }

    /// With one header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// With an access token.
    pub fn token(self, access: &str) -> Self {
        self.header("Authorization", &format!("Bearer {access}"))
    }

    fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let (method, path, headers) = (self.method, &self.path, &self.headers);
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}").into_bytes();
        if let Some(body) = &self.body {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// A whole reply.
pub struct Reply {
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// From the request's first byte sent to the reply's last byte read.
    pub took: Duration,
}

impl Reply {
    /// A header's value; the name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// True for the reply of an earlier request with the same `Idempotency-Key`.
    pub fn replayed(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }

    /// Its body.
    ///
    /// # Errors
    /// When that is not JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("a reply that is not JSON")
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, headers, body) = (self.status, &self.headers, String::from_utf8_lossy(&self.body));
        write!(f, "{status} {headers:?} {}", body.chars().take(SHOWN_CHARS).collect::<String>())
    }
}

/// A connection that stays.
pub struct Client {
    host: SocketAddr,
    stream: BufReader<TcpStream>,
    /// The server has said that its last reply was the last one.
    ended: bool,
}

impl Client {
    /// Opens it.
    pub fn connect(host: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&host, CONNECT_TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
        Ok(Self { host, stream: BufReader::new(stream), ended: false })
    }

    /// Sends a request and reads the reply to its end, whatever its status.
    ///
    /// # Errors
    /// When the server ends the connection, or says something that is not HTTP/1.1.
    pub fn call(&mut self, request: &Request) -> Result<Reply> {
        // A figure over a new connection would be another figure.
        ensure!(!self.ended, "{} {}: the server has ended the connection", request.method, request.path);
        let bytes = request.bytes(self.host);
        let begun = Instant::now();
        self.stream.get_mut().write_all(&bytes)?;
        let reply = self.reply(begun).with_context(|| format!("{} {}", request.method, request.path))?;
        self.ended = reply.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        Ok(reply)
    }

    /// The same, and any other status than the expected one is an error that shows the body.
    pub fn expect(&mut self, request: &Request, status: u16) -> Result<Reply> {
        let reply = self.call(request)?;
        if reply.status != status {
            let body: String = String::from_utf8_lossy(&reply.body).chars().take(SHOWN_CHARS).collect();
            let (method, path, got) = (request.method, &request.path, reply.status);
            bail!("{method} {path}: {got} instead of {status}: {body}");
        }
        Ok(reply)
    }

    fn reply(&mut self, begun: Instant) -> Result<Reply> {
        let line = self.line()?;
        let mut words = line.split(' ');
        ensure!(words.next() == Some("HTTP/1.1"), "not HTTP/1.1: {line:?}");
        let status = words.next().context("no status")?.parse()?;
        let (mut length, mut chunked, mut headers) = (None, false, Vec::new());
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').with_context(|| format!("not a header: {line:?}"))?;
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            match name.as_str() {
                "content-length" => length = Some(value.parse()?),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                _ => {}
            }
            headers.push((name, value.to_owned()));
        }
        let body = match length {
            _ if chunked => self.chunks()?,
            Some(length) => self.exactly(length)?,
            None if matches!(status, 204 | 304) => Vec::new(),
            None => bail!("{status} with a body of unknown length"),
        };
        Ok(Reply { status, headers, body, took: begun.elapsed() })
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).with_context(|| format!("a chunk of size {size:?}"))?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.exactly(size)?);
            ensure!(self.line()?.is_empty(), "a chunk is longer than its size");
        }
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// A line without its end.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let Some(line) = line.strip_suffix("\r\n") else {
            bail!("the server ended the connection");
        };
        Ok(line.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use serde_json::json;

    use super::*;

    /// Takes one connection and gives each request the next of these replies; returns what was asked, in order.
    fn serve(replies: &'static [&str]) -> (SocketAddr, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap();
        let asked = move || {
            let (stream, _) = listener.accept().unwrap();
            let mut stream = BufReader::new(stream);
            replies.iter().map(|reply| answer(&mut stream, reply)).collect()
        };
        (host, std::thread::spawn(asked))
    }

    fn answer(stream: &mut BufReader<TcpStream>, reply: &str) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(stream.read_line(&mut head).unwrap(), 0);
        }
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        stream.get_mut().write_all(reply.as_bytes()).unwrap();
        head + std::str::from_utf8(&body).unwrap()
    }

    #[test]
    fn one_connection_carries_replies_of_each_kind() {
        let (host, asked) = serve(&[
            "HTTP/1.1 200 OK\r\ncontent-length: 7\r\nX-Request-Id: a\r\n\r\n{\"a\":1}",
            "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":2}\r\n0\r\nX: y\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ]);
        let mut client = Client::connect(host).unwrap();
        let get = Request::get("/a/?b=1").token("t");

        assert_eq!(client.expect(&get, 200).unwrap().json().unwrap(), json!({"a": 1}));
        let post = Request::post("/b/", &json!({"c": "d"})).header("Idempotency-Key", "k");
        assert_eq!(client.expect(&post, 201).unwrap().json().unwrap(), json!({"a": 2}));
        assert_eq!(client.expect(&get, 204).unwrap().body, b"");
        assert_eq!(client.call(&get).unwrap().body, b"");

        let asked = asked.join().unwrap();
        assert_eq!(
            asked[0],
            format!("GET /a/?b=1 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer t\r\n\r\n")
        );
        let head = format!("POST /b/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n");
        assert_eq!(asked[1], format!("{head}Idempotency-Key: k\r\nContent-Length: 9\r\n\r\n{{\"c\":\"d\"}}"));
    }

    /// The error of one call that the server answers so and then hangs up.
    fn refused(reply: &'static [&str; 1]) -> String {
        let (host, asked) = serve(reply);
        let error = Client::connect(host).unwrap().expect(&Request::get("/a/"), 200).unwrap_err();
        asked.join().unwrap();
        format!("{error:#}")
    }

    #[test]
    fn another_status_is_an_error_that_shows_the_body() {
        let error = refused(&["HTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\nbusy"]);
        assert_eq!(error, "GET /a/: 409 instead of 200: busy");
    }

    #[test]
    fn a_reply_cut_short_or_without_an_end_is_an_error() {
        assert!(refused(&["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbu"]).starts_with("GET /a/: "));
        assert!(refused(&["HTTP/1.1 200 OK\r\n"]).contains("ended the connection"));
        assert!(refused(&["HTTP/1.1 200 OK\r\n\r\nbusy"]).contains("unknown length"));
        let wrong = &["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbusy\r\n0\r\n\r\n"];
        assert!(refused(wrong).contains("longer than its size"));
    }

    #[test]
    fn nothing_is_asked_after_the_last_reply() {
        let (host, asked) = serve(&["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy"]);
        let mut client = Client::connect(host).unwrap();
        let reply = client.call(&Request::get("/a/")).unwrap();
        assert_eq!((reply.header("content-length"), reply.body.as_slice()), (Some("4"), &b"busy"[..]));
        let error = client.call(&Request::get("/b/")).unwrap_err();
        assert_eq!(error.to_string(), "GET /b/: the server has ended the connection");
        asked.join().unwrap();
    }
}
