//! A server in an API's place that keeps what it is asked, to see what nginx passes on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::mariadb::HOST;

const REPLY: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its first line and headers, without the line ends.
    pub head: Vec<String>,
    pub body: Vec<u8>,
}

impl Asked {
    /// All values of a header.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let named = |line: &&String| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        let value = |line: &'_ String| line.find(':').map_or(0, |colon| colon + 1);
        self.head.iter().skip(1).filter(named).map(|line| line[value(line)..].trim()).collect()
    }
}

/// It listens until the process ends.
pub struct Recorder {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    hangs_up: AtomicBool,
}

impl Recorder {
    /// Starts it.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((HOST, 0))?;
        let recorder = Self { address: listener.local_addr()?, shared: Arc::default() };
        let shared = Arc::clone(&recorder.shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A connection that breaks is one that nginx has dropped; what it asked is kept or was never whole.
                std::thread::spawn(move || _ = shared.serve(stream));
            }
        });
        Ok(recorder)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it reads requests whole, and ends their connections instead of answering; or answers again.
    pub fn hang_up(&self, hangs_up: bool) {
        self.shared.hangs_up.store(hangs_up, Ordering::SeqCst);
    }

    /// What it was asked since the last call.
    pub fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let Some(asked) = read(&mut stream)? else { return Ok(()) };
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
            if self.hangs_up.load(Ordering::SeqCst) {
                return Ok(());
            }
            stream.get_mut().write_all(REPLY.as_bytes())?;
        }
    }
}

/// A whole request with a length, or none when the connection ends before it.
fn read(stream: &mut BufReader<TcpStream>) -> Result<Option<Asked>> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        head.push(line.to_owned());
    }
    let mut asked = Asked { head, body: Vec::new() };
    let length = asked.values("content-length").first().map_or(Ok(0), |length| length.parse())?;
    asked.body = vec![0; length];
    stream.read_exact(&mut asked.body)?;
    Ok(Some(asked))
}
