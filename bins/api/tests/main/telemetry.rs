//! What operators see: figures, log lines and traces of the real program.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    process::Stdio,
};

use serde_json::Value;

use super::platform::Platform;

/// Each figure by its name and labels.
fn figures(reply: &str) -> BTreeMap<String, f64> {
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    let (head, text) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("application/openmetrics-text"), "{head}");
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

#[test]
fn figures_are_for_configured_addresses_and_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut platform = Platform::start(folder.path(), &["--demo"]);
    let token = platform.log_in("asha@example.in");
    let wallet = platform.get("/api/wallet/my_wallet/", &token);
    let id = &wallet["id"];
    platform.get(&format!("/api/wallet/{id}/"), &token);
    platform.get(&format!("/api/wallet/{id}"), &token);
    assert!(platform.reply("GET /nowhere/at/all", "", "").starts_with("HTTP/1.1 404"));

    let seen = figures(&platform.reply("GET /metrics", "", ""));
    let count = |method: &str, route: &str, status: u16| {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        seen[&format!("http_request_duration_seconds_count{{{labels}}}")]
    };
    assert_eq!(count("GET", "/api/wallet/{id}/", 200), 2.0);
    assert_eq!(count("POST", "/api/auth/verify-otp/", 200), 1.0);
    assert_eq!(count("GET", "unknown", 404), 1.0);
    assert_eq!((seen["database_up"], seen["outbox_given_up_tasks"]), (1.0, 0.0));
    assert!(seen["tasks_total{kind=\"mail\",result=\"done\"}"] >= 1.0);
    let ledger: Vec<f64> = seen
        .iter()
        .filter(|(name, _)| name.starts_with("ledger_balance_paise{"))
        .map(|(_, value)| *value)
        .collect();
    assert!(ledger.len() > 2 && seen["ledger_balance_paise{account=\"members\"}"] > 0.0, "{ledger:?}");
    assert_eq!(ledger.iter().sum::<f64>(), 0.0, "all moves sum to zero");
    platform.end();

    let others = [("METRICS_ALLOWED_ADDRESSES", "10.0.0.0/8, 192.0.2.1")];
    let platform = Platform::start_with(folder.path(), &[], &others, Stdio::inherit());
    let refused = platform.reply("GET /metrics HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\nX-Rest:", "", "");
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    platform.end();
}

#[test]
fn a_log_line_is_one_object_with_the_request_s_id_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let settings = [("LOG_FORMAT", "json"), ("LOG_LEVEL", "trace")];
    let mut platform =
        Platform::start_with(folder.path(), &[], &settings, Stdio::from(File::create(&log).unwrap()));
    let token = platform.log_in("asha@example.in");
    platform.reply(
        "GET /api/wallet/my_wallet/?secret=in-the-query HTTP/1.1\r\nX-Request-Id: known-1\r\nX-Rest:",
        &token,
        "",
    );
    platform.end();
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let served: Vec<_> = lines.iter().filter(|line| line["span"]["id"] == "known-1").collect();
    let served = served.iter().find(|line| line["message"] == "served").expect("the request's line");
    assert_eq!((&served["method"], &served["path"]), (&"GET".into(), &"/api/wallet/my_wallet/".into()));
    assert_eq!(served["status"], 200);
    for secret in [token.as_str(), "in-the-query", "asha@example.in"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// One request as a collector takes it: its head and body.
fn taken(listener: &TcpListener) -> (String, Vec<u8>) {
    let (connection, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let length = head.to_ascii_lowercase().split("content-length: ").nth(1).unwrap().to_owned();
    let mut body = vec![0; length.split("\r\n").next().unwrap().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    reader.get_mut().write_all(reply).unwrap();
    (head, body)
}

#[test]
fn traces_go_to_the_collector_that_is_configured() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let collector = format!("http://{}/", listener.local_addr().unwrap());
    let taken = std::thread::spawn(move || taken(&listener));
    let folder = tempfile::tempdir().unwrap();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.as_str()), ("LOG_LEVEL", "info")];
    let platform = Platform::start_with(folder.path(), &[], &settings, Stdio::null());
    platform.reply("GET /api/wallet/7/", "no-token", "");
    platform.end();
    let (head, body) = taken.join().unwrap();
    assert!(head.starts_with("POST /v1/traces ") && head.contains("application/x-protobuf"), "{head}");
    // texts stand as they are in protobuf
    let body = String::from_utf8_lossy(&body);
    for text in ["ev-api", "GET /api/wallet/{id}/", "http.response.status_code"] {
        assert!(body.contains(text), "{text}: {body}");
    }
    assert!(!body.contains("no-token"), "{body}");
}
