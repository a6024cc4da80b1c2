//! The real program, in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

/// The program, and what it prints; it ends with the test.
pub struct Platform {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub address: String,
}

impl Platform {
    /// A development server on a folder and a port of its own.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_with(folder, arguments, &[], Stdio::inherit())
    }

    /// The same with these settings, and its log elsewhere.
    pub fn start_with(folder: &Path, arguments: &[&str], settings: &[(&str, &str)], log: Stdio) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_api"))
            .current_dir(folder)
            .env_clear()
            .env("BIND_ADDRESS", "127.0.0.1:0")
            .env("LOG_LEVEL", "warn")
            .envs(settings.iter().copied())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the platform starts");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut this = Self { process, lines, address: String::new() };
        let first = this.line_with("API ");
        this.address = first.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        this
    }

    /// The next line that it prints with this text.
    pub fn line_with(&mut self, text: &str) -> String {
        self.lines.by_ref().map(Result::unwrap).find(|line| line.contains(text)).expect(text)
    }

    fn send(&self, head: &str, token: &str, body: &str) -> Value {
        let reply = self.reply(head, token, body);
        assert!(reply.starts_with("HTTP/1.1 200"), "{head}: {reply}");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// A request's whole reply, as it comes over the wire.
    pub fn reply(&self, head: &str, token: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).expect("it listens");
        let (address, length) = (&self.address, body.len());
        write!(
            connection,
            "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut reply = String::new();
        connection.read_to_string(&mut reply).unwrap();
        reply
    }

    /// What a GET is answered.
    pub fn get(&self, path: &str, token: &str) -> Value {
        self.send(&format!("GET {path}"), token, "")
    }

    /// A token of whoever reads the console.
    pub fn log_in(&mut self, email: &str) -> String {
        let body = format!("identifier={email}&otp_type=email");
        self.send("POST /api/auth/send-otp/", "", &body);
        let code: String = self.line_with("is your one-time code").chars().take(6).collect();
        let login = self.send("POST /api/auth/verify-otp/", "", &format!("{body}&otp_code={code}"));
        login["tokens"]["access"].as_str().unwrap().to_owned()
    }

    /// Asks it to end, and sees that it ends well.
    pub fn end(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
