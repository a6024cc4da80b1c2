//! The private servers are there while their starter lives, and gone after it, however it ended.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Started {
    xtask: Child,
    exports: HashMap<String, String>,
    folder: PathBuf,
}

/// `xtask servers`, read up to its last line.
fn start(arguments: &[&str]) -> Started {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("servers")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut exports = HashMap::new();
    let mut folder = None;
    for line in BufReader::new(xtask.stdout.take().unwrap()).lines().map(Result::unwrap) {
        if let Some(place) = line.strip_prefix("# in ") {
            folder = place.split_once(';').map(|(folder, _)| PathBuf::from(folder));
            break;
        }
        let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
        exports.insert(name.to_owned(), value.to_owned());
    }
    if folder.is_none() {
        xtask.wait().unwrap();
    }
    Started { xtask, exports, folder: folder.unwrap() }
}

fn answer(exports: &HashMap<String, String>, query: &str) -> String {
    let output = Command::new("mariadb")
        .args(["--no-defaults", "--protocol=tcp", "--user=root", "--batch", "--skip-column-names"])
        .arg(format!("--host={}", exports["TEST_MYSQL_HOST"]))
        .arg(format!("--port={}", exports["TEST_MYSQL_PORT"]))
        .env("MYSQL_PWD", &exports["TEST_MYSQL_ROOT_PASSWORD"])
        .args(["--execute", query])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What Redis says to a PING; nothing when nobody listens.
fn pong(exports: &HashMap<String, String>) -> Option<String> {
    let (host, port) = (&exports["TEST_REDIS_HOST"], &exports["TEST_REDIS_PORT"]);
    let mut connection = TcpStream::connect(format!("{host}:{port}")).ok()?;
    connection.write_all(b"PING\r\n").ok()?;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

fn wait_until_gone(path: &Path) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while path.exists() {
        assert!(Instant::now() < deadline, "{} is still there", path.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn data_and_server(started: &Started) -> (PathBuf, PathBuf) {
    let data = started.folder.join("data").canonicalize().unwrap();
    let pid = answer(&started.exports, "SELECT @@pid_file");
    let pid = std::fs::read_to_string(data.join(pid)).unwrap();
    (data, Path::new("/proc").join(pid.trim()))
}

#[test]
fn root_logs_in_the_binary_log_is_on_and_the_end_of_input_ends_it() {
    let mut started = start(&[]);
    assert_eq!(answer(&started.exports, "SELECT @@log_bin, CURRENT_USER()"), "1\troot@127.0.0.1");
    let (data, server) = data_and_server(&started);
    assert!(server.exists());
    assert_eq!(pong(&started.exports).unwrap(), "+PONG");

    drop(started.xtask.stdin.take());

    assert!(started.xtask.wait().unwrap().success());
    assert!(!started.folder.exists() && !data.exists() && !server.exists());
    assert_eq!(pong(&started.exports), None);
}

#[test]
fn rabbitmq_takes_connections_on_its_own_port_and_ends_with_its_port_mapper() {
    let started = start(&["--rabbitmq"]);
    let port: u16 = started.exports["TEST_RABBITMQ_PORT"].parse().unwrap();
    let deadline = Instant::now() + Duration::from_secs(120);
    while !greets(port) {
        assert!(Instant::now() < deadline, "RabbitMQ takes no connections");
        std::thread::sleep(Duration::from_millis(200));
    }
    let home = started.folder.join("rabbitmq");
    let epmd_port = epmd_port(&home);
    assert!(TcpStream::connect(("127.0.0.1", epmd_port)).is_ok());

    let mut xtask = started.xtask;
    xtask.kill().unwrap();
    xtask.wait().unwrap();

    wait_until_gone(&started.folder);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(TcpStream::connect(("127.0.0.1", epmd_port)).is_err());
}

/// True when AMQP is spoken there: a client that asks for another version is told which one.
fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut told = [0; 8];
    stream.write_all(b"AMQP\x00\x00\x00\x00").unwrap();
    stream.read_exact(&mut told).unwrap();
    assert_eq!(told, *b"AMQP\x00\x00\x09\x01");
    true
}

/// Where the node with this home finds its mapper, from its command line.
fn epmd_port(home: &Path) -> u16 {
    let command_lines = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let text = std::fs::read(entry.unwrap().path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&text).split('\0').map(str::to_owned).collect::<Vec<_>>())
    });
    let home = home.to_str().unwrap();
    let node = command_lines.into_iter().find(|words| words.iter().any(|word| word == home)).unwrap();
    let place = node.iter().position(|word| word == "-epmd_port").unwrap();
    node[place + 1].parse().unwrap()
}

#[test]
fn a_killed_starter_leaves_no_server_and_no_folder() {
    let mut started = start(&[]);
    let (data, server) = data_and_server(&started);

    started.xtask.kill().unwrap();
    started.xtask.wait().unwrap();

    wait_until_gone(&started.folder);
    wait_until_gone(&data);
    wait_until_gone(&server);
}

#[test]
fn a_durable_server_waits_for_the_disk_and_lives_on_it() {
    let mut supervisor = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["supervise", "--mysql", "durable"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(supervisor.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let exports = HashMap::from([
        ("TEST_MYSQL_HOST".to_owned(), "127.0.0.1".to_owned()),
        ("TEST_MYSQL_PORT".to_owned(), ready["port"].to_string()),
        ("TEST_MYSQL_ROOT_PASSWORD".to_owned(), ready["root_password"].as_str().unwrap().to_owned()),
    ]);

    let settings = "SELECT @@innodb_flush_log_at_trx_commit, @@sync_binlog, @@log_bin";
    assert_eq!(answer(&exports, settings), "1\t1\t1");
    let data = Path::new(ready["folder"].as_str().unwrap()).join("data");
    assert!(data.is_dir() && !data.is_symlink());

    drop(supervisor.stdin.take());
    assert!(supervisor.wait().unwrap().success());
    assert!(!data.exists());
}
