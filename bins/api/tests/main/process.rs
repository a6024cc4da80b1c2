//! The process: how it starts, and how it ends.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

/// The platform on a folder and an address of its own.
fn platform(folder: &std::path::Path, address: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_api"))
        .current_dir(folder)
        .env_clear()
        .env("BIND_ADDRESS", address)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the platform starts")
}

/// The reply to a GET on a connection of its own.
fn get(address: &str, path: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("it listens");
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    connection.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn it_starts_on_nothing_serves_and_ends_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    // the second start finds the file of the first
    for signal in ["-TERM", "-INT"] {
        let mut process = platform(folder.path(), "127.0.0.1:0");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let banner: Vec<String> = lines.by_ref().take(7).map(Result::unwrap).collect();
        let address = banner[0].split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        for part in ["/api/schema/", "/health/ready/", "SQLite file", "send-otp", "development"] {
            assert!(banner.iter().any(|line| line.contains(part)), "{part}: {banner:#?}");
        }
        assert!(get(&address, "/api").starts_with("HTTP/1.1 200"));
        assert!(get(&address, "/api/wallet/").starts_with("HTTP/1.1 401"));
        assert_eq!(health(folder.path(), &address), (true, String::new()));
        let id = process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let status = process.wait().unwrap();
        let mut log = String::new();
        process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(status.success(), "{signal}: {status}\n{log}");
        assert!(!log.contains("panicked"), "{log}");
        let (lives, said) = health(folder.path(), &address);
        assert!(!lives && said.contains(&address), "{said}");
    }
}

/// What `api --health` says of an address: that something lives there, and its complaint.
fn health(folder: &std::path::Path, address: &str) -> (bool, String) {
    // a container's server listens on every address
    let every = address.replace("127.0.0.1", "0.0.0.0");
    let output = Command::new(env!("CARGO_BIN_EXE_api"))
        .arg("--health")
        .current_dir(folder)
        .env_clear()
        .env("BIND_ADDRESS", every)
        .output()
        .expect("the probe starts");
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn health_is_a_200_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").unwrap();
        // the probe's end
        stream.read_to_end(&mut Vec::new()).unwrap();
    });
    let (lives, said) = health(folder.path(), &address);
    assert!(!lives && said.contains("503"), "{said}");
    server.join().unwrap();
}

#[test]
fn nobody_is_served_with_a_developer_s_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let output = platform(folder.path(), "0.0.0.0:0").wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("SECRET_KEY"), "{said}");
}
