//! Bodies that are wrong as a whole: no JSON, no UTF-8, of another type, too large, too slow.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{dev::Payload, error::PayloadError, test::TestRequest, web::Bytes};
use futures_util::Stream;
use infra::testing::Engine;
use tokio::time::Sleep;

use super::{for_every_route, targets::Target, walk::Walk, world::multipart_type};

const DEPTH: usize = 20_000;

/// Bodies that can't be read, and what has to be said of them.
fn unreadable(target: &Target) -> Vec<(&'static str, Vec<u8>)> {
    let field = target.fields.first().map_or("a", |field| field.name.as_str());
    let nested = |open: &str, close: &str| {
        format!("{{\"{field}\":{}1{}}}", open.repeat(DEPTH), close.repeat(DEPTH)).into_bytes()
    };
    vec![
        ("deep lists", nested("[", "]")),
        ("deep objects", nested("{\"a\":", "}")),
        ("a deep list that does not end", format!("{{\"{field}\":{}", "[".repeat(DEPTH)).into_bytes()),
        ("no UTF-8 in a text", [b"{\"", field.as_bytes(), b"\":\"\xff\xfe\"}"].concat()),
        ("no UTF-8 in a name", b"{\"\xc0\xaf\":1}".to_vec()),
        ("surrogates as bytes", [b"{\"", field.as_bytes(), b"\":\"\xed\xa0\x80\"}"].concat()),
        ("UTF-16", "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a byte order mark", b"\xef\xbb\xbf{}".to_vec()),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec()),
        ("NULs", vec![0; 100]),
        ("a list", b"[]".to_vec()),
        ("null", b"null".to_vec()),
        ("a text", b"\"a\"".to_vec()),
        ("a number", b"1e400".to_vec()),
        ("two objects", b"{}{}".to_vec()),
        ("a comma too many", b"{\"a\":1,}".to_vec()),
        ("a comment", b"{/* a */}".to_vec()),
        ("cut off", b"{\"a\":\"b".to_vec()),
    ]
}

#[test]
fn bodies_that_can_t_be_read_are_400() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        if !target.reads_a_body() {
            return;
        }
        for (what, body) in unreadable(target) {
            let request = target.request(walk.world).insert_header(("Content-Type", "application/json"));
            let reply = walk.send(target, what, request.set_payload(body)).await;
            walk.expect(target, what, &reply, &[400]);
        }
        duplicates(walk, target).await;
    });
}

/// Of a name that stands twice the last counts, so an amount is read once and as one thing.
async fn duplicates(walk: &Walk<'_>, target: &Target) {
    for field in target.fields.iter().filter(|field| field.is_money) {
        let name = &field.name;
        let right = &target.body.get(name).map_or("\"500.00\"".to_owned(), ToString::to_string);
        let twice = target.body_with(name, Some(&format!("{right},\"{name}\":\"NaN\"")));
        let what = "a good amount, then a bad one";
        let reply = walk.send_json(target, what, twice).await;
        walk.expect_refused(target, what, &reply, name);
    }
    let names: Vec<String> = target.body.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let all_twice = format!("{{{}}}", [names.clone(), names].concat().join(","));
    walk.send_json(target, "every name twice", all_twice).await;
    let many: Vec<String> = (0..50_000).map(|number| format!("\"k{number}\":0")).collect();
    walk.send_json(target, "50,000 names", format!("{{{}}}", many.join(","))).await;
}

#[test]
fn bodies_of_other_types_are_415() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        if !target.reads_a_body() {
            return;
        }
        for kind in [
            "text/plain",
            "application/xml",
            "application/jsonx",
            "image/png",
            "application/",
            "a",
            "",
            "json",
        ] {
            let request = target.request(walk.world).insert_header(("Content-Type", kind));
            let reply = walk.send(target, kind, request.set_payload("{\"a\":1}")).await;
            walk.expect(target, kind, &reply, &[415]);
        }
        for (kind, body) in [
            ("application/json", &b"a=1&b=2"[..]),
            ("application/x-www-form-urlencoded", b"%ff=%ff&=&&%"),
            ("application/x-www-form-urlencoded", b"\xff\xfe"),
            ("application/json; charset=utf-16", b"{\"\x00"),
            ("multipart/form-data", b"{}"),
            ("multipart/mixed; boundary=x", b"--x--"),
        ] {
            let request = target.request(walk.world).insert_header(("Content-Type", kind));
            walk.send(target, kind, request.set_payload(body)).await;
        }
    });
}

#[test]
fn bodies_of_50_mb_are_413() {
    let large = Bytes::from(vec![b' '; 50 << 20]);
    for_every_route(Engine::Sqlite, async |walk, target| {
        if !target.reads_a_body() {
            let request = target.request(walk.world).set_payload(large.clone());
            walk.send(target, "50 MB that nobody reads", request).await;
            return;
        }
        for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            let request = target.request(walk.world).insert_header(("Content-Type", kind));
            let reply = walk.send(target, kind, request.set_payload(large.clone())).await;
            walk.expect(target, kind, &reply, &[413]);
        }
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.png\"\r\n\r\n",
            super::world::MARK
        );
        let body = [head.as_bytes(), &large].concat();
        let request = target.request(walk.world).insert_header(("Content-Type", multipart_type()));
        let reply = walk.send(target, "a file of 50 MB", request.set_payload(body)).await;
        walk.expect(target, "a file of 50 MB", &reply, &[413]);
    });
}

/// A body of which a byte comes now and then, and which never ends. Time stands still but for its waiting.
struct Trickle {
    next: Option<Pin<Box<Sleep>>>,
}

impl Stream for Trickle {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.next.is_none() {
            tokio::time::pause();
        }
        let next = self.next.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_secs(5))));
        std::task::ready!(next.as_mut().poll(context));
        *next = Box::pin(tokio::time::sleep(Duration::from_secs(5)));
        Poll::Ready(Some(Ok(Bytes::from_static(b" "))))
    }
}

impl Drop for Trickle {
    fn drop(&mut self) {
        if self.next.is_some() {
            tokio::time::resume();
        }
    }
}

/// A body that never comes.
pub fn never_coming() -> Payload {
    payload(Trickle { next: None })
}

fn payload(stream: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
    let boxed: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(stream);
    Payload::Stream { payload: boxed }
}

#[test]
fn bodies_that_never_come_are_408() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        if !target.reads_a_body() {
            return;
        }
        for kind in ["application/json".to_owned(), "text/plain".to_owned(), multipart_type()] {
            let request: TestRequest =
                target.request(walk.world).insert_header(("Content-Type", kind.clone()));
            let slow = never_coming();
            let reply = walk.send_slowly(target, &kind, request, slow).await;
            walk.expect(target, &kind, &reply, &[408]);
            if reply.code() != "timeout" {
                walk.fail(target, &kind, &reply, "expected the code of a slow body");
            }
        }
        let request = target.request(walk.world).insert_header(("Content-Type", "application/json"));
        let cut = futures_util::stream::iter([
            Ok(Bytes::from_static(b"{\"a\":")),
            Err(PayloadError::Incomplete(None)),
        ]);
        let reply = walk.send_slowly(target, "cut off", request, payload(cut)).await;
        walk.expect(target, "cut off", &reply, &[400]);
    });
}
