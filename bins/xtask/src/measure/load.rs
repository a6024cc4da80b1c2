//! The same kind of request, many times, over one or more kept connections.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::http::{Client, Request};

/// One request in ten more goes ahead and isn't counted: caches, pools and prepared statements fill.
const WARM_UP_PART: u32 = 10;

/// What a number of requests took.
pub struct Run {
    /// How long each took, shortest first.
    took: Vec<Duration>,
    /// From the first request to the last reply.
    wall: Duration,
}

impl Run {
    /// Of what was measured.
    pub fn of(mut took: Vec<Duration>, wall: Duration) -> Self {
        took.sort_unstable();
        Self { took, wall }
    }

    /// The time that so many percent of the requests stay within: the nearest rank, so one that was measured.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.took.len() * percent).div_ceil(100).clamp(1, self.took.len());
        self.took[rank - 1]
    }

    /// Replies a second, all connections together.
    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.wall.as_secs_f64()
    }
}

/// When a connection has sent enough.
#[derive(Clone, Copy)]
enum Length {
    Requests(u32),
    Time(Duration),
}

impl Length {
    /// The part of it that goes ahead and isn't counted.
    fn warm_up(self) -> Self {
        match self {
            Self::Requests(count) => Self::Requests(count.div_ceil(WARM_UP_PART)),
            Self::Time(time) => Self::Time(time / WARM_UP_PART),
        }
    }

    fn is_reached(self, sent: usize, begun: Instant) -> bool {
        match self {
            Self::Requests(count) => u32::try_from(sent).is_ok_and(|sent| sent >= count),
            // one at least, so that there is something to measure
            Self::Time(time) => sent > 0 && begun.elapsed() >= time,
        }
    }
}

/// Sends `count` requests in all over as many connections, each as soon as the last one is answered; `request` makes
/// them from the connection's number.
///
/// # Errors
/// At the first reply with another status.
pub fn drive(
    host: SocketAddr,
    connections: u32,
    count: u32,
    status: u16,
    request: &(dyn Fn(usize) -> Request + Sync),
) -> Result<Run> {
    together(host, connections, Length::Requests(count.div_ceil(connections)), status, request)
}

/// The same for a time instead of a number of requests.
///
/// # Errors
/// At the first reply with another status.
pub fn drive_for(
    host: SocketAddr,
    connections: u32,
    time: Duration,
    status: u16,
    request: &(dyn Fn(usize) -> Request + Sync),
) -> Result<Run> {
    together(host, connections, Length::Time(time), status, request)
}

fn together(
    host: SocketAddr,
    connections: u32,
    length: Length,
    status: u16,
    request: &(dyn Fn(usize) -> Request + Sync),
) -> Result<Run> {
    let barrier = Barrier::new(usize::try_from(connections)?);
    let parts = std::thread::scope(|scope| {
        let connection = |number| {
            let barrier = &barrier;
            scope.spawn(move || one(host, length, status, &|| request(number), barrier))
        };
        let threads: Vec<_> = (0..usize::try_from(connections)?).map(connection).collect();
        let joined =
            threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a client panicked"))?);
        joined.collect::<Result<Vec<_>>>()
    })?;
    let begun = parts.iter().map(|part| part.begun).min().context("no connections")?;
    let ended = parts.iter().map(|part| part.ended).max().context("no connections")?;
    Ok(Run::of(parts.into_iter().flat_map(|part| part.took).collect(), ended - begun))
}

/// What one connection did.
struct Part {
    begun: Instant,
    ended: Instant,
    took: Vec<Duration>,
}

fn one(
    host: SocketAddr,
    length: Length,
    status: u16,
    request: &dyn Fn() -> Request,
    barrier: &Barrier,
) -> Result<Part> {
    let warm = warm_up(host, length.warm_up(), status, request);
    // Also when that failed: the others wait here too.
    barrier.wait();
    let mut client = warm?;
    let begun = Instant::now();
    let took = send(&mut client, length, status, request)?;
    Ok(Part { begun, ended: Instant::now(), took })
}

fn warm_up(host: SocketAddr, length: Length, status: u16, request: &dyn Fn() -> Request) -> Result<Client> {
    let mut client = Client::connect(host)?;
    send(&mut client, length, status, request)?;
    Ok(client)
}

/// Sends them and gives how long each took.
fn send(
    client: &mut Client,
    length: Length,
    status: u16,
    request: &dyn Fn() -> Request,
) -> Result<Vec<Duration>> {
    let begun = Instant::now();
    let mut took = Vec::new();
    while !length.is_reached(took.len(), begun) {
        took.push(client.expect(&request(), status)?.took);
    }
    Ok(took)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn run(milliseconds: impl IntoIterator<Item = u64>) -> Run {
        Run::of(milliseconds.into_iter().map(Duration::from_millis).collect(), Duration::from_millis(500))
    }

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let hundred = run(1..=100);
        let of = |percent| hundred.percentile(percent).as_millis();
        assert_eq!((of(50), of(90), of(99), of(100)), (50, 90, 99, 100));
        let five = run([1, 2, 3, 4, 90]);
        assert_eq!((five.percentile(50).as_millis(), five.percentile(99).as_millis()), (3, 90));
        assert_eq!(run([7]).percentile(1).as_millis(), 7);
        assert!((five.per_second() - 10.0).abs() < f64::EPSILON);
    }

    /// Answers every request of every connection with this status; the requests have no bodies.
    fn serve(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                std::thread::spawn(move || {
                    let mut request = [0; 1024];
                    while stream.read(&mut request).is_ok_and(|length| length > 0) {
                        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").unwrap();
                    }
                });
            }
        });
        host
    }

    #[test]
    fn every_connection_sends_its_part_and_its_warm_up() {
        let sent = [const { AtomicUsize::new(0) }; 4];
        let request = |connection: usize| {
            sent[connection].fetch_add(1, Ordering::Relaxed);
            Request::get("/a/")
        };
        let run = drive(serve("200 OK"), 4, 80, 200, &request).unwrap();
        assert_eq!(run.took.len(), 80);
        assert!(run.took.is_sorted());
        assert_eq!(sent.map(AtomicUsize::into_inner), [22; 4]);
    }

    #[test]
    fn a_run_of_a_time_lasts_at_least_as_long() {
        let run =
            drive_for(serve("200 OK"), 2, Duration::from_millis(20), 200, &|_| Request::get("/a/")).unwrap();
        assert!(run.wall >= Duration::from_millis(20) && run.took.len() >= 2);
    }

    #[test]
    fn another_status_ends_it() {
        let error = drive(serve("500 Oh"), 4, 80, 200, &|_| Request::get("/a/")).err().unwrap();
        assert_eq!(error.to_string(), "GET /a/: 500 instead of 200: ");
    }
}
