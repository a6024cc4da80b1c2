//! What leaves the house, and in which form.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::config::{Config, Environment};

fn configured(pairs: &[(&str, &str)]) -> (Mailer, SmsSender) {
    let config = Config::read(&Environment::of_pairs(pairs.iter().copied())).expect("a configuration");
    (Mailer::of(&config.mail).expect("a mailer"), SmsSender::of(&config.sms))
}

fn message(to: &str, body: &str) -> Message {
    Message { to: to.to_owned(), subject: "A \"subject\"".to_owned(), body: body.to_owned() }
}

/// One request as it came, answered with this status.
fn answer_one(listener: &TcpListener, status: &str) -> (Vec<String>, String) {
    let (stream, _) = listener.accept().expect("a caller");
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let head: Vec<String> = reader
        .by_ref()
        .lines()
        .map(|line| line.expect("a line"))
        .take_while(|line| !line.is_empty())
        .collect();
    let length = head
        .iter()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .and_then(|length| length.parse().ok())
        .expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let mut stream: TcpStream = stream;
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").expect("an answer");
    (head, String::from_utf8(body).expect("UTF-8"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_holds_one_object_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox");
    let path = path.to_str().expect("a plain path");
    let (mailer, sms) =
        configured(&[("EMAIL_BACKEND", "file"), ("SMS_BACKEND", "file"), ("EMAIL_FILE_PATH", path)]);
    let sending: Vec<_> = (0..20)
        .map(|n| {
            let (mailer, sms) = (mailer.clone(), sms.clone());
            tokio::spawn(async move {
                if n % 2 == 0 {
                    mailer.send(&message("a@example.in", "two\nlines 🚲"), "k").await
                } else {
                    sms.send(&message("9000000101", "123456"), "k").await
                }
            })
        })
        .collect();
    for task in sending {
        task.await.expect("no panic").expect("it is sent");
    }
    let text = std::fs::read_to_string(folder.path().join("outbox/messages.jsonl")).expect("the file");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(lines.len(), 20);
    let mails: Vec<_> = lines.iter().filter(|line| line["channel"] == "email").collect();
    assert_eq!(mails.len(), 10);
    assert_eq!(mails[0]["body"], "two\nlines 🚲");
    assert_eq!(mails[0]["subject"], "A \"subject\"");
    assert!(lines.iter().any(|line| line["channel"] == "sms" && line["to"] == "9000000101"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_is_posted_with_its_key_and_a_refusal_is_seen() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/send", listener.local_addr().expect("an address"));
    let pairs = [("SMS_BACKEND", "http"), ("SMS_API_URL", url.as_str()), ("SMS_API_KEY", "k3y")];
    let (_, sms) = configured(&pairs);
    let provider = std::thread::spawn(move || {
        let taken = answer_one(&listener, "202 Accepted");
        answer_one(&listener, "500 Broken");
        answer_one(&listener, "302 Found");
        taken
    });
    sms.send(&message("9000000101", "123456 is your code"), "sms:7").await.expect("it is taken");
    for _ in 0..2 {
        let refused = sms.send(&message("9000000101", "x"), "sms:8").await;
        assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
    }
    let (head, body) = provider.join().expect("the provider");
    let head: Vec<String> = head.iter().map(|line| line.to_lowercase()).collect();
    assert_eq!(head[0], "post /send http/1.1");
    assert!(head.contains(&"authorization: bearer k3y".to_owned()), "{head:?}");
    assert!(head.contains(&"idempotency-key: sms:7".to_owned()), "{head:?}");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["to"], "+919000000101");
    assert_eq!(body["message"], "123456 is your code");
    assert_eq!(body["reference"], "sms:7");
    // nobody listens any more
    assert!(matches!(sms.send(&message("9000000101", "x"), "k").await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_is_unavailable() {
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let port = port.to_string();
    let (mailer, _) =
        configured(&[("EMAIL_BACKEND", "smtp"), ("EMAIL_HOST", "127.0.0.1"), ("EMAIL_PORT", &port)]);
    let sent = mailer.send(&message("a@example.in", "123456"), "mail:1:x").await;
    assert!(matches!(sent, Err(Error::Unavailable { .. })), "{sent:?}");
    assert!(!format!("{:?}", message("a@example.in", "123456")).contains("123456"));
}

#[test]
fn each_capture_has_a_reference_of_its_own() {
    let capture = || Gateway::Simulated.capture_at_once().expect("random bytes").expect("captured");
    assert_ne!(capture(), capture());
}
