//! The README's first minute, on the real program: a demo, a login, a wallet, and why it holds what it holds.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use infra::config::{Config, Environment};
use serde_json::Value;

/// The program, and what it prints.
struct Platform {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Platform {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_api"))
            .current_dir(folder)
            .env_clear()
            .env("BIND_ADDRESS", "127.0.0.1:0")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the platform starts");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut this = Self { process, lines, address: String::new() };
        let first = this.line_with("API ");
        this.address = first.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        this
    }

    /// The next line that it prints with this text.
    fn line_with(&mut self, text: &str) -> String {
        self.lines.by_ref().map(Result::unwrap).find(|line| line.contains(text)).expect(text)
    }

    fn send(&self, head: &str, token: &str, body: &str) -> Value {
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
        assert!(reply.starts_with("HTTP/1.1 200"), "{head}: {reply}");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    fn get(&self, path: &str, token: &str) -> Value {
        self.send(&format!("GET {path}"), token, "")
    }

    /// A token of whoever reads the console.
    fn log_in(&mut self, email: &str) -> String {
        let body = format!("identifier={email}&otp_type=email");
        self.send("POST /api/auth/send-otp/", "", &body);
        let code: String = self.line_with("is your one-time code").chars().take(6).collect();
        let login = self.send("POST /api/auth/verify-otp/", "", &format!("{body}&otp_code={code}"));
        login["tokens"]["access"].as_str().unwrap().to_owned()
    }

    fn end(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
    }
}

#[test]
fn a_demo_is_made_and_shows_a_wallet_and_its_reasons() {
    let folder = tempfile::tempdir().unwrap();
    // an earlier start left a file with nothing but a plan in it
    Platform::start(folder.path(), &[]).end();
    let mut platform = Platform::start(folder.path(), &["--demo"]);
    let told = platform.line_with("demo ");
    assert!(told.contains("300 people"), "{told}");
    let people: Vec<String> = (0..5).map(|_| platform.line_with("@example.in")).collect();
    assert!(people[1].contains("asha@example.in"), "{people:#?}");

    let token = platform.log_in("asha@example.in");
    let wallet = platform.get("/api/wallet/my_wallet/", &token);
    assert!(wallet["balance"] != "0.00" && wallet["total_withdrawn"] != "0.00", "{wallet}");
    let pairs = platform.get("/api/wallet/transactions/?transaction_type=BINARY_PAIR", &token);
    // beyond the cap of ten a month
    assert!(pairs["count"].as_i64().unwrap() > 30, "{pairs}");
    let id = pairs["results"][0]["id"].as_i64().unwrap();
    let why = platform.get(&format!("/api/wallet/transactions/{id}/why/"), &token);
    assert!(!why["sentences"].as_array().unwrap().is_empty(), "{why}");

    let token = platform.log_in("admin@example.in");
    let dashboard = platform.get("/api/reports/dashboard/", &token);
    assert_eq!(dashboard["total_users"], 301);
    platform.end();
    assert_proven(folder.path());
}

fn assert_proven(folder: &Path) {
    let name = folder.join("data/ev.sqlite3").display().to_string();
    let config = Config::read(&Environment::of_pairs([("DB_NAME", name.as_str())])).unwrap();
    let app = app::App::open(&config).unwrap();
    let runtime = infra::testing::runtime();
    let differences = runtime.block_on(app::verify::verify(&app)).unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}
