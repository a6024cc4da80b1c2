//! A way to a server that can be cut or stand still, so that one server that all tests share need not.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The way, from a port of its own.
pub struct Proxy {
    to: (String, u16),
    port: u16,
    way: Arc<Way>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Way {
    is_stalled: AtomicBool,
    is_cut: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Opens it.
    pub fn start(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let mut this = Self { to: (host.to_owned(), port), port: own, way: Arc::default(), listening: None };
        this.listen(listener);
        this
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on connections are taken, and nothing moves on any.
    pub fn stall(&self) {
        self.way.is_stalled.store(true, Ordering::SeqCst);
    }

    /// What stood still moves on.
    pub fn go_on(&self) {
        self.way.is_stalled.store(false, Ordering::SeqCst);
    }

    /// Ends every connection, and takes none.
    pub fn kill(&mut self) {
        self.way.is_cut.store(true, Ordering::SeqCst);
        self.listening.take().unwrap().join().unwrap();
        for stream in self.way.streams.lock().unwrap().drain(..) {
            // its other end may have closed it
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes connections again on the same port.
    pub fn start_again(&mut self) {
        self.way = Arc::default();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        self.listen(listener);
    }

    fn listen(&mut self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let (way, to) = (Arc::clone(&self.way), self.to.clone());
        self.listening = Some(thread::spawn(move || {
            while !way.is_cut.load(Ordering::SeqCst) {
                match listener.accept() {
                    Ok((near, _)) => {
                        near.set_nonblocking(false).unwrap();
                        way.join(near, TcpStream::connect((to.0.as_str(), to.1)).unwrap());
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK_EVERY),
                    Err(error) => panic!("{error}"),
                }
            }
        }));
    }
}

impl Way {
    fn join(self: &Arc<Self>, near: TcpStream, far: TcpStream) {
        let ends = || (near.try_clone().unwrap(), far.try_clone().unwrap());
        let ((near_in, far_out), (near_out, far_in)) = (ends(), ends());
        self.streams.lock().unwrap().extend([near, far]);
        for (from, to) in [(near_in, far_out), (far_in, near_out)] {
            let way = Arc::clone(self);
            thread::spawn(move || way.carry(from, to));
        }
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            while self.is_stalled.load(Ordering::SeqCst) && !self.is_cut.load(Ordering::SeqCst) {
                thread::sleep(LOOK_EVERY);
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        // whoever is at the other end sees the end, if it is still there
        let _ = to.shutdown(Shutdown::Both);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if self.listening.is_some() {
            self.kill();
        }
    }
}
