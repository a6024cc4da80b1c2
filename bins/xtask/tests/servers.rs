//! The private servers are there while their starter lives, and gone after it, however it ended.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Started {
    xtask: Child,
    exports: HashMap<String, String>,
    folder: PathBuf,
}

/// `xtask servers`, read up to its last line.
fn start() -> Started {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("servers")
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
    let mut started = start();
    assert_eq!(answer(&started.exports, "SELECT @@log_bin, CURRENT_USER()"), "1\troot@127.0.0.1");
    let (data, server) = data_and_server(&started);
    assert!(server.exists());

    drop(started.xtask.stdin.take());

    assert!(started.xtask.wait().unwrap().success());
    assert!(!started.folder.exists() && !data.exists() && !server.exists());
}

#[test]
fn a_killed_starter_leaves_no_server_and_no_folder() {
    let mut started = start();
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
